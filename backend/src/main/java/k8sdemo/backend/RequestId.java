package k8sdemo.backend;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Gives every request an id that can be followed through the logs: the one it came with if that is well-formed, else a
 * new one. The answer carries it back.
 */
public class RequestId {
    static final String HEADER = "X-Request-Id";

    private static final HexFormat HEX = HexFormat.of();

    /** What is well-formed: nothing that could forge a line of a log, and room for a UUID or a trace id. */
    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    void register(@Observes Filters filters) {
        filters.register(RequestId::ensure, 1000); // ahead of CORS, so that its refusals carry an id too
    }

    private static void ensure(RoutingContext context) {
        String id = context.request().getHeader(HEADER);
        if (id == null || !WELL_FORMED.matcher(id).matches()) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            id = HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
            context.request().headers().set(HEADER, id);
        }
        context.response().putHeader(HEADER, id);
        context.next();
    }
}
