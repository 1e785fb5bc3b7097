// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** The order in which a request passes the filters, from the first to the last. All of them come before Quarkus' own. */
public enum FilterOrder {
    /** First, so that every answer carries the id, refusals of later filters included. */
    REQUEST_ID,
    /** Refuses other origins before Quarkus' CORS filter does, whose answer is empty. */
    ORIGINS,
    /** Refuses media types before Jakarta REST parses them. */
    MEDIA_TYPES,
    /** Last: injects faults only into requests that are otherwise fine. */
    FAULTS;

    /** Quarkus runs filters of a higher priority first; its CORS filter has 300. */
    private static final int FIRST = 1000;

    /**
     * Adds a filter in this place.
     *
     * @param filters where Quarkus collects them at startup
     * @param filter calls {@code next()}, or ends the response
     */
    public void register(Filters filters, Handler<RoutingContext> filter) {
        filters.register(filter, FIRST - ordinal());
    }
}
