package k8sdemo.frontend;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * {@code /api/…}: the page's way to the backend, on the page's own origin, so that no address is baked into the page. A
 * gateway as RFC 9110, section 3.7, defines it.
 */
@Singleton
public class ApiRoute {
    /** In bytes: what the backend takes. A body is held in memory, for it may have to be sent again. */
    static final int MAX_BODY = 8 * 1024;

    private static final String PREFIX = "/api";
    private static final String VIA = "1.1 k8s-demo-frontend";

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

    /** To the backend the frontend is the client: these are settled here, and the page's origin is no other's. */
    private static final Set<String> SETTLED_HERE = Set.of("host", "expect", "content-length", "origin");

    private final Backend backend;

    ApiRoute(Backend backend) {
        this.backend = backend;
    }

    void register(@Observes Router router) {
        router.route(PREFIX + "/*").handler(this::receive);
    }

    private void receive(RoutingContext context) {
        String path = context.normalizedPath().substring(PREFIX.length());
        if (path.equals("/q") || path.startsWith("/q/")) {
            // health and metrics of one pod behind many are nobody's business outside the cluster
            Problem.of(404, "There is nothing here.").answer(context);
            return;
        }
        Buffer body = Buffer.buffer();
        HttpServerRequest request = context.request();
        request.handler(chunk -> {
            if (body.length() <= MAX_BODY) {
                body.appendBuffer(chunk);
            }
            if (body.length() > MAX_BODY && !context.response().ended()) {
                context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                // a second to read the answer, while the rest of the body is thrown away
                context.addEndHandler(ended -> context.vertx()
                        .setTimer(1000, id -> request.connection().close()));
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
        // a greeting changes nothing and may be sent again; a fault on purpose is to strike once
        Future<HttpClientResponse> sent =
                path.startsWith("/faults/") ? backend.sendOnce(options, body) : backend.send(options, body);
        sent.onSuccess(answer -> pass(answer, context))
                .onFailure(failure -> explain(failure).answer(context));
    }

    private static MultiMap requestHeaders(HttpServerRequest request) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        copyEndToEnd(request.headers(), headers, SETTLED_HERE);
        String client = request.remoteAddress().hostAddress();
        String before = request.getHeader("X-Forwarded-For");
        headers.set("X-Forwarded-For", before == null ? client : before + ", " + client);
        headers.set("X-Forwarded-Proto", request.scheme());
        if (request.authority() != null) {
            headers.set("X-Forwarded-Host", request.authority().toString());
        }
        return headers.add("Via", VIA);
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

    /** Passes an answer on as it comes. If it breaks off, so does ours: the client must not take a part for the whole. */
    private static void pass(HttpClientResponse answer, RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.closed()) {
            answer.request().reset();
            return;
        }
        response.setStatusCode(answer.statusCode());
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        copyEndToEnd(answer.headers(), headers, Set.of());
        headers.names().forEach(response.headers()::remove); // the backend's word goes before our default
        response.headers().addAll(headers);
        response.headers().add("Via", VIA);
        boolean hasLength = answer.getHeader(HttpHeaders.CONTENT_LENGTH) != null;
        response.setChunked(!hasLength);
        answer.pipe().endOnFailure(false).to(response).onFailure(broken -> {
            answer.request().reset();
            response.reset();
        });
    }

    private static Problem explain(Throwable failure) {
        if (failure instanceof ConnectException
                || failure instanceof ConnectTimeoutException
                || failure instanceof UnknownHostException) {
            return Problem.of(503, "The backend cannot be reached. Try again in a moment.");
        }
        if (failure instanceof TimeoutException) {
            return Problem.of(504, "The backend took too long to answer. Try again in a moment.");
        }
        return Problem.of(502, "The backend broke off before it answered. Try again in a moment.");
    }
}
