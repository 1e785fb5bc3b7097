// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackendTest {
    private final Vertx vertx = Vertx.vertx();
    private final StubBackend stub = new StubBackend();
    private final StubBackend another = new StubBackend();
    private final String url = stub.start().get("backend.url");

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        stub.stop();
        another.stop();
    }

    /** @return a backend that opens a new connection for each request */
    static Backend backend(Vertx vertx, int maxConnections, String... urls) {
        BackendConfig config = new TestConfig(List.of(urls), Duration.ZERO, maxConnections);
        return new Backend(vertx, config, new BackendAddresses(vertx, config));
    }

    static Future<HttpClientResponse> send(Backend backend, String path) {
        return backend.send(new Backend.Call(
                HttpMethod.GET, path, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(), true, () -> true));
    }

    private static List<Future<HttpClientResponse>> send(int requests, Backend backend, String path) {
        return Stream.generate(() -> send(backend, path)).limit(requests).toList();
    }

    /** Waits for a response, and discards its body, which frees the connection. */
    static HttpClientResponse await(Future<HttpClientResponse> response) {
        return response.toCompletionStage().toCompletableFuture().join().resume();
    }

    @Test
    void under_overload_it_retries_only_what_the_budget_allows() {
        int before = StubBackend.reset();
        Future.join(send(60, backend(vertx, 1_000, url), "/budget/resets"))
                .toCompletionStage()
                .exceptionally(failure -> null)
                .toCompletableFuture()
                .join();
        int sent = StubBackend.reset() - before;
        assertTrue(sent > 60 && sent <= 60 + 60 / 5 + 100, "sent 60 requests " + sent + " times");
    }

    @Test
    void while_no_pod_can_be_reached_only_so_many_requests_wait() {
        List<Future<HttpClientResponse>> sent = send(1_001, backend(vertx, 1, "http://backend.invalid"), "/Ana");
        assertFalse(sent.get(999).failed());
        assertInstanceOf(RejectedExecutionException.class, sent.get(1_000).cause());
    }

    /** The network refuses to connect to the broadcast address: no timeout, no refusal by a server. */
    @Test
    void whatever_keeps_a_request_from_being_sent_makes_the_backend_unreachable() {
        Throwable failure = send(backend(vertx, 1, "http://255.255.255.255"), "/Ana")
                .toCompletionStage()
                .handle((response, thrown) -> thrown)
                .toCompletableFuture()
                .join();
        assertInstanceOf(Backend.UnreachableException.class, failure);
    }

    @Test
    void requests_spread_over_all_urls() {
        Backend backend = backend(vertx, 1, url, another.start().get("backend.url"));
        while (stub.connections() == 0 || another.connections() == 0) {
            assertEquals(200, await(send(backend, "/Ana")).statusCode());
        }
    }
}
