// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import k8sdemo.http.Problem;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * {@code /api/…}: the proxy to the backend, on the page's own origin, so that the page needs no other. A gateway as RFC 9110,
 * section 3.7, defines it.
 */
@Singleton
public class ApiRoute {
    /** In bytes: what the backend takes. A body stays in memory, because a retry needs it. */
    static final int MAX_BODY = 8 * 1024;

    private static final String PREFIX = "/api";
    private static final String VIA = "k8s-demo-frontend";

    /**
     * In milliseconds: how long the connection to the pod has been open. Each connection reaches a pod at random, so the page
     * learns from one that is kept for long only once who responds and who does not.
     */
    static final String CONNECTED_FOR = "Pod-Connected-For";

    /** These belong to one connection, and are not forwarded (RFC 9110, section 7.6.1). */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** The frontend is the backend's client and sets these itself; and for the backend, the page has no origin of its own. */
    private static final Set<String> SET_HERE = Set.of("host", "expect", "content-length", "origin");

    /** Other names may belong to anybody, who then lets them point here (DNS rebinding). */
    private static final Pattern LOCALHOST_OR_IP = Pattern.compile("localhost|[0-9.]+|\\[[0-9A-Fa-f:.]+]");

    private final Backend backend;
    private final Room room;
    private final Set<String> hosts;

    /** @param hosts the names at which the page may start faults, in addition to localhost and IP addresses */
    ApiRoute(Backend backend, Room room, @ConfigProperty(name = "page.hosts") Optional<Set<String>> hosts) {
        this.backend = backend;
        this.room = room;
        this.hosts = hosts.orElse(Set.of());
    }

    void register(@Observes Router router) {
        router.route(PREFIX + "/*").handler(this::receive);
    }

    private void receive(RoutingContext context) {
        String path = context.normalizedPath().substring(PREFIX.length());
        if (path.equals("/q") || path.startsWith("/q/")) {
            // the health and metrics of one pod among many are not for clients outside the cluster
            Problem.of(404, "There is nothing here.").answer(context);
            return;
        }
        HttpServerRequest request = context.request();
        if (!room.allows(request, path)) {
            Problem.of(
                            403,
                            "From here you can only greet. Everything else is only allowed from the machine that opened the room.")
                    .answer(context);
            return;
        }
        if (!isRetrySafe(request.method(), path) && isFromAnotherSite(request)) {
            Problem.of(
                            403,
                            "Only the page itself may do this, at localhost, at an IP address, or at a name in PAGE_HOSTS.")
                    .answer(context);
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= MAX_BODY) {
                body.appendBuffer(chunk);
            }
            if (body.length() > MAX_BODY && !context.response().ended()) {
                Problem.of(413, "The body must be at most " + MAX_BODY + " bytes long.")
                        .answer(context);
            }
        });
        request.endHandler(end -> {
            if (!context.response().ended()) {
                forward(context, path, body);
            }
        });
        request.resume();
    }

    private void forward(RoutingContext context, String path, Buffer body) {
        HttpServerRequest request = context.request();
        backend.send(new Backend.Call(
                        request.method(),
                        (path.isEmpty() ? "/" : path) + (request.query() == null ? "" : "?" + request.query()),
                        requestHeaders(request),
                        body,
                        isRetrySafe(request.method(), path),
                        () -> !context.response().closed()))
                .onSuccess(response -> pass(response, context))
                .onFailure(failure -> fail(context, failure));
    }

    /** Whether a request may reach two pods. A greeting changes nothing; but a fault, for one, must strike one pod only. */
    private static boolean isRetrySafe(HttpMethod method, String path) {
        return method == HttpMethod.GET
                || method == HttpMethod.HEAD
                || (method == HttpMethod.POST && path.equals("/greetings"));
    }

    /** No other site may start a fault here, at whatever name it reaches this address. */
    private boolean isFromAnotherSite(HttpServerRequest request) {
        return !Room.isFromThisSite(request)
                || (request.headers().contains(HttpHeaders.ORIGIN)
                        && !isKnown(request.authority().host()));
    }

    private boolean isKnown(String host) {
        return LOCALHOST_OR_IP.matcher(host).matches() || hosts.contains(host);
    }

    private static MultiMap requestHeaders(HttpServerRequest request) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        copyEndToEnd(request.headers(), headers, SET_HERE);
        String client = request.remoteAddress().hostAddress();
        headers.add("X-Forwarded-For", client);
        headers.set("X-Forwarded-For", String.join(", ", headers.getAll("X-Forwarded-For")));
        // a proxy before this one knows better what the client asked for
        if (!headers.contains("X-Forwarded-Proto")) {
            headers.set("X-Forwarded-Proto", request.scheme());
        }
        if (!headers.contains("X-Forwarded-Host") && request.authority() != null) {
            headers.set("X-Forwarded-Host", request.authority().toString());
        }
        return headers.add("Via", (request.version() == HttpVersion.HTTP_2 ? "2 " : "1.1 ") + VIA);
    }

    private static void copyEndToEnd(MultiMap from, MultiMap to, Set<String> except) {
        String named = String.join(",", from.getAll(HttpHeaders.CONNECTION)).toLowerCase(Locale.ROOT);
        List<String> connectionOptions = List.of(named.split("\\s*,\\s*"));
        from.forEach(header -> {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !except.contains(name) && !connectionOptions.contains(name)) {
                to.add(header.getKey(), header.getValue());
            }
        });
    }

    /** Passes a response on as it arrives. If it breaks off, so does ours: a client must not take a part for the whole. */
    private void pass(HttpClientResponse from, RoutingContext context) {
        HttpServerResponse to = context.response();
        if (to.closed()) {
            from.request().reset();
            return;
        }
        to.setStatusCode(from.statusCode());
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        copyEndToEnd(from.headers(), headers, Set.of());
        headers.set(CONNECTED_FOR, Long.toString(backend.connectedFor(from)));
        room.paint(headers);
        headers.names().forEach(to.headers()::remove); // the backend's value overrides our default
        to.headers().addAll(headers);
        to.headers().add("Via", "1.1 " + VIA);
        to.setChunked(from.getHeader(HttpHeaders.CONTENT_LENGTH) == null);
        from.pipe().endOnFailure(false).to(to).onFailure(broken -> {
            from.request().reset();
            to.reset();
        });
    }

    private static void fail(RoutingContext context, Throwable failure) {
        if (failure instanceof RejectedExecutionException) {
            context.response().putHeader("Retry-After", "1"); // in seconds (RFC 9110, section 10.2.3)
        }
        explain(failure).answer(context);
    }

    private static Problem explain(Throwable failure) {
        if (failure instanceof RejectedExecutionException) {
            return Problem.of(503, "There are more requests than the backend can take. Try again in a moment.");
        }
        if (failure instanceof Backend.UnreachableException) {
            return Problem.of(503, "The backend cannot be reached. Try again in a moment.");
        }
        if (failure instanceof TimeoutException) {
            return Problem.of(504, "The backend took too long to respond. Try again in a moment.");
        }
        return Problem.of(502, "The backend closed the connection before responding. Try again in a moment.");
    }
}
