// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pod does from SIGTERM until it ends: it serves on, and sends its clients elsewhere. */
class ShutdownTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient HTTP1 = VERTX.createHttpClient();
    private static final HttpClient HTTP2 = VERTX.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));

    private static HttpClientResponse get(HttpClient client, App app, String path, Runnable whenGoneAway) {
        return client.request(HttpMethod.GET, app.port(), "localhost", path)
                .compose(request -> {
                    if (request.version() == HttpVersion.HTTP_2) {
                        request.connection().goAwayHandler(goAway -> whenGoneAway.run());
                    }
                    return request.send();
                })
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @ParameterizedTest
    @CsvSource({"backend, /Ana", "frontend, /style.css"})
    void a_pod_that_ends_serves_says_that_it_is_ready_and_closes_its_connections(String name, String path) {
        try (App app = App.start(name, Map.of("QUARKUS_SHUTDOWN_DELAY", "30s"))) {
            AtomicBoolean goneAway = new AtomicBoolean();
            assertThat(get(HTTP1, app, path, null).getHeader("Connection")).isNull();
            get(HTTP2, app, path, () -> goneAway.set(true));
            assertThat(goneAway).isFalse();
            app.terminate();
            // RFC 9112, section 9.6: the next request opens a connection, to another pod
            await().untilAsserted(() -> {
                HttpClientResponse response = get(HTTP1, app, path, null);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.getHeader("Connection")).isEqualToIgnoringCase("close");
            });
            // in HTTP/2, GOAWAY (RFC 9113, section 6.8)
            assertThat(get(HTTP2, app, path, () -> goneAway.set(true)).statusCode())
                    .isEqualTo(200);
            await().untilTrue(goneAway);
            // so that kube-proxy falls back on it while no other pod is ready
            assertThat(app.status("/q/health/ready")).isEqualTo(200);
            assertThat(app.status(path)).isEqualTo(200);
        }
    }
}
