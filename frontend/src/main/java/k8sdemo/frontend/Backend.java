package k8sdemo.frontend;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The backend, as a service of many pods that come and go. A request that finds no pod, or whose pod goes away or hangs
 * before its answer begins, is sent again on another connection, until {@link BackendConfig#retryFor} has passed since
 * the first failure: a pod that broke off late does not use up the time of the next. That may greet somebody more than
 * once, which does no harm: a greeting changes nothing. An answer that has begun is never replayed.
 */
@Singleton
public class Backend {
    private static final long FIRST_PAUSE = 10;
    private static final long LONGEST_PAUSE = 250;

    private final Vertx vertx;
    private final BackendConfig config;
    private final HttpClient client;
    private final Map<HttpConnection, Long> connectedAt = new ConcurrentHashMap<>();

    Backend(Vertx vertx, BackendConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setConnectTimeout((int) config.connectTimeout().toMillis())
                        .setKeepAliveTimeout(1)
                        // an answer that has begun may pause, and not for ever
                        .setReadIdleTimeout((int) (2 * config.answerTimeout().toMillis()))
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new PoolOptions().setHttp1MaxSize(config.connections()).setCleanerPeriod(200))
                .withConnectHandler(connection -> {
                    connectedAt.put(connection, System.nanoTime());
                    connection.closeHandler(closed -> connectedAt.remove(connection));
                })
                .build();
    }

    /**
     * Sends a request, again if need be.
     *
     * @param request method, path and headers for the backend
     * @param body the whole body; it may have to be sent more than once
     * @return the answer as soon as its head is there, paused; or a failure: {@link TimeoutException} if it took too
     *     long, for the backend or for one of our connections to be free; any other if no backend could be reached
     */
    public Future<HttpClientResponse> send(RequestOptions request, Buffer body) {
        return sendOnce(request, body)
                .recover(failure -> sendAgain(
                        request,
                        body,
                        failure,
                        System.nanoTime() + config.retryFor().toNanos(),
                        FIRST_PAUSE));
    }

    private Future<HttpClientResponse> sendAgain(
            RequestOptions request, Buffer body, Throwable failure, long deadline, long pause) {
        if (System.nanoTime() > deadline) {
            return Future.failedFuture(failure);
        }
        return vertx.timer(pause, TimeUnit.MILLISECONDS)
                .compose(v -> sendOnce(request, body))
                .recover(next -> sendAgain(request, body, next, deadline, Math.min(2 * pause, LONGEST_PAUSE)));
    }

    /** Sends a request once, come what may; otherwise as {@link #send}. */
    public Future<HttpClientResponse> sendOnce(RequestOptions options, Buffer body) {
        return client.request(options).compose(request -> {
            closeIfAged(request);
            Future<HttpClientResponse> answer = request.response().map(HttpClientResponse::pause);
            request.end(body);
            return answer;
        });
    }

    private void closeIfAged(HttpClientRequest request) {
        Long since = connectedAt.get(request.connection());
        if (since == null || System.nanoTime() - since > config.connectionAge().toNanos()) {
            request.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    RequestOptions request(HttpMethod method, String uri) {
        boolean tls = "https".equals(config.url().getScheme());
        int port = config.url().getPort() >= 0 ? config.url().getPort() : tls ? 443 : 80;
        return new RequestOptions()
                .setMethod(method)
                .setHost(config.url().getHost())
                .setPort(port)
                .setSsl(tls)
                .setConnectTimeout(config.answerTimeout().toMillis()) // for one of our connections to be free
                .setIdleTimeout(config.answerTimeout().toMillis())
                .setURI(uri);
    }
}
