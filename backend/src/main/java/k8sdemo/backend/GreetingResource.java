package k8sdemo.backend;

import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code POST /greetings}: takes a submitted name and answers with a message that names the pod. */
@Path("/greetings")
@Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
@NonBlocking
public class GreetingResource {
    private final Greeter greeter;

    GreetingResource(Greeter greeter) {
        this.greeter = greeter;
    }

    /** The page that a browser without JavaScript shows. */
    record GreetingPage(Greeting greeting) implements TemplateInstance {}

    /** Greets in JSON: for the page's script, curl and every other program. */
    @POST
    @Produces(MediaType.APPLICATION_JSON)
    public Greeting greet(GreetingRequest request, @HeaderParam(RequestId.HEADER) String requestId) {
        return greeter.greet(request.name(), requestId);
    }

    /** Greets with a page: for a browser that submits the form without JavaScript. */
    @POST
    @Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
    public String greetInHtml(GreetingRequest request, @HeaderParam(RequestId.HEADER) String requestId) {
        return new GreetingPage(greeter.greet(request.name(), requestId)).render();
    }
}
