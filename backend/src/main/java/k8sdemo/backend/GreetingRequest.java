package k8sdemo.backend;

/**
 * What a person submits, as a form or as JSON; see {@link GreetingRequestReader}.
 *
 * @param name who is to be greeted; it obeys {@link Name}
 */
public record GreetingRequest(String name) {

    /** @throws ProblemException 400, if the name breaks a rule */
    public GreetingRequest {
        Name.check(name);
    }
}
