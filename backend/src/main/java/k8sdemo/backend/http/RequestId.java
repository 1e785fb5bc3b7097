// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import k8sdemo.http.FilterOrder;

/**
 * Gives every request an id that can be followed through the logs: the one it came with if that is well-formed, else a new
 * one. The answer carries it back.
 */
public class RequestId {
    /** The field that carries the id. */
    public static final String HEADER = "X-Request-Id";

    private static final HexFormat HEX = HexFormat.of();

    /** Nothing that could forge a line of the log, and room for a UUID or a trace id. */
    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    void register(@Observes Filters filters) {
        FilterOrder.REQUEST_ID.register(filters, RequestId::ensure);
    }

    private static void ensure(RoutingContext context) {
        List<String> ids = context.request().headers().getAll(HEADER);
        String id = ids.size() == 1 && WELL_FORMED.matcher(ids.get(0)).matches() ? ids.get(0) : newId();
        context.request().headers().set(HEADER, id);
        context.response().putHeader(HEADER, id);
        context.next();
    }

    private static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    }
}
