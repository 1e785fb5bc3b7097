package k8sdemo.backend;

import io.quarkus.logging.Log;
import io.quarkus.qute.TemplateInstance;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every answer of 400 or above is a {@link Problem}: as JSON, or as a page for a browser without JavaScript. */
public class ProblemMapper {
    static final Problem UNSUPPORTED_MEDIA_TYPE =
            Problem.of(415, "The body must be application/x-www-form-urlencoded or application/json.");

    /** The page that a person reads who submitted the form without JavaScript. */
    record ProblemPage(Problem problem) implements TemplateInstance {}

    @ServerExceptionMapper
    Response refused(WebApplicationException refused, HttpHeaders request, UriInfo uri, RoutingContext connection) {
        Response original = refused.getResponse();
        if (original.getStatus() < 400) {
            return original;
        }
        Problem problem = refused instanceof ProblemException p
                ? p.problem()
                : Problem.of(original.getStatus(), detail(original.getStatus()));
        Response.ResponseBuilder answer = answer(problem, request);
        if (problem.status() == 405) { // RFC 9110, section 15.5.6
            answer.header(HttpHeaders.ALLOW, takesPosts(uri.getPath()) ? "POST" : "GET, HEAD");
        }
        if (problem.status() == 413) {
            // the rest of the body is never read; a second to read the answer, then the connection is of no more use
            answer.header("Connection", "close");
            connection.addEndHandler(ended -> connection
                    .vertx()
                    .setTimer(1000, id -> connection.request().connection().close()));
        }
        return answer.build();
    }

    @ServerExceptionMapper
    Response broken(Exception bug, HttpHeaders request) {
        Log.error("A request failed for a reason of our own", bug);
        return answer(Problem.of(500, "Something broke in the backend; its log says what."), request)
                .build();
    }

    private static boolean takesPosts(String path) {
        return path.equals("/greetings") || (path.startsWith("/faults/") && !path.equals("/faults/status"));
    }

    private static Response.ResponseBuilder answer(Problem problem, HttpHeaders request) {
        Response.ResponseBuilder answer = Response.status(problem.status());
        return prefersHtml(request)
                ? answer.type(MediaType.TEXT_HTML + ";charset=UTF-8").entity(new ProblemPage(problem).render())
                : answer.type(Problem.MEDIA_TYPE).entity(problem);
    }

    /** A browser that follows a form asks for {@code text/html} first; everything else wants data. */
    private static boolean prefersHtml(HttpHeaders request) {
        return request.getAcceptableMediaTypes().get(0).isCompatible(MediaType.TEXT_HTML_TYPE)
                && !request.getAcceptableMediaTypes().get(0).isWildcardType();
    }

    private static String detail(int status) {
        return switch (status) {
            case 400 -> "The request is not well-formed: check the address and the encoding.";
            case 404 -> "There is nothing here: POST a name to /greetings, or GET /David.";
            case 405 -> "This address does not take that method; the Allow header names those it takes.";
            case 406 -> "This address answers in application/json or text/html, /David in text/plain.";
            case 415 -> UNSUPPORTED_MEDIA_TYPE.detail();
            default -> "The request was refused.";
        };
    }
}
