// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;

/** {@code GET /David}: the contract of the article's first demo, kept so that its own page works against this backend. */
@Path("/")
@NonBlocking
public class HelloResource {
    private final Greeter greeter;

    HelloResource(Greeter greeter) {
        this.greeter = greeter;
    }

    /** Greets in plain text. */
    @GET
    @Path("{name}")
    @Produces(MediaType.TEXT_PLAIN + ";charset=UTF-8")
    public String hello(@RestPath @Name String name) {
        return greeter.greet(name).message();
    }

    /** Keeps the icon that a browser asks for from being greeted: nobody is called that. */
    @GET
    @Path("favicon.ico")
    public String refuse() {
        throw new NotFoundException();
    }
}
