// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.stream.Stream;
import k8sdemo.http.Problem;

/**
 * The page: the files in {@code META-INF/resources}, read anew for each request. Quarkus' own static resources do not fit: Vert.x
 * copies them to temporary files, and a shutdown hook of its own deletes these on SIGTERM (FileCache in Vert.x 4.5), so that
 * a pod would respond with 500 for as long as it drains.
 */
@Singleton
public class PageRoutes {
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css;charset=UTF-8",
            "html", "text/html;charset=UTF-8",
            "js", "text/javascript;charset=UTF-8",
            "json", "application/json",
            "svg", "image/svg+xml");

    /** A browser asks for the icon by itself where a page names none, such as when it opens a response of the API. */
    private static final Map<String, String> ALIASES =
            Map.of("/", "/index.html", "/room", "/room.html", "/favicon.ico", "/favicon.svg");

    void register(@Observes Router router) {
        Stream<Route> files = Stream.of(
                router.route("/"),
                router.route("/room"),
                router.route("/favicon.ico"),
                router.routeWithRegex("/[a-z]+\\.(css|html|js|json|svg)"));
        files.forEach(route -> route.order(-1) // before Quarkus' static resources
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(PageRoutes::serve));
        router.route().last().handler(context -> Problem.of(404, "There is nothing here. The page is at /.")
                .answer(context));
    }

    private static void serve(RoutingContext context) {
        String path = ALIASES.getOrDefault(context.normalizedPath(), context.normalizedPath());
        ClassLoader files = Thread.currentThread().getContextClassLoader();
        try (InputStream file = files.getResourceAsStream("META-INF/resources" + path)) {
            if (file == null) {
                context.next();
                return;
            }
            context.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, TYPES.get(path.substring(path.indexOf('.') + 1)))
                    .end(Buffer.buffer(file.readAllBytes()));
        } catch (IOException e) {
            context.fail(e);
        }
    }
}
