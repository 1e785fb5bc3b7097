package k8sdemo.backend;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;

/** Judges the media types that a request names: Jakarta REST answers those that are not well-formed with a 500. */
public class MediaTypeCheck {
    /** What nearly every request names: nothing to be judged. */
    private static final Set<String> USUAL =
            Set.of("*/*", MediaType.APPLICATION_JSON, MediaType.APPLICATION_FORM_URLENCODED);

    void register(@Observes Filters filters) {
        filters.register(MediaTypeCheck::checkMediaTypes, 998);
    }

    private static void checkMediaTypes(RoutingContext context) {
        HttpServerRequest request = context.request();
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept != null && !isWellFormed(accept)) {
            // RFC 9110, section 12.5.1: a server may disregard the field, and answer in what it likes best
            request.headers().set(HttpHeaders.ACCEPT, MediaType.WILDCARD);
        }
        String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (contentType != null && !isWellFormed(contentType)) {
            ProblemMapper.UNSUPPORTED_MEDIA_TYPE.answer(context);
        } else {
            context.next();
        }
    }

    private static boolean isWellFormed(String mediaTypes) {
        if (USUAL.contains(mediaTypes)) {
            return true;
        }
        try {
            for (String mediaType : mediaTypes.split(",", -1)) {
                MediaType.valueOf(mediaType.strip());
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
