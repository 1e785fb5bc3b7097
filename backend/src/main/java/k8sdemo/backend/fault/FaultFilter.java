// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import k8sdemo.backend.pod.Pod;
import k8sdemo.http.Problem;

/** Delays greetings, or fails them, while a {@link Fault} says so. Probes and metrics go on. */
@Singleton
public class FaultFilter {
    /** After HttpRules and Quarkus' CORS filter (300): only requests that are otherwise fine get a fault. */
    private static final int LAST = 100;

    private final Faults faults;
    private final Problem failed;

    FaultFilter(Faults faults, Pod pod) {
        this.faults = faults;
        this.failed = Problem.of(500, "Fault injection failed this request.").with("pod", pod.name());
    }

    void register(@Observes Filters filters) {
        boolean isBadRelease = !faults.status().active().isEmpty();
        if (faults.enabled() || isBadRelease) {
            filters.register(this::filter, LAST);
        }
    }

    private void filter(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.startsWith("/q/") || path.startsWith("/faults/")) {
            context.next();
        } else if (faults.failsThisGreeting()) {
            failed.answer(context);
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
