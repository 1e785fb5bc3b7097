package k8sdemo.backend;

import io.quarkus.logging.Log;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * The bad release of the workshop: a version whose name ends in {@code -broken}, as in {@code v3-broken}, starts and is
 * never ready. A rollout of it stops, and the pods of the version before keep serving.
 */
@Readiness
@Singleton
public class BrokenRelease implements HealthCheck {
    private final boolean broken;

    BrokenRelease(GreetingConfig config) {
        broken = config.version().endsWith("-broken");
        if (broken) {
            Log.warnf("The version %s is broken on purpose, for its name ends so: it is never ready", config.version());
        }
    }

    /** @return down for ever in a broken release, up in every other */
    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("release").status(!broken).build();
    }
}
