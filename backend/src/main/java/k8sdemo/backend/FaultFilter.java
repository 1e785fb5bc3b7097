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
        if (context.normalizedPath().startsWith("/faults/")) {
            Faults.NONE.answer(context);
        } else {
            context.next();
        }
    }

    private void filter(RoutingContext context) {
        String path = context.request().path();
        if (path.startsWith("/q/") || path.startsWith("/faults/")) {
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
