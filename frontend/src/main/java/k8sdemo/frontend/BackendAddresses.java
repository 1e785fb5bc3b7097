// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The IP addresses behind {@code BACKEND_URL}. A worker looks each name up once a second: a lookup blocks for seconds when a
 * packet is lost, and the event loop must not wait for it. While the DNS is silent, the last addresses stay in use.
 */
@Singleton
public class BackendAddresses {
    private static final long LOOKUP_PERIOD_MILLIS = 1_000;

    /** How long an address that took no connection is left out, if there are others. */
    private static final long SKIP_FAILED_MILLIS = 1_000;

    /** Not {@link java.net.URI}: that finds no host in a name with an underscore, as Docker Compose has them. */
    private static final Pattern URL =
            Pattern.compile("(https?)://(\\[[0-9A-Fa-f:.]+]|[^/?#@:\\[\\]\\s]+)(?::([0-9]{1,5}))?/?");

    /**
     * Where one attempt goes.
     *
     * @param url scheme, host, and port, as in {@code BACKEND_URL}
     * @param server the IP address and the port to connect to
     */
    record Address(RequestOptions url, SocketAddress server) {}

    private final Vertx vertx;
    private final Map<RequestOptions, List<Address>> found = new ConcurrentHashMap<>();
    private final Set<Address> failed = ConcurrentHashMap.newKeySet();
    private volatile List<Address> all = List.of();
    private volatile boolean stopped;

    static {
        // The JDK must not cache, because each lookup here is for news. By default, it keeps an address for 30 s, and
        // for 10 s that a name does not exist. It reads these settings at its first lookup ("Networking
        // Properties" in the JDK docs).
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    BackendAddresses(Vertx vertx, BackendConfig config) {
        this.vertx = vertx;
        config.urls().stream().map(BackendAddresses::parse).toList().forEach(this::lookUp);
    }

    /** In dev mode, Vert.x outlives this bean. */
    @PreDestroy
    void stop() {
        stopped = true;
    }

    private void lookUp(RequestOptions url) {
        vertx.executeBlocking(() -> InetAddress.getAllByName(url.getHost()), false)
                .onSuccess(ips -> use(url, ips))
                .onComplete(done -> {
                    if (!stopped) {
                        vertx.setTimer(LOOKUP_PERIOD_MILLIS, id -> lookUp(url));
                    }
                });
    }

    private synchronized void use(RequestOptions url, InetAddress[] ips) {
        List<Address> addresses = Stream.of(ips)
                .map(ip -> new Address(url, SocketAddress.inetSocketAddress(url.getPort(), ip.getHostAddress())))
                .toList();
        found.put(url, addresses);
        all = found.values().stream().flatMap(Collection::stream).toList();
    }

    /** @return an address for one attempt: any of those that took the last connection */
    Address pick() throws UnknownHostException {
        List<Address> addresses =
                all.stream().filter(address -> !failed.contains(address)).toList();
        if (addresses.isEmpty()) {
            addresses = all;
        }
        if (addresses.isEmpty()) {
            throw new UnknownHostException("BACKEND_URL has no IP address yet");
        }
        return addresses.get(ThreadLocalRandom.current().nextInt(addresses.size()));
    }

    /** Says that an address took no connection. */
    void failed(Address address) {
        if (failed.add(address)) {
            vertx.setTimer(SKIP_FAILED_MILLIS, id -> failed.remove(address));
        }
    }

    static RequestOptions parse(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches() || (parts.group(3) != null && Integer.parseInt(parts.group(3)) > 65535)) {
            throw new IllegalArgumentException(
                    "BACKEND_URL must be a scheme, a host, and a port, as in http://localhost:8000; not '" + url
                            + "'.");
        }
        boolean tls = parts.group(1).equals("https");
        String port = parts.group(3);
        return new RequestOptions()
                .setSsl(tls)
                .setHost(parts.group(2))
                .setPort(port != null ? Integer.parseInt(port) : tls ? 443 : 80);
    }
}
