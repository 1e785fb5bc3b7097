// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import static k8sdemo.backend.Api.get;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A release that is bad on purpose: without WORKSHOP_FAULTS, too. */
@QuarkusTest
@TestProfile(BadReleaseTest.Errors.class)
class BadReleaseTest {
    public static class Errors implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("greeting.version", "v3-errors");
        }
    }

    @ParameterizedTest
    @CsvSource({"v3-broken, UNREADY", "v3-slow, SLOW", "v3-errors, ERRORS", "v3, ", "errors-v3, "})
    void has_the_fault_that_ends_its_name(String version, Fault fault) {
        assertEquals(Optional.ofNullable(fault), Faults.ofRelease(version));
    }

    @Test
    void is_ready_and_fails_some_greetings() {
        get("/q/health/ready").statusCode(200);
        Awaitility.await().until(() -> get("/Ana").extract().statusCode() == 500);
        Awaitility.await().until(() -> get("/Ana").extract().statusCode() == 200);
        get("/q/health/ready").statusCode(200);
    }
}
