package k8sdemo.backend;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.util.List;

/**
 * Why a request was refused: a problem detail as RFC 9457 defines it.
 *
 * @param type always {@code about:blank}: the status says it all (RFC 9457, section 4.2.1)
 * @param title the status in words (RFC 9110, section 15)
 * @param status the status of the answer
 * @param detail one sentence for a person: what is wrong, and what to do
 * @param errors the fields that were refused; empty if no single field is to blame
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RegisterForReflection // written as the entity of a Response, whose type no build can see
public record Problem(String type, String title, int status, String detail, List<FieldError> errors) {
    /** The media type of a problem (RFC 9457, section 3). */
    static final String MEDIA_TYPE = "application/problem+json";

    /**
     * A field that was refused.
     *
     * @param field its name in the form or in the JSON
     * @param rule the rule it breaks
     */
    @RegisterForReflection
    public record FieldError(String field, String rule) {}

    static Problem of(int status, String detail, FieldError... errors) {
        return new Problem("about:blank", title(status), status, detail, List.of(errors));
    }

    /** Answers before Jakarta REST has a say. */
    void answer(RoutingContext context) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .end(new JsonObject()
                        .put("type", type)
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail)
                        .toBuffer());
    }

    private static String title(int status) {
        if (status == 413) {
            return "Content Too Large"; // its name since RFC 9110
        }
        if (status == 421) {
            return "Misdirected Request";
        }
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? "Error" : known.getReasonPhrase();
    }
}
