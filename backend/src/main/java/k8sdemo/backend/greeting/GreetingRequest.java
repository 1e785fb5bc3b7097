// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import k8sdemo.backend.http.ProblemException;

/**
 * What a person submits, as a form or as JSON; see {@link GreetingRequestReader}.
 *
 * @param name whom to greet; {@link Name} has the rules
 */
public record GreetingRequest(String name) {

    /** @throws ProblemException 400, if the name breaks a rule */
    public GreetingRequest {
        Name.check(name);
    }
}
