// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Sends clients elsewhere while this pod shuts down. After SIGTERM the app still answers for the time of
 * {@code quarkus.shutdown.delay}. From then on each answer also closes its connection (RFC 9112, section 9.6; in HTTP/2 a
 * GOAWAY, RFC 9113, section 6.8), so that no client still holds an open connection when the server closes for good.
 */
@Singleton
public class Drain {
    private volatile boolean draining;

    void begin(@Observes ShutdownDelayInitiatedEvent event) {
        draining = true;
    }

    void register(@Observes Filters filters) {
        FilterOrder.DRAIN.register(filters, this::closeConnection);
    }

    private void closeConnection(RoutingContext context) {
        if (draining && context.request().version() == HttpVersion.HTTP_2) {
            context.request().connection().shutdown(); // lets the streams that are open finish
        } else if (draining) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        context.next();
    }
}
