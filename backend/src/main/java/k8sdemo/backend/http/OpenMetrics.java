// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;

/**
 * Lets every scraper of {@code /q/metrics} have OpenMetrics. Quarkus 3.33 (PrometheusRecorder) responds with 406 to one that names
 * the type without the charset, although a type without a parameter accepts any (RFC 9110, section 12.5.1).
 */
public class OpenMetrics {
    private static final String NAME = "application/openmetrics-text";
    private static final int ANY_PRIORITY = 10;

    void register(@Observes Filters filters) {
        filters.register(OpenMetrics::filter, ANY_PRIORITY);
    }

    private static void filter(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.startsWith(NAME)) {
            context.request().headers().set(HttpHeaders.ACCEPT, NAME + "; version=1.0.0; charset=utf-8");
        }
        context.next();
    }
}
