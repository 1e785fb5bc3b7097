// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendTest {
    @ParameterizedTest
    @CsvSource({
        "http://localhost:8000, localhost, 8000",
        "http://my_backend:8000/, my_backend, 8000",
        "http://k8s-demo-backend, k8s-demo-backend, 80",
        "https://k8s-demo-backend, k8s-demo-backend, 443",
        "http://[::1]:8000, [::1], 8000"
    })
    void takes_the_address_from_its_url(String url, String host, int port) {
        RequestOptions address = Backend.address(url);
        assertEquals(host, address.getHost());
        assertEquals(port, address.getPort());
        assertEquals(url.startsWith("https"), address.isSsl());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8000",
                "ftp://localhost",
                "http://",
                "http://h:port",
                "http://h/path",
                "http://u@h",
                "http://h:99999"
            })
    void refuses_an_address_that_is_none(String url) {
        String message = assertThrows(IllegalArgumentException.class, () -> Backend.address(url))
                .getMessage();
        assertTrue(message.contains("BACKEND_URL must be") && message.contains("'" + url + "'"), message);
    }

    @Nested
    class UnderOverload {
        private final Vertx vertx = Vertx.vertx();
        private final StubBackend stub = new StubBackend();
        private final String url = stub.start().get("backend.url");

        @AfterEach
        void stop() {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            stub.stop();
        }

        private List<Future<HttpClientResponse>> send(int requests, String path, int connections) {
            Backend backend = new Backend(vertx, new TestConfig(url, Duration.ZERO, connections));
            return Stream.generate(() -> backend.send(
                            new Backend.Call(backend.request(HttpMethod.GET, path), Buffer.buffer(), true, () -> true)))
                    .limit(requests)
                    .toList();
        }

        @Test
        void sends_again_only_what_the_budget_allows() {
            int before = StubBackend.reset();
            List<Future<HttpClientResponse>> sent = send(60, "/budget/resets", 60);
            Future.join(sent)
                    .toCompletionStage()
                    .exceptionally(failure -> null)
                    .toCompletableFuture()
                    .join();
            assertEquals(60 + 60 / 5 + 100, StubBackend.reset() - before);
        }

        @Test
        void refuses_at_once_when_too_many_wait() {
            List<Future<HttpClientResponse>> sent = send(1_001, "/slow", 1);
            assertFalse(sent.get(999).failed());
            assertInstanceOf(RejectedExecutionException.class, sent.get(1_000).cause());
        }
    }
}
