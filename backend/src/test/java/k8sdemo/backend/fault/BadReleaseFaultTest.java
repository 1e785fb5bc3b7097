// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.post;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A release that is bad on purpose, in which faults can be injected too. */
@QuarkusTest
@TestProfile(BadReleaseFaultTest.Broken.class)
class BadReleaseFaultTest {
    public static class Broken implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("greeting.version", "v3-broken", "workshop.faults", "true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unready?seconds=1", "ready"})
    void no_fault_ends_the_one_of_the_release(String fault) {
        post("/faults/" + fault).then().statusCode(409);
        get("/q/health/ready").then().statusCode(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slow?milliseconds=1&seconds=1", "errors?percent=1&seconds=1"})
    void another_fault_can_be_injected(String fault) {
        post("/faults/" + fault).then().statusCode(200);
    }
}
