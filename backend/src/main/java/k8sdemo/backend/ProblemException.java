package k8sdemo.backend;

import jakarta.ws.rs.WebApplicationException;

/** Ends a request with a {@link Problem}; {@link ProblemMapper} turns it into the answer. */
public class ProblemException extends WebApplicationException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    /** @param problem what the client is told */
    public ProblemException(Problem problem) {
        super(problem.detail(), problem.status());
        this.problem = problem;
    }

    /** @return what the client is told */
    public Problem problem() {
        return problem;
    }

    /** A 400 that names the field and the rule it breaks, for example {@code name} and {@code must not be blank}. */
    static ProblemException badField(String field, String rule) {
        return new ProblemException(
                Problem.of(400, "The " + field + " " + rule + ".", new Problem.FieldError(field, rule)));
    }
}
