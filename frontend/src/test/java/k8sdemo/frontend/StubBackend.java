// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that misbehaves as its path says and counts the requests. */
public class StubBackend implements QuarkusTestResourceLifecycleManager {
    private static final Map<String, AtomicInteger> ASKED = new ConcurrentHashMap<>();

    /** The connections that asked for {@code /held}: a case closes them. */
    static final Queue<HttpConnection> HELD = new ConcurrentLinkedQueue<>();

    static final int HUGE = 5_000_000;

    /** The most connections of the frontend. */
    static final int CONNECTIONS = 20;

    /** So many requests must have come to {@code /crowd} before any gets a response. */
    static final int CROWD = 10;

    private final Vertx vertx = Vertx.vertx();
    private final Queue<HttpServerResponse> crowd = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private HttpServer server;

    @Override
    public Map<String, String> start() {
        server = vertx.createHttpServer()
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(this::respond)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return Map.of(
                "backend.url",
                "http://127.0.0.1:" + server.actualPort(),
                // on an aged connection this server's own "Connection: close" would replace that of a case
                "backend.max-connection-age",
                "1m",
                "backend.max-connections",
                String.valueOf(CONNECTIONS),
                "backend.response-timeout",
                "1500ms");
    }

    @Override
    public void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** @return how many connections it has accepted */
    int connections() {
        return connections.get();
    }

    static int asked(String path) {
        return ASKED.computeIfAbsent(path, p -> new AtomicInteger()).get();
    }

    /** @return how many requests came, whatever their paths */
    static int asked() {
        return sumOfPathsThatEndIn("");
    }

    /** @return how many requests were reset, by a path that ends in {@code /resets} */
    static int reset() {
        return sumOfPathsThatEndIn("/resets");
    }

    private static int sumOfPathsThatEndIn(String end) {
        return ASKED.entrySet().stream()
                .filter(asked -> asked.getKey().endsWith(end))
                .mapToInt(asked -> asked.getValue().get())
                .sum();
    }

    private void respond(HttpServerRequest request) {
        int times =
                ASKED.computeIfAbsent(request.path(), p -> new AtomicInteger()).incrementAndGet();
        String path = request.path().endsWith("/resets") ? "/resets" : request.path();
        switch (path) {
            case "/slow" -> {
                // never responds
            }
            case "/held" -> HELD.add(request.connection());
            case "/hangs-once" -> {
                if (times > 1) {
                    request.response().end("another pod answered");
                }
            }
            case "/crowd" -> {
                crowd.add(request.response());
                while (times >= CROWD && !crowd.isEmpty()) {
                    crowd.remove().end();
                }
            }
            case "/drips" -> {
                HttpServerResponse response = request.response().setChunked(true);
                response.write(".");
                long drip = vertx.setPeriodic(200, id -> response.write("."));
                request.connection().closeHandler(closed -> vertx.cancelTimer(drip));
            }
            case "/stalls" ->
                request.response().putHeader("Content-Length", "100").write("the beginning");
            case "/resets" -> request.connection().close();
            case "/resets-twice" -> {
                if (times % 3 != 0) {
                    request.connection().close();
                } else {
                    request.response().end("third time lucky");
                }
            }
            case "/breaks-off-late" -> {
                if (times == 1) {
                    // later than the frontend would begin another try
                    vertx.setTimer(1_100, id -> request.connection().close());
                } else if (times < 3) {
                    request.connection().close();
                } else {
                    request.response().end("answered after all");
                }
            }
            case "/breaks-off" ->
                request.response().setChunked(true).write("the beginning").onSuccess(written -> request.connection()
                        .close());
            case "/closes" ->
                request.response().putHeader("Connection", "close").end("and good bye");
            case "/unready" -> request.response().setStatusCode(503).end("not now");
            case "/huge" -> request.response().end(Buffer.buffer(new byte[HUGE]));
            case "/hop-by-hop" ->
                request.response()
                        .putHeader("Connection", "X-Private")
                        .putHeader("X-Private", "for the next hop only")
                        .putHeader("Keep-Alive", "timeout=5")
                        .putHeader("X-End-To-End", "yes")
                        .end();
            default ->
                request.body().onSuccess(body -> {
                    JsonObject headers = new JsonObject();
                    request.headers().forEach(h -> headers.put(h.getKey().toLowerCase(), h.getValue()));
                    request.response()
                            .putHeader("Content-Type", "application/json")
                            .putHeader("Pod", "stub")
                            .end(new JsonObject()
                                    .put("method", request.method().name())
                                    .put("uri", request.uri())
                                    .put("body", body.toString())
                                    .put("headers", headers)
                                    .toBuffer());
                });
        }
    }
}
