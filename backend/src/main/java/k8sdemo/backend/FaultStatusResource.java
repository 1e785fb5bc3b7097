package k8sdemo.backend;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code GET /faults/status}: what lasts in the pod that answers. */
@Path("/faults/status")
@NonBlocking
public class FaultStatusResource {
    private final Faults faults;

    FaultStatusResource(Faults faults) {
        this.faults = faults;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public FaultStatus status() {
        return faults.status();
    }
}
