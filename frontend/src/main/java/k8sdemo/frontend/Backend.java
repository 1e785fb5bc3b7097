// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
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
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The backend: a service of many pods that come and go. A request that finds no pod, or whose pod dies or hangs before its
 * response begins, is retried on another connection, until {@link BackendConfig#retryFor} has passed since the first failure:
 * a pod that fails late does not use up the time of the next one. A retry may greet somebody twice, which does no harm
 * because a greeting changes nothing. Once a response has begun, the request is never retried.
 *
 * <p>Under overload, requests wait a short time for one of the {@link BackendConfig#maxConnections}, and are refused after
 * that: a backend that has more to do responds to nothing in time. Retries have a {@link RetryBudget}.
 */
@Singleton
public class Backend {
    private static final long INITIAL_BACKOFF_MILLIS = 10;
    private static final long MAX_BACKOFF_MILLIS = 250;

    /** How long a request waits for others to free a connection. */
    private static final long MAX_WAIT_MILLIS = 500;

    /**
     * Requests that wait for a connection, a response, or a retry. Each keeps its body in memory. The limit of Vert.x'
     * connection pool counts only the first of the three: while no pod can be reached, most requests wait for a retry.
     */
    private static final int MAX_PENDING = 1_000;

    /** Idle connections are closed this soon, because they would soon be too old anyway. */
    private static final int KEEP_ALIVE_SECONDS = 1;

    private static final int POOL_CLEANER_PERIOD_MILLIS = 200;

    private final Vertx vertx;
    private final BackendConfig config;
    private final BackendAddresses addresses;
    private final HttpClient client;
    private final Map<HttpConnection, Long> connectedAt = new ConcurrentHashMap<>();
    private final RetryBudget budget = new RetryBudget(System::nanoTime);
    private final AtomicInteger pending = new AtomicInteger();

    Backend(Vertx vertx, BackendConfig config, BackendAddresses addresses) {
        this.vertx = vertx;
        this.config = config;
        this.addresses = addresses;
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setConnectTimeout((int) config.connectTimeout().toMillis())
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        // a response that has begun may pause, but not forever
                        .setReadIdleTimeout((int) (2 * config.responseTimeout().toMillis()))
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new PoolOptions()
                        .setHttp1MaxSize(config.maxConnections())
                        .setCleanerPeriod(POOL_CLEANER_PERIOD_MILLIS))
                .withConnectHandler(connection -> {
                    connectedAt.put(connection, System.nanoTime());
                    connection.closeHandler(closed -> connectedAt.remove(connection));
                })
                .build();
    }

    /**
     * A request to the backend.
     *
     * @param method its method
     * @param uri its path and query
     * @param headers its headers
     * @param body the whole body; a retry sends it again
     * @param isRetrySafe whether it may reach two pods; if not, it is only retried if it reached none
     * @param isWanted whether somebody still waits for the response; if not, it is not retried
     */
    record Call(
            HttpMethod method,
            String uri,
            MultiMap headers,
            Buffer body,
            boolean isRetrySafe,
            BooleanSupplier isWanted) {}

    /** A request reached no pod, whatever the reason is. */
    static final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreachableException(Throwable reason) {
            super(reason);
        }
    }

    /**
     * Sends a request, with retries.
     *
     * @return the response as soon as its head has arrived, paused; or a failure: {@link RejectedExecutionException} if the
     *     backend has more to do than it can, {@link TimeoutException} if it took too long, {@link UnreachableException} if no
     *     pod could be reached, and any other if one closed the connection
     */
    Future<HttpClientResponse> send(Call call) {
        if (pending.incrementAndGet() > MAX_PENDING) {
            pending.decrementAndGet();
            return Future.failedFuture(new RejectedExecutionException("too many requests are pending"));
        }
        budget.countRequest();
        return attempt(call)
                .recover(failure -> {
                    long deadline = System.nanoTime() + config.retryFor().toNanos();
                    return retry(call, failure, deadline, INITIAL_BACKOFF_MILLIS);
                })
                .onComplete(done -> pending.decrementAndGet());
    }

    private Future<HttpClientResponse> retry(Call call, Throwable failure, long deadline, long backoff) {
        if (System.nanoTime() > deadline || !call.isWanted.getAsBoolean() || !mayRetry(call, failure)) {
            return Future.failedFuture(failure);
        }
        // a connection that timed out is no reason to wait any longer: the next one may reach another pod
        long nextBackoff = failure.getCause() instanceof ConnectTimeoutException
                ? backoff
                : Math.min(2 * backoff, MAX_BACKOFF_MILLIS);
        return vertx.timer(backoff, TimeUnit.MILLISECONDS)
                .compose(v -> attempt(call))
                .recover(next -> retry(call, next, deadline, nextBackoff));
    }

    /** What reached no pod was no work for one, so only time limits how often that is retried. */
    private boolean mayRetry(Call call, Throwable failure) {
        return failure instanceof UnreachableException
                || (call.isRetrySafe && !(failure instanceof RejectedExecutionException) && budget.tryRetry());
    }

    private Future<HttpClientResponse> attempt(Call call) {
        BackendAddresses.Address address;
        try {
            address = addresses.pick();
        } catch (UnknownHostException e) {
            return Future.failedFuture(new UnreachableException(e));
        }
        RequestOptions options = new RequestOptions(address.url())
                .setServer(address.server())
                .setMethod(call.method)
                .setURI(call.uri)
                .setHeaders(call.headers)
                // how long to wait for a free connection, and if need be to open one
                .setConnectTimeout(MAX_WAIT_MILLIS + config.connectTimeout().toMillis())
                .setIdleTimeout(config.responseTimeout().toMillis());
        return client.request(options)
                .recover(failure -> notSent(address, failure))
                .compose(request -> {
                    closeIfAged(request);
                    // without handlers, Vert.x logs an ERROR for every client that leaves
                    request.exceptionHandler(failure -> {});
                    Future<HttpClientResponse> response = request.response()
                            .map(head -> head.exceptionHandler(failure -> {}).pause());
                    request.end(call.body);
                    return response;
                });
    }

    /** @return for how many milliseconds the connection that a response comes over has been open */
    long connectedFor(HttpClientResponse response) {
        long now = System.nanoTime();
        long since = connectedAt.getOrDefault(response.request().connection(), now);
        return TimeUnit.NANOSECONDS.toMillis(now - since);
    }

    private Future<HttpClientRequest> notSent(BackendAddresses.Address address, Throwable failure) {
        // With few connections open, it did not wait for one of them: this machine was too busy to open one, so retry.
        if (failure instanceof TimeoutException && connectedAt.size() > config.maxConnections() / 2) {
            return Future.failedFuture(new RejectedExecutionException("no connection became free"));
        }
        addresses.failed(address);
        return Future.failedFuture(failure instanceof TimeoutException ? failure : new UnreachableException(failure));
    }

    private void closeIfAged(HttpClientRequest request) {
        Long since = connectedAt.get(request.connection());
        if (since == null
                || System.nanoTime() - since > config.maxConnectionAge().toNanos()) {
            request.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }
}
