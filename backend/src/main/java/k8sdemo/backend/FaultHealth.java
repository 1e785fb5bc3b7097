package k8sdemo.backend;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** What the probes say while a {@link Fault} lasts. */
public class FaultHealth {
    @Produces
    @Singleton
    @Readiness
    HealthCheck readiness(Faults faults) {
        return () -> HealthCheckResponse.named("unready on purpose")
                .status(!faults.isActive(Fault.UNREADY))
                .build();
    }

    @Produces
    @Singleton
    @Liveness
    HealthCheck liveness(Faults faults) {
        return () -> HealthCheckResponse.named("hang on purpose")
                .status(!faults.isActive(Fault.HANG))
                .build();
    }
}
