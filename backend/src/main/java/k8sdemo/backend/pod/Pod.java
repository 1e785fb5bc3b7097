// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.pod;

import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The pod that this process runs in; outside Kubernetes, the machine. */
@Singleton
public class Pod {
    private final String name;
    private final String version;
    private final String node;
    private final Instant started = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    Pod(
            @ConfigProperty(name = "hostname") Optional<String> hostname,
            @ConfigProperty(name = "greeting.version") String version,
            @ConfigProperty(name = "node.name") Optional<String> node) {
        this.name = hostname.orElseGet(Pod::machine);
        this.version = version;
        this.node = node.orElse(null);
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) { // the machine has a name that no address belongs to
            return "localhost";
        }
    }

    /** @return the pod's name: Kubernetes sets {@code HOSTNAME} to it (Kubernetes docs, "Container environment") */
    public String name() {
        return name;
    }

    /** @return the version of the application in it, for example {@code v2} */
    public String version() {
        return version;
    }

    /** @return the node that the pod runs on: the downward API sets {@code NODE_NAME} to it; null outside Kubernetes */
    public String node() {
        return node;
    }

    /** @return when this process started */
    public Instant started() {
        return started;
    }
}
