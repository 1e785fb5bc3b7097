// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import k8sdemo.backend.http.ProblemException;
import k8sdemo.backend.pod.Pod;
import org.hibernate.validator.constraints.Range;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code POST /faults/panic} and the like inject a fault; {@code GET /faults/status} shows the active ones. */
@Path("/faults")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class FaultResource {
    private static final int MAX_SECONDS = 300;
    private static final int MAX_MILLISECONDS = 10_000;
    private static final int MAX_PERCENT = 100;
    private static final String OUT_OF_RANGE = "must be a whole number from 1 to {max}";

    private final Faults faults;
    private final Pod pod;

    FaultResource(Faults faults, Pod pod) {
        this.faults = faults;
        this.pod = pod;
    }

    /** @return the active faults of this pod; where faults are off, it says so */
    @GET
    @Path("status")
    public Faults.Status status() {
        return faults.status();
    }

    /**
     * Injects a fault into this pod.
     *
     * @param fault which one
     * @param origin of the web page that asks (RFC 6454), which may be at any name that points here; none may
     * @param target the pod that is meant; any other responds with 421 and does nothing (RFC 9110, section 15.5.20)
     * @param seconds for how long it is active
     * @param milliseconds by how much {@link Fault#SLOW} delays
     * @param percent how many greetings {@link Fault#ERRORS} fails
     * @return the active faults of this pod
     */
    @POST
    @Path("{fault}")
    public Faults.Status inject(
            @RestPath Fault fault,
            @RestHeader("Origin") String origin,
            @RestQuery("pod") String target,
            @RestQuery @DefaultValue("30") @Range(min = 1, max = MAX_SECONDS, message = OUT_OF_RANGE) int seconds,
            @RestQuery @DefaultValue("2000") @Range(min = 1, max = MAX_MILLISECONDS, message = OUT_OF_RANGE)
                    int milliseconds,
            @RestQuery @DefaultValue("50") @Range(min = 1, max = MAX_PERCENT, message = OUT_OF_RANGE) int percent) {
        check(fault, origin, target);
        faults.inject(fault, seconds, milliseconds, percent);
        return faults.status();
    }

    /** Ends {@link Fault#UNREADY}. */
    @POST
    @Path("ready")
    public Faults.Status makeReady(@RestHeader("Origin") String origin, @RestQuery("pod") String target) {
        check(Fault.UNREADY, origin, target);
        faults.makeReady();
        return faults.status();
    }

    private void check(Fault fault, String origin, String target) {
        if (!faults.enabled()) {
            throw new ProblemException(404, "Fault injection is off: start the backend with WORKSHOP_FAULTS=true.");
        }
        if (origin != null) {
            throw new ProblemException(403, "No web page may start a fault here. Open that of the frontend.");
        }
        if (target != null && !target.equals(pod.name())) {
            throw new ProblemException(421, "You reached a different pod. Try again.");
        }
        if (faults.isOfRelease(fault)) {
            throw new ProblemException(409, "This version has this fault anyway, until it is rolled back.");
        }
    }
}
