package k8sdemo.backend;

import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The pod that this process runs in; outside Kubernetes, the machine. */
@Singleton
public class Pod {
    private final String name;

    Pod(@ConfigProperty(name = "hostname") Optional<String> hostname) throws UnknownHostException {
        name = hostname.isPresent()
                ? hostname.get()
                : InetAddress.getLocalHost().getHostName();
    }

    /** @return the pod's name: Kubernetes sets {@code HOSTNAME} to it (Kubernetes docs, "Container environment") */
    public String name() {
        return name;
    }
}
