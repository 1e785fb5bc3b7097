// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import k8sdemo.backend.greeting.Pod;
import k8sdemo.backend.http.AllowedMethods;
import k8sdemo.backend.http.ProblemException;
import k8sdemo.backend.http.RequestId;

/** {@code POST /faults/panic} and the like inject a fault; {@code GET /faults/status} tells which ones last. */
@Path("/faults/{fault}")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class FaultResource {
    private static final int MAX_SECONDS = 300;
    private static final int MAX_DELAY = 10_000;

    private final Faults faults;
    private final Pod pod;

    FaultResource(Faults faults, Pod pod) {
        this.faults = faults;
        this.pod = pod;
    }

    @jakarta.enterprise.inject.Produces
    @Singleton
    AllowedMethods allowed = new AllowedMethods("/faults/[^/]+", "POST");

    /** @return what lasts in this pod; where faults are off, it says so */
    @GET
    public Faults.Status status(@PathParam("fault") String name) {
        if (!name.equals("status")) {
            throw new NotAllowedException("POST");
        }
        return faults.status();
    }

    /**
     * Injects a fault into this pod.
     *
     * @param name of the {@link Fault}
     * @param target the pod that is meant; any other answers 421 and does nothing (RFC 9110, section 15.5.20)
     * @param seconds how long it lasts
     * @param milliseconds by how much {@link Fault#SLOW} delays
     * @param percent how many greetings {@link Fault#ERRORS} fails
     * @param requestId for the log
     * @return what lasts in this pod now
     */
    @POST
    public Faults.Status inject(
            @PathParam("fault") String name,
            @QueryParam("pod") String target,
            @QueryParam("seconds") String seconds,
            @QueryParam("milliseconds") String milliseconds,
            @QueryParam("percent") String percent,
            @HeaderParam(RequestId.HEADER) String requestId) {
        if (name.equals("status")) {
            throw new NotAllowedException("GET, HEAD");
        }
        if (!faults.enabled()) {
            throw new ProblemException(404, "Fault injection is off: start the backend with WORKSHOP_FAULTS=true.");
        }
        Fault fault = Arrays.stream(Fault.values())
                .filter(known -> known.id().equals(name))
                .findFirst()
                .orElseThrow(NotFoundException::new);
        int lasts = number("seconds", seconds, 30, MAX_SECONDS);
        int delay = number("milliseconds", milliseconds, 2000, MAX_DELAY);
        int share = number("percent", percent, 50, 100);
        if (target != null && !target.equals(pod.name())) {
            throw new ProblemException(421, "You reached a different pod. Try again.");
        }
        faults.inject(fault, lasts, delay, share, requestId);
        return faults.status();
    }

    private static int number(String field, String text, int otherwise, int max) {
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > max) {
            throw ProblemException.badField(field, "must be a whole number from 1 to " + max);
        }
        return Integer.parseInt(text);
    }
}
