// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import k8sdemo.http.FilterOrder;
import k8sdemo.http.Problem;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Refuses what Quarkus' CORS filter refuses with an empty answer: requests of pages from another origin. */
@Singleton
public class Origins {
    private static final Problem REFUSED =
            Problem.of(403, "Pages from this origin may not call the backend: add it to QUARKUS_HTTP_CORS_ORIGINS.");

    private final Set<String> allowed;

    Origins(@ConfigProperty(name = "quarkus.http.cors.origins") Set<String> allowed) {
        this.allowed = allowed;
    }

    void register(@Observes Filters filters) {
        FilterOrder.ORIGINS.register(filters, this::check);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null
                || allowed.contains(origin)
                || allowed.contains("*")
                || origin.equals(request.scheme() + "://" + request.authority())) {
            context.next();
        } else {
            REFUSED.answer(context);
        }
    }
}
