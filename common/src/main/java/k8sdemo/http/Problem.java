// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * Why a request was refused: a problem detail as RFC 9457 defines it. Every error response of both apps is one of these, as
 * JSON or as a page.
 *
 * @param status the status of the response
 * @param detail one sentence for a person, what is wrong and what to do: plain text of ours, never a client's
 * @param members what else a program may want to know (RFC 9457, section 3.2), as JSON takes it
 */
public record Problem(int status, String detail, Map<String, ?> members) {
    /** The media type of a problem (RFC 9457, section 3). */
    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * A problem ready to be sent.
     *
     * @param mediaType the Content-Type
     * @param text the body
     */
    public record Body(String mediaType, String text) {}

    /**
     * @param status the status of the response
     * @param detail what is wrong and what to do
     * @return the problem
     */
    public static Problem of(int status, String detail) {
        return new Problem(status, detail, Map.of());
    }

    /** @return this problem with one more member, and no other than that */
    public Problem with(String member, Object value) {
        return new Problem(status, detail, Map.of(member, value));
    }

    /**
     * @param accept the Accept field of the request, or null
     * @return the body in the representation that the client prefers
     */
    public Body body(String accept) {
        return Page.isPreferred(accept) ? new Body(Page.MEDIA_TYPE, page()) : new Body(MEDIA_TYPE, json());
    }

    /** Ends the request with this problem, unless its response has begun. */
    public void answer(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.response().headWritten() || request.response().closed()) {
            return;
        }
        Body body = body(request.getHeader(HttpHeaders.ACCEPT));
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, body.mediaType())
                .end(body.text());
    }

    private String json() {
        JsonObject json = new JsonObject()
                .put("type", "about:blank") // the status says it all (RFC 9457, section 4.2.1)
                .put("title", title())
                .put("status", status)
                .put("detail", detail);
        members.forEach(json::put);
        return json.encode();
    }

    private String page() {
        return Page.of(
                "No greeting yet", """
                <p class="problem">%s</p>
                    <p><a href="/">Back to the form</a></p>
                """.formatted(detail.replace("&", "&amp;").replace("<", "&lt;")));
    }

    /** The status in words, by the names of RFC 9110, section 15. */
    private String title() {
        return switch (status) {
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 422 -> "Unprocessable Content";
            default -> HttpResponseStatus.valueOf(status).reasonPhrase();
        };
    }
}
