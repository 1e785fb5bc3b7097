// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import k8sdemo.http.FilterOrder;
import k8sdemo.http.Problem;

/** Checks the media types that a request names, because Jakarta REST answers those that are not well-formed with a 500. */
public class MediaTypes {
    static final Problem UNSUPPORTED =
            Problem.of(415, "The body must be application/x-www-form-urlencoded or application/json.");

    /** RFC 9110, section 8.3.1. */
    private static final Pattern WELL_FORMED = Pattern.compile(
            "T+/T+(\\s*;\\s*(T+=(T+|\"([^\"\\\\]|\\\\.)*\"))?)*".replace("T", "[!#$%&'*+.^_`|~0-9A-Za-z-]"));

    void register(@Observes Filters filters) {
        FilterOrder.MEDIA_TYPES.register(filters, MediaTypes::check);
    }

    private static void check(RoutingContext context) {
        MultiMap headers = context.request().headers();
        // a list, which may come in several lines (RFC 9110, section 5.3)
        List<String> accept = headers.getAll(HttpHeaders.ACCEPT);
        if (!accept.isEmpty()) {
            String list = String.join(",", accept);
            // RFC 9110, section 12.5.1: a server may ignore the field and choose the representation itself
            headers.set(
                    HttpHeaders.ACCEPT,
                    Arrays.stream(list.split(",", -1)).allMatch(MediaTypes::isWellFormed) ? list : "*/*");
        }
        // one media type, and no list
        List<String> contentType = headers.getAll(HttpHeaders.CONTENT_TYPE);
        boolean one = contentType.size() <= 1
                && contentType.stream().allMatch(type -> isWellFormed(type) && type.indexOf('*') < 0);
        if (one) {
            context.next();
        } else {
            UNSUPPORTED.answer(context);
        }
    }

    private static boolean isWellFormed(String mediaType) {
        return WELL_FORMED.matcher(mediaType.strip()).matches();
    }
}
