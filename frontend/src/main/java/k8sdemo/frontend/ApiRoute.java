// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.netty.channel.socket.SocketChannel;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import k8sdemo.http.Problem;

/**
 * {@code /api/…}: the proxy to the backend, on the page's own origin, so that the page knows no other address. A gateway as
 * RFC 9110, section 3.7, defines it.
 */
@Singleton
public class ApiRoute {
    /** In bytes: what the backend takes. A body stays in memory, because a retry needs it. */
    static final int MAX_BODY = 8 * 1024;

    private static final String PREFIX = "/api";
    private static final String VIA = "k8s-demo-frontend";

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

    private final Backend backend;
    private final Room room;

    ApiRoute(Backend backend, Room room) {
        this.backend = backend;
        this.room = room;
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
            Problem.of(403, "From here you can only greet. Everything else takes the machine that has opened the room.")
                    .answer(context);
            return;
        }
        if (!isIdempotent(request.method(), path) && isFromAnotherSite(request)) {
            Problem.of(403, "The page of another site may not do this.").answer(context);
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
        RequestOptions options =
                backend.request(request.method(), request.query() == null ? path : path + "?" + request.query());
        options.setHeaders(requestHeaders(request));
        backend.send(new Backend.Call(options, body, isIdempotent(request.method(), path), () -> !hasLeft(request)))
                .onSuccess(answer -> pass(answer, context))
                .onFailure(failure -> fail(context, failure));
    }

    /**
     * A browser that gives up closes its connection. So does, in one direction, a client that has sent all it wants to, and
     * reads on: it gets an answer as well, only without retries.
     */
    private static boolean hasLeft(HttpServerRequest request) {
        return request.response().closed()
                || (((ConnectionBase) request.connection()).channel() instanceof SocketChannel channel
                        && channel.isInputShutdown());
    }

    /** Whether a request may reach two pods. A greeting changes nothing; but a fault, for one, must strike one pod only. */
    private static boolean isIdempotent(HttpMethod method, String path) {
        return method == HttpMethod.GET
                || method == HttpMethod.HEAD
                || (method == HttpMethod.POST && path.equals("/greetings"));
    }

    /** Browsers tell whose page sends a form or a request (RFC 6454, section 7): no other site may start a fault here. */
    private static boolean isFromAnotherSite(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin != null && !origin.endsWith("://" + request.authority());
    }

    private static MultiMap requestHeaders(HttpServerRequest request) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        copyEndToEnd(request.headers(), headers, SET_HERE);
        String client = request.remoteAddress().hostAddress();
        headers.add("X-Forwarded-For", client);
        headers.set("X-Forwarded-For", String.join(", ", headers.getAll("X-Forwarded-For")));
        headers.set("X-Forwarded-Proto", request.scheme());
        if (request.authority() != null) {
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

    /** Passes an answer on as it arrives. If it breaks off, so does ours: a client must not take a part for the whole. */
    private static void pass(HttpClientResponse answer, RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.closed()) {
            answer.request().reset();
            return;
        }
        response.setStatusCode(answer.statusCode());
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        copyEndToEnd(answer.headers(), headers, Set.of());
        headers.names().forEach(response.headers()::remove); // the backend's value overrides our default
        response.headers().addAll(headers);
        response.headers().add("Via", "1.1 " + VIA);
        boolean hasLength = answer.getHeader(HttpHeaders.CONTENT_LENGTH) != null;
        response.setChunked(!hasLength);
        answer.pipe().endOnFailure(false).to(response).onFailure(broken -> {
            answer.request().reset();
            response.reset();
        });
    }

    private static void fail(RoutingContext context, Throwable failure) {
        if (failure instanceof RejectedExecutionException && !context.response().headWritten()) {
            context.response().putHeader("Retry-After", "1"); // in seconds (RFC 9110, section 10.2.3)
        }
        explain(failure).answer(context);
    }

    private static Problem explain(Throwable failure) {
        if (failure instanceof RejectedExecutionException) {
            return Problem.of(503, "There are more requests than the backend can answer. Try again in a moment.");
        }
        if (Backend.isUnreachable(failure)) {
            return Problem.of(503, "The backend cannot be reached. Try again in a moment.");
        }
        if (failure instanceof TimeoutException) {
            return Problem.of(504, "The backend took too long to answer. Try again in a moment.");
        }
        return Problem.of(502, "The backend broke off before it answered. Try again in a moment.");
    }
}
