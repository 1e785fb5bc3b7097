// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The backend as in the workshop's cluster: on a node, and with faults. All tests with this profile share one start. */
public class WorkshopProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("workshop.faults", "true", "node.name", "node-1");
    }
}
