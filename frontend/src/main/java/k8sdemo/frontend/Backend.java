// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.netty.channel.ConnectTimeoutException;
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
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The backend: a service of many pods that come and go. A request that finds no pod, or whose pod dies or hangs before its
 * answer begins, is retried on another connection, until {@link BackendConfig#retryFor} has passed since the first failure:
 * a pod that broke off late does not use up the time of the next one. A retry may greet somebody twice, which does no harm
 * because a greeting changes nothing. An answer that has begun is never replayed.
 *
 * <p>Under overload, requests wait a short time for one of the {@link BackendConfig#connections}, and are refused after that:
 * a backend that has more to do answers nothing in time. Retries have a {@link RetryBudget}.
 */
@Singleton
public class Backend {
    private static final long FIRST_PAUSE = 10;
    private static final long LONGEST_PAUSE = 250;

    /** In milliseconds: how long a request waits for others to free a connection. */
    private static final long LONGEST_WAIT = 500;

    /** Requests that wait for a connection, an answer, or a retry. Each keeps its body in memory. */
    private static final int MOST_WAITING = 1_000;

    /** How long connections that work are kept after another one could not be opened in time. */
    private static final Duration KEEP_WORKING = Duration.ofSeconds(5);

    /** Not {@link java.net.URI}: that finds no host in a name with an underscore, as Docker Compose has them. */
    private static final Pattern URL =
            Pattern.compile("(https?)://(\\[[0-9A-Fa-f:.]+]|[^/?#@:\\[\\]\\s]+)(?::([0-9]{1,5}))?/?");

    private final Vertx vertx;
    private final BackendConfig config;
    private final RequestOptions address;
    private final HttpClient client;
    private final Map<HttpConnection, Long> connectedAt = new ConcurrentHashMap<>();
    private final RetryBudget budget = new RetryBudget(System::nanoTime);
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile long connectTimedOutAt = System.nanoTime() - KEEP_WORKING.toNanos();

    static {
        // By default the JDK uses an address for 30 s, and believes for 10 s that a name does not exist. Ask the DNS
        // every second instead. The JDK reads these settings at its first lookup (JDK docs, "Networking Properties"):
        // in a pod, that comes later; without HOSTNAME, the log has already looked up the machine's name.
        Security.setProperty("networkaddress.cache.ttl", "1");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        Security.setProperty("networkaddress.cache.stale.ttl", "60"); // while the DNS does not answer
    }

    Backend(Vertx vertx, BackendConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.address = address(config.url());
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setConnectTimeout((int) config.connectTimeout().toMillis())
                        .setKeepAliveTimeout(1)
                        // an answer that has begun may pause, but not forever
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
     * A request to the backend.
     *
     * @param options its method, path, and headers
     * @param body the whole body; a retry sends it again
     * @param isIdempotent whether it may reach two pods; if not, it is only retried if it reached none
     * @param isWanted whether somebody still waits for the answer; if not, it is not retried
     */
    record Call(RequestOptions options, Buffer body, boolean isIdempotent, BooleanSupplier isWanted) {}

    /**
     * Sends a request, with retries.
     *
     * @return the answer as soon as its head has arrived, paused; or a failure: {@link RejectedExecutionException} if the
     *     backend has more to do than it can, {@link TimeoutException} if it took too long, and any other if no pod could be
     *     reached or one broke off
     */
    Future<HttpClientResponse> send(Call call) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return Future.failedFuture(new RejectedExecutionException("too many requests wait"));
        }
        budget.countRequest();
        return attempt(call)
                .recover(failure -> {
                    long deadline = System.nanoTime() + config.retryFor().toNanos();
                    return retry(call, failure, deadline, FIRST_PAUSE);
                })
                .onComplete(done -> waiting.decrementAndGet());
    }

    private Future<HttpClientResponse> retry(Call call, Throwable failure, long deadline, long pause) {
        if (System.nanoTime() > deadline || !call.isWanted.getAsBoolean() || !mayRetry(call, failure)) {
            return Future.failedFuture(failure);
        }
        // a connection that timed out is no reason to wait any longer: the next one may reach another pod
        long nextPause = failure instanceof ConnectTimeoutException ? pause : Math.min(2 * pause, LONGEST_PAUSE);
        return vertx.timer(pause, TimeUnit.MILLISECONDS)
                .compose(v -> attempt(call))
                .recover(next -> retry(call, next, deadline, nextPause));
    }

    /** What reached no pod was no work for one, so only time limits how often that is retried. */
    private boolean mayRetry(Call call, Throwable failure) {
        return isUnreachable(failure)
                || (call.isIdempotent && !(failure instanceof RejectedExecutionException) && budget.tryRetry());
    }

    /** @return whether a request failed before it reached a pod */
    static boolean isUnreachable(Throwable failure) {
        return failure instanceof ConnectException // refused, or timed out
                || failure instanceof NoRouteToHostException
                || failure instanceof UnknownHostException;
    }

    private Future<HttpClientResponse> attempt(Call call) {
        return client.request(call.options).recover(this::notSent).compose(request -> {
            closeIfAged(request);
            // without handlers, Vert.x logs an ERROR for every client that leaves
            request.exceptionHandler(failure -> {});
            Future<HttpClientResponse> answer = request.response()
                    .map(head -> head.exceptionHandler(failure -> {}).pause());
            request.end(call.body);
            return answer;
        });
    }

    private Future<HttpClientRequest> notSent(Throwable failure) {
        if (failure instanceof ConnectTimeoutException) {
            connectTimedOutAt = System.nanoTime();
        }
        // with few connections open, it did not wait for one of them but, for example, for a slow DNS: that is retried
        if (failure instanceof TimeoutException && connectedAt.size() > config.connections() / 2) {
            return Future.failedFuture(new RejectedExecutionException("no connection became free"));
        }
        return Future.failedFuture(failure);
    }

    private void closeIfAged(HttpClientRequest request) {
        long now = System.nanoTime();
        // When a node has died, connecting to its pods times out. Until the cluster knows, connections that work are
        // kept, so that few requests pay for finding one.
        boolean keep = now - connectTimedOutAt < KEEP_WORKING.toNanos();
        Duration age =
                keep && KEEP_WORKING.compareTo(config.connectionAge()) > 0 ? KEEP_WORKING : config.connectionAge();
        Long since = connectedAt.get(request.connection());
        if (since == null || now - since > age.toNanos()) {
            request.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    static RequestOptions address(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches() || (parts.group(3) != null && Integer.parseInt(parts.group(3)) > 65535)) {
            throw new IllegalArgumentException(
                    "BACKEND_URL must be a scheme, a host and a port, as in http://localhost:8000; not '" + url + "'.");
        }
        boolean tls = parts.group(1).equals("https");
        String port = parts.group(3);
        return new RequestOptions()
                .setSsl(tls)
                .setHost(parts.group(2))
                .setPort(port != null ? Integer.parseInt(port) : tls ? 443 : 80);
    }

    RequestOptions request(HttpMethod method, String uri) {
        return new RequestOptions(address)
                .setMethod(method)
                // how long to wait for a free connection, and if need be to open one
                .setConnectTimeout(LONGEST_WAIT + config.connectTimeout().toMillis())
                .setIdleTimeout(config.answerTimeout().toMillis())
                .setURI(uri);
    }
}
