// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.pod;

import io.quarkus.logging.Log;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * The bad release of the workshop: a version whose name ends in {@code -broken}, as in {@code v3-broken}, starts but is never
 * ready. Its rollout stops, and the previous version keeps serving.
 */
@Readiness
@Singleton
public class BrokenRelease implements HealthCheck {
    private final boolean broken;

    BrokenRelease(Pod pod) {
        broken = pod.version().endsWith("-broken");
        if (broken) {
            Log.warnf("Version %s is deliberately never ready: its name ends in -broken", pod.version());
        }
    }

    /** @return always down in a broken release, up in every other */
    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("release").status(!broken).build();
    }
}
