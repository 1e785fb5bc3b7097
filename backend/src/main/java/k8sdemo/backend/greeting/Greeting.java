// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import java.time.Instant;

/**
 * The response to a submitted name.
 *
 * @param message what a person reads: word, name and pod in one sentence
 * @param name the name, exactly as it was submitted
 * @param pod the pod that responded: what its {@code HOSTNAME} is in Kubernetes
 * @param version the version of the application in that pod
 * @param node the node that the pod runs on; null, and absent in JSON, outside Kubernetes
 * @param started when the process in that pod started: another time means that its container was started again
 */
public record Greeting(String message, String name, String pod, String version, String node, Instant started) {}
