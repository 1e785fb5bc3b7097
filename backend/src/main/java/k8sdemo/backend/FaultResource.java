package k8sdemo.backend;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;

/** {@code POST /faults/panic} and its like: faults on purpose. Without {@code WORKSHOP_FAULTS=true} none of it exists: see {@link FaultFilter}. */
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

    /**
     * Begins a fault in this pod.
     *
     * @param name of the {@link Fault}
     * @param target the pod that is meant; in any other the answer is 421 and nothing happens (RFC 9110, section 15.5.20)
     */
    @POST
    public FaultStatus begin(
            @PathParam("fault") String name,
            @QueryParam("pod") String target,
            @QueryParam("seconds") String seconds,
            @QueryParam("milliseconds") String milliseconds,
            @QueryParam("percent") String percent,
            @HeaderParam(RequestId.HEADER) String requestId) {
        Fault fault = Arrays.stream(Fault.values())
                .filter(known -> known.id().equals(name))
                .findFirst()
                .orElseThrow(NotFoundException::new);
        int lasts = number("seconds", seconds, 30, MAX_SECONDS);
        int delay = number("milliseconds", milliseconds, 2000, MAX_DELAY);
        int share = number("percent", percent, 50, 100);
        if (target != null && !target.equals(pod.name())) {
            throw new ProblemException(Problem.of(421, "This is another pod than the one you mean: try again."));
        }
        faults.begin(fault, lasts, delay, share, requestId);
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
