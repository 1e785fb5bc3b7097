// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import jakarta.ws.rs.WebApplicationException;
import k8sdemo.http.Problem;

/** Ends a request with a {@link Problem}. {@link ProblemMapper} turns it into the answer. */
public class ProblemException extends WebApplicationException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    /**
     * @param status the status of the answer
     * @param detail one sentence for the client: what is wrong and what to do
     */
    public ProblemException(int status, String detail) {
        this(Problem.of(status, detail));
    }

    private ProblemException(Problem problem) {
        super(problem.detail(), problem.status());
        this.problem = problem;
    }

    /**
     * @param field the field that is refused, for example {@code name}
     * @param rule the rule it breaks, for example {@code must not be blank}
     * @return a 400 that names both
     */
    public static ProblemException badField(String field, String rule) {
        return new ProblemException(
                Problem.of(400, "The " + field + " " + rule + ".", new Problem.FieldError(field, rule)));
    }

    /** @return what the client is told */
    public Problem problem() {
        return problem;
    }
}
