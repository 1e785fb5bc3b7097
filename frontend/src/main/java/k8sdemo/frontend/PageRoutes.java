// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import k8sdemo.http.Problem;

/** What Quarkus' static resources, the files in {@code META-INF/resources}, leave open. */
@Singleton
public class PageRoutes {
    void register(@Observes Router router) {
        router.get("/room").handler(context -> context.reroute("/room.html"));
        // a browser asks for this by itself where a page names no icon, such as when it opens a response of the API
        router.get("/favicon.ico").handler(context -> context.reroute("/favicon.svg"));
        router.route().last().handler(context -> Problem.of(404, "There is nothing here. The page is at /.")
                .answer(context));
    }
}
