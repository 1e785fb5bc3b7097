package k8sdemo.backend;

import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.CharacterCodingException;

/** {@code GET /David}: the contract of the article's first demo, kept so that its own page works against this backend. */
@Path("/{name}")
@NonBlocking
public class HelloResource {
    private final Greeter greeter;

    HelloResource(Greeter greeter) {
        this.greeter = greeter;
    }

    /** Greets in plain text. */
    @GET
    @Produces(MediaType.TEXT_PLAIN + ";charset=UTF-8")
    public String hello(@Context RoutingContext context, @HeaderParam(RequestId.HEADER) String requestId) {
        // not as a @PathParam: those lose what stands behind a semicolon, and a name is data
        String encoded = context.normalizedPath().substring(1);
        try {
            String name = Name.check(PercentEncoding.decodePath(encoded));
            return greeter.greet(name, requestId).message();
        } catch (CharacterCodingException e) {
            throw ProblemException.badField("name", "must be percent-encoded UTF-8");
        }
    }
}
