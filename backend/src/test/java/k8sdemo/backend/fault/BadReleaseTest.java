// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import static k8sdemo.backend.Api.get;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A release that is ready, and still bad: without WORKSHOP_FAULTS, too. */
@QuarkusTest
@TestProfile(BadReleaseTest.Errors.class)
class BadReleaseTest {
    public static class Errors implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("greeting.version", "v3-errors");
        }
    }

    @Test
    void is_ready_and_fails_some_greetings() {
        get("/q/health/ready").statusCode(200);
        Awaitility.await().until(() -> get("/Ana").extract().statusCode() == 500);
        Awaitility.await().until(() -> get("/Ana").extract().statusCode() == 200);
        get("/q/health/ready").statusCode(200);
    }
}
