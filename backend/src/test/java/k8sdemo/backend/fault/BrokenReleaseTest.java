// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import static k8sdemo.backend.Api.get;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(BrokenReleaseTest.Broken.class)
class BrokenReleaseTest {
    public static class Broken implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("greeting.version", "v3-broken");
        }
    }

    @Test
    void is_alive_and_never_ready() {
        get("/q/health/live").statusCode(200);
        get("/q/health/started").statusCode(200);
        get("/q/health/ready").statusCode(503).body("status", equalTo("DOWN"));
        get("/Ana").statusCode(200);
    }
}
