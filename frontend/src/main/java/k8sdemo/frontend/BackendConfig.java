package k8sdemo.frontend;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** The way to the backend. Every setting is an environment variable too: {@code BACKEND_URL}. */
@ConfigMapping(prefix = "backend")
public interface BackendConfig {
    /** @return where the backend is: scheme, host and port */
    @WithDefault("http://localhost:8000")
    URI url();

    /** @return how long a connection may take to be made: in a cluster it takes a millisecond, or the pod is gone */
    @WithDefault("500ms")
    Duration connectTimeout();

    /** @return how long a pod may take to begin its answer before another is asked, and to go on with it */
    @WithDefault("3s")
    Duration answerTimeout();

    /** @return how long, from its first failure, a request that no pod answered is tried again on other connections */
    @WithDefault("5s")
    Duration retryFor();

    /**
     * @return how long a connection is used for further requests. kube-proxy balances connections, not requests: kept for
     *     long, one would pin this frontend to one pod, and starve the new ones.
     */
    @WithDefault("50ms")
    Duration connectionAge();

    /** @return how many connections may be open at once */
    @WithDefault("256")
    int connections();
}
