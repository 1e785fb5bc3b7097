// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import io.quarkus.arc.All;
import io.quarkus.logging.Log;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import k8sdemo.http.Problem;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever ends a request of Jakarta REST early into a {@link Problem}. */
@Singleton
public class ProblemMapper {
    private final List<AllowedMethods> allowed;

    ProblemMapper(@All List<AllowedMethods> allowed) {
        this.allowed = allowed;
    }

    @ServerExceptionMapper
    Response refused(WebApplicationException refused, RoutingContext context) {
        Response original = refused.getResponse();
        int status = original.getStatus();
        if (status < 400) {
            return original;
        }
        Problem problem = refused instanceof ProblemException p ? p.problem() : Problem.of(status, detail(status));
        Response.ResponseBuilder answer = answer(problem, context);
        if (status == 405) {
            String byResource = original.getHeaderString("Allow");
            answer.header("Allow", byResource != null ? byResource : allowed(context.normalizedPath()));
        }
        return answer.build();
    }

    private String allowed(String path) {
        return allowed.stream()
                .filter(resource -> resource.path().matcher(path).matches())
                .map(AllowedMethods::methods)
                .findFirst()
                .orElse("");
    }

    @ServerExceptionMapper
    Response broken(Exception bug, RoutingContext context) {
        Log.error("A request failed because of a bug", bug);
        return answer(Problem.of(500, "Something broke in the backend. Its log says what."), context)
                .build();
    }

    private static Response.ResponseBuilder answer(Problem problem, RoutingContext context) {
        Problem.Body body = problem.body(context.request().getHeader(HttpHeaders.ACCEPT));
        return Response.status(problem.status()).type(body.mediaType()).entity(body.text());
    }

    private static String detail(int status) {
        return switch (status) {
            case 400 -> "The request is not well-formed: check the address and the encoding.";
            case 404 -> "There is nothing here: POST a name to /greetings, or GET /David.";
            case 405 -> "This address does not take that method. The Allow field names those it takes.";
            case 406 -> "This address answers in application/json or text/html, and /David in text/plain.";
            case 415 -> MediaTypes.UNSUPPORTED.detail();
            default -> "The request was refused.";
        };
    }
}
