// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import k8sdemo.http.Page;

/** {@code POST /greetings}: takes a submitted name and responds with a message that names the pod. */
@Path("/greetings")
@NonBlocking
public class GreetingResource {
    private final Greeter greeter;

    GreetingResource(Greeter greeter) {
        this.greeter = greeter;
    }

    /** Greets in JSON, or with a page ({@link GreetingPage}) for a browser that submits the form without JavaScript. */
    @POST
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    @Produces({MediaType.APPLICATION_JSON, Page.MEDIA_TYPE})
    public Greeting greet(@NotNull(message = "is required") @Valid GreetingRequest body) {
        return greeter.greet(body.name());
    }
}
