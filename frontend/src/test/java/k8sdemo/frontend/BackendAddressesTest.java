// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendAddressesTest {
    @ParameterizedTest
    @CsvSource({
        "http://localhost:8000, localhost, 8000",
        "http://my_backend:8000/, my_backend, 8000",
        "http://k8s-demo-backend, k8s-demo-backend, 80",
        "https://k8s-demo-backend, k8s-demo-backend, 443",
        "http://[::1]:8000, [::1], 8000"
    })
    void a_url_has_a_host_and_a_port(String url, String host, int port) {
        RequestOptions parsed = BackendAddresses.parse(url);
        assertEquals(host, parsed.getHost());
        assertEquals(port, parsed.getPort());
        assertEquals(url.startsWith("https"), parsed.isSsl());
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
    void anything_else_is_refused(String url) {
        String message = assertThrows(IllegalArgumentException.class, () -> BackendAddresses.parse(url))
                .getMessage();
        assertTrue(message.contains("BACKEND_URL must be") && message.contains("'" + url + "'"), message);
    }

    @Nested
    @Timeout(60)
    class OfTwoUrls {
        private final Vertx vertx = Vertx.vertx();
        private final BackendAddresses addresses = new BackendAddresses(
                vertx, new TestConfig(List.of("http://127.0.0.1:8001", "http://127.0.0.2:8002"), Duration.ZERO, 1));

        @AfterEach
        void stop() {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }

        private Set<String> pickOften() {
            return Stream.generate(this::pick).limit(100).collect(Collectors.toSet());
        }

        private String pick() {
            try {
                return addresses.pick().server().toString();
            } catch (UnknownHostException e) {
                return "none"; // because no lookup has ended yet
            }
        }

        private void failed(String server) throws UnknownHostException {
            BackendAddresses.Address address = addresses.pick();
            while (!address.server().toString().equals(server)) {
                address = addresses.pick();
            }
            addresses.failed(address);
        }

        @Test
        void one_that_took_no_connection_is_skipped_for_a_while() throws UnknownHostException {
            while (!pickOften().equals(Set.of("127.0.0.1:8001", "127.0.0.2:8002"))) {}
            do {
                failed("127.0.0.1:8001");
            } while (!pickOften().equals(Set.of("127.0.0.2:8002"))); // unless that took longer than it is skipped
            failed("127.0.0.2:8002");
            while (!pickOften().equals(Set.of("127.0.0.1:8001", "127.0.0.2:8002"))) {}
        }
    }
}
