// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

import io.netty.handler.codec.DateFormatter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules of HTTP that Netty and Vert.x leave to the application. */
@Singleton
public class HttpRules {
    /** The transfer codings, if there are any. */
    private static final Set<String> UNDERSTOOD = Set.of("", "chunked");

    private volatile CharSequence date = now();

    void register(@Observes Filters filters, Vertx vertx) {
        vertx.setPeriodic(1000, id -> date = now());
        filters.register(this::check, 1000); // the highest priority of all filters, so the first
    }

    private static CharSequence now() {
        return HttpHeaders.createOptimized(DateFormatter.format(new Date()));
    }

    private void check(RoutingContext context) {
        MultiMap headers = context.request().headers();
        context.response().putHeader(HttpHeaders.DATE, date); // RFC 9110, section 6.6.1
        // One Host (RFC 9112, section 3.2); nothing here could read a body with a coding before chunked (section 6.1)
        boolean refused = headers.getAll(HttpHeaders.HOST).size() > 1
                || !UNDERSTOOD.contains(list(headers, HttpHeaders.TRANSFER_ENCODING));
        // Vert.x only knows a `close` that stands alone (RFC 9110, section 7.6.1).
        if (refused || list(headers, HttpHeaders.CONNECTION).contains("close")) {
            close(context);
        }
        if (refused) {
            context.response().setStatusCode(400).end();
        } else {
            context.next();
        }
    }

    private static void close(RoutingContext context) {
        if (context.request().version() != HttpVersion.HTTP_2) { // which has neither the field nor the need
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            context.addEndHandler(end -> context.request().connection().close());
        }
    }

    /** @return the members of a list header in lower case, whatever lines they come in (RFC 9110, section 5.3) */
    private static String list(MultiMap headers, CharSequence name) {
        List<String> lines = headers.getAll(name);
        return lines.isEmpty() ? "" : String.join(",", lines).strip().toLowerCase(Locale.ROOT);
    }
}
