// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;

/** The connection to the backend. Every setting is also an environment variable, such as {@code BACKEND_URL}. */
@ConfigMapping(prefix = "backend")
public interface BackendConfig {
    /**
     * @return where the backend is: scheme, host, and port, which {@link BackendAddresses} checks at startup. In a cluster, one
     *     URL, the Service's. With several, separated by commas, the frontend picks one for each request.
     */
    @WithName("url")
    @WithDefault("http://localhost:8000")
    List<String> urls();

    /**
     * @return how long to wait for a connection before another one is tried. In a cluster it takes a millisecond, or the pod's
     *     node is dead. kube-proxy picks a pod at random for each connection, so with half of the pods on a dead node, one
     *     request in a hundred waits seven times.
     */
    @WithDefault("100ms")
    Duration connectTimeout();

    /** @return how long a pod may take to begin its response before the request is retried; and, twice that, to continue it */
    @WithDefault("3s")
    Duration responseTimeout();

    /** @return how long, from its first failure, a request without a response is retried on other connections */
    @WithDefault("5s")
    Duration retryFor();

    /**
     * @return how long a connection takes new requests. kube-proxy balances connections, not requests: a connection kept for
     *     long would pin this frontend to one pod and starve the new ones.
     */
    @WithDefault("50ms")
    Duration maxConnectionAge();

    /**
     * @return how many requests may be in flight at once to each IP address of the backend, each on a connection of its own. A
     *     Service has one address. A request waits half a second and {@link #connectTimeout} for one to become free, and is then refused. The limit
     *     should be below what the backend answers in {@link #responseTimeout()}: with more, an overloaded backend answers
     *     everything too late. It should be above what arrives in that time for a pod that hangs: those requests must not
     *     take all connections.
     */
    @WithDefault("256")
    int maxConnections();
}
