// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import k8sdemo.backend.http.AllowedMethods;
import k8sdemo.backend.http.RequestId;
import k8sdemo.http.Page;

/** {@code POST /greetings}: takes a submitted name and answers with a message that names the pod. */
@Path("/greetings")
@NonBlocking
public class GreetingResource {
    private final Greeter greeter;
    private final GreetingConfig config;

    @jakarta.enterprise.inject.Produces
    @Singleton
    AllowedMethods allowed = new AllowedMethods("/greetings", "POST");

    GreetingResource(Greeter greeter, GreetingConfig config) {
        this.greeter = greeter;
        this.config = config;
    }

    /** The page that a browser without JavaScript shows. */
    record GreetingPage(String word, Greeting greeting) implements TemplateInstance {}

    /** Greets in JSON: for the page's script, curl and every other program. */
    @POST
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    @Produces(MediaType.APPLICATION_JSON)
    public Greeting greet(GreetingRequest request, @HeaderParam(RequestId.HEADER) String requestId) {
        return greeter.greet(request.name(), requestId);
    }

    /** Greets with a page: for a browser that submits the form without JavaScript. */
    @POST
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
    @Produces(Page.MEDIA_TYPE)
    public String greetInHtml(GreetingRequest request, @HeaderParam(RequestId.HEADER) String requestId) {
        Greeting greeting = greeter.greet(request.name(), requestId);
        return Page.of("Answered", new GreetingPage(config.word(), greeting).render());
    }

    /** Keeps {@code GET /greetings} from {@link HelloResource}: nobody is called that. */
    @GET
    public Greeting refuse() {
        throw new NotAllowedException(allowed.methods());
    }
}
