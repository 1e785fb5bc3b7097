// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The connection to the backend. Every setting is also an environment variable, such as {@code BACKEND_URL}. */
@ConfigMapping(prefix = "backend")
public interface BackendConfig {
    /** @return where the backend is: scheme, host and port; {@link Backend} checks it at the start */
    @WithDefault("http://localhost:8000")
    String url();

    /**
     * @return how long to wait for a connection before another one is tried. In a cluster it takes a millisecond, or the pod's
     *     node is dead. kube-proxy picks a pod at random for each connection, so with half of the pods on a dead node, one
     *     request in a hundred waits seven times.
     */
    @WithDefault("100ms")
    Duration connectTimeout();

    /** @return how long a pod may take to begin its answer before the request is retried, and to continue it */
    @WithDefault("3s")
    Duration answerTimeout();

    /** @return how long, from its first failure, a request that no pod answered is retried on other connections */
    @WithDefault("5s")
    Duration retryFor();

    /**
     * @return how long a connection takes new requests. kube-proxy balances connections, not requests: a connection kept for
     *     long would pin this frontend to one pod and starve the new ones.
     */
    @WithDefault("50ms")
    Duration connectionAge();

    /**
     * @return how many requests may be at the backend at once, each on a connection of its own. A request waits up to half a
     *     second for a connection to become free, and is then refused. The limit should be below what the backend answers in
     *     {@link #answerTimeout()}: with more, an overloaded backend answers everything too late. It should be above what
     *     arrives in that time for a pod that hangs: those requests must not take all connections.
     */
    @WithDefault("256")
    int connections();
}
