// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.CharacterCodingException;
import k8sdemo.backend.http.AllowedMethods;
import k8sdemo.backend.http.ProblemException;
import k8sdemo.backend.http.RequestId;

/** {@code GET /David}: the contract of the article's first demo, kept so that its own page works against this backend. */
@Path("/{name}")
@NonBlocking
public class HelloResource {
    private final Greeter greeter;

    @jakarta.enterprise.inject.Produces
    @Singleton
    AllowedMethods allowed = new AllowedMethods("/(?!greetings/?$)[^/]+", "GET, HEAD");

    HelloResource(Greeter greeter) {
        this.greeter = greeter;
    }

    /** Greets in plain text. */
    @GET
    @Produces(MediaType.TEXT_PLAIN + ";charset=UTF-8")
    public String hello(@Context RoutingContext context, @HeaderParam(RequestId.HEADER) String requestId) {
        try {
            return greeter.greet(name(context), requestId).message();
        } catch (CharacterCodingException e) {
            throw ProblemException.badField("name", "must be percent-encoded UTF-8");
        }
    }

    /** Not a {@code @PathParam}: that decodes leniently, and a name must come back intact. */
    private static String name(RoutingContext context) throws CharacterCodingException {
        String path = context.normalizedPath();
        if (path.equals("/favicon.ico")) {
            throw new NotFoundException(); // a browser that opens an answer asks for it too, and it is nobody's name
        }
        String segment = path.substring(1, path.endsWith("/") ? path.length() - 1 : path.length());
        return Name.check(PercentEncoding.decodePath(segment));
    }
}
