// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import jakarta.ws.rs.WebApplicationException;

/** Ends a request with a sentence of ours; {@link ProblemMapper} turns it into a response. */
public class ProblemException extends WebApplicationException {
    private static final long serialVersionUID = 1;

    /**
     * @param status the status of the response
     * @param detail one sentence for the client: what is wrong and what to do
     */
    public ProblemException(int status, String detail) {
        super(detail, status);
    }
}
