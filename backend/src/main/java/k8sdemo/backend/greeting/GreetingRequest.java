// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

/**
 * What a program submits, as JSON.
 *
 * @param name whom to greet
 */
public record GreetingRequest(@Name String name) {}
