// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** What the probes say while a {@link Fault} is active. */
public class FaultHealth {
    @Produces
    @Singleton
    @Readiness
    HealthCheck readiness(Faults faults) {
        return () -> upUnless(faults.isActive(Fault.UNREADY), "unready");
    }

    @Produces
    @Singleton
    @Liveness
    HealthCheck liveness(Faults faults) {
        return () -> upUnless(faults.isActive(Fault.HANG), "hang");
    }

    private static HealthCheckResponse upUnless(boolean fault, String name) {
        return HealthCheckResponse.named("fault " + name).status(!fault).build();
    }
}
