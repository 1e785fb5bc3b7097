package k8sdemo.backend;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Makes greetings slow, or fail, while a {@link Fault} says so; probes and metrics go on. Where there are no faults on
 * purpose, their addresses do not exist.
 */
@Singleton
public class FaultFilter {
    private final Faults faults;

    FaultFilter(Faults faults) {
        this.faults = faults;
    }

    void register(@Observes Filters filters) {
        filters.register(faults.enabled() ? this::filter : FaultFilter::hide, 997);
    }

    private static void hide(RoutingContext context) {
        if (isFault(context.normalizedPath())) {
            Problem.of(404, "There are no faults on purpose here: start the backend with WORKSHOP_FAULTS=true.")
                    .answer(context);
        } else {
            context.next();
        }
    }

    /** As Jakarta REST matches a path: what follows a semicolon in a segment is no part of it (section 3.7.2). */
    private static boolean isFault(String path) {
        return path.startsWith("/faults") && path.replaceAll(";[^/]*", "").startsWith("/faults/");
    }

    private void filter(RoutingContext context) {
        String path = context.request().path();
        if (path.startsWith("/q/") || isFault(path)) {
            context.next();
        } else if (faults.strikes()) {
            Problem.of(500, "This pod was told to fail now and then.").answer(context);
        } else if (faults.delay() > 0) {
            context.request().pause();
            context.vertx().setTimer(faults.delay(), id -> {
                context.request().resume();
                context.next();
            });
        } else {
            context.next();
        }
    }
}
