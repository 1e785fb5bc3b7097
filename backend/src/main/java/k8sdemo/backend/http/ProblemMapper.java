// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import io.quarkus.logging.Log;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import k8sdemo.http.Problem;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever ends a request of Jakarta REST early into a {@link Problem}. */
public class ProblemMapper {
    @ServerExceptionMapper
    Response invalid(ConstraintViolationException invalid, RoutingContext context) {
        List<JsonObject> errors = invalid.getConstraintViolations().stream()
                .map(broken -> new JsonObject().put("field", field(broken)).put("rule", broken.getMessage()))
                .sorted(Comparator.comparing(JsonObject::encode)) // the set has no order
                .toList();
        String detail = errors.stream()
                .map(error -> "The " + error.getString("field") + " " + error.getString("rule") + ".")
                .collect(Collectors.joining(" "));
        return respond(Problem.of(400, detail).with("errors", errors), context).build();
    }

    private static String field(ConstraintViolation<?> violation) {
        String last = null;
        for (Path.Node node : violation.getPropertyPath()) {
            last = node.getName(); // the path begins with the method
        }
        return last;
    }

    @ServerExceptionMapper
    Response refused(WebApplicationException refused, RoutingContext context) {
        int status = refused.getResponse().getStatus();
        if (status < 400) {
            return refused.getResponse();
        }
        if (refused.getCause() instanceof NumberFormatException) {
            return respond(Problem.of(400, "Send seconds, milliseconds, and percent as whole numbers."), context)
                    .build();
        }
        Response.ResponseBuilder response = respond(Problem.of(status, detail(refused)), context);
        if (status == 405) {
            response.header("Allow", methods(context.normalizedPath()));
        }
        return response.build();
    }

    @ServerExceptionMapper
    Response broken(Exception bug, RoutingContext context) {
        Log.error("A request failed because of a bug", bug);
        return respond(Problem.of(500, "Something broke in the backend. Its log says what."), context)
                .build();
    }

    private static Response.ResponseBuilder respond(Problem problem, RoutingContext context) {
        Problem.Body body = problem.body(context.request().getHeader(HttpHeaders.ACCEPT));
        return Response.status(problem.status()).type(body.mediaType()).entity(body.text());
    }

    /** What a URL supports (RFC 9110, section 15.5.6): Quarkus leaves it out (ClassRoutingHandler of Quarkus REST 3.33). */
    private static String methods(String path) {
        return path.matches("/greetings/?|/faults/(?!status/?$).*") ? "POST" : "GET, HEAD";
    }

    private static String detail(WebApplicationException refused) {
        if (refused instanceof ProblemException) {
            return refused.getMessage();
        }
        return switch (refused.getResponse().getStatus()) {
            case 400 -> "The request is not well-formed: check the URL and the encoding.";
            case 404 -> "There is nothing here: POST a name to /greetings, or GET /David.";
            case 405 -> "This URL does not support that method; see the Allow header.";
            case 406 -> "This URL returns application/json or text/html, and /David returns text/plain.";
            case 415 -> "The body must be application/x-www-form-urlencoded or application/json.";
            default -> "The request was refused.";
        };
    }
}
