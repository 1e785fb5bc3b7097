package k8sdemo.backend;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Sends clients elsewhere while this pod goes away. After SIGTERM the application still answers for the time of
 * {@code quarkus.shutdown.delay}; from then on each answer also closes its connection (RFC 9112, section 9.6), so that
 * no client is left holding a kept connection when the server closes for good.
 */
@Singleton
public class Drain {
    private volatile boolean draining;

    void begin(@Observes ShutdownDelayInitiatedEvent event) {
        draining = true;
    }

    void register(@Observes Filters filters) {
        filters.register(this::closeConnection, 999);
    }

    private void closeConnection(RoutingContext context) {
        if (draining && context.request().version() != HttpVersion.HTTP_2) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            context.addEndHandler(ended -> context.request().connection().close());
        }
        context.next();
    }
}
