// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What both apps do for clients that speak HTTP/2 without TLS: one connection carries many requests. */
class Http2Test {
    private static App backend;
    private static App frontend;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2MaxPoolSize(1));

    @BeforeAll
    static void start() {
        backend = App.start("backend", Map.of("HOSTNAME", "pod-1"));
        frontend = App.start("frontend", Map.of("BACKEND_URL", backend.url()));
    }

    @AfterAll
    static void stop() {
        frontend.close();
        backend.close();
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private Future<HttpClientRequest> request(String app, HttpMethod method, String path) {
        App server = app.equals("backend") ? backend : frontend;
        return client.request(new RequestOptions()
                .setHost("localhost")
                .setPort(server.port())
                .setMethod(method)
                .setURI((app.equals("backend") ? "" : "/api") + path));
    }

    private String greet(String app, String name) {
        return await(request(app, HttpMethod.GET, "/" + name)
                .compose(HttpClientRequest::send)
                .compose(answer -> answer.body().map(Buffer::toString)));
    }

    @ParameterizedTest
    @CsvSource({"backend", "frontend"})
    void refuses_a_large_body_without_disturbing_the_other_requests(String app) {
        HttpConnection connection = await(request(app, HttpMethod.GET, "/Ana").map(HttpClientRequest::connection));
        AtomicBoolean closed = new AtomicBoolean();
        connection.closeHandler(gone -> closed.set(true));
        int status = await(request(app, HttpMethod.POST, "/greetings")
                .compose(request -> request.putHeader("Content-Type", "application/x-www-form-urlencoded")
                        .send("name=" + "a".repeat(20_000)))
                .map(answer -> {
                    assertThat(answer.headers().contains("Connection"))
                            .as("a field that HTTP/2 forbids")
                            .isFalse();
                    return answer.statusCode();
                }));
        assertThat(status).isEqualTo(413);
        Awaitility.await()
                .during(Duration.ofMillis(1500))
                .atMost(Duration.ofSeconds(5))
                .until(() -> greet(app, "Ana").equals("Hello Ana from pod-1!"));
        assertThat(closed).isFalse();
    }
}
