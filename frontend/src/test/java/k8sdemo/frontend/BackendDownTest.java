// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(BackendDownTest.NobodyListens.class)
class BackendDownTest {
    public static class NobodyListens implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("backend.url", "http://127.0.0.1:1"); // tcpmux: nothing listens there
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/David", "/api/", "/api"})
    void the_api_responds_with_a_problem(String path) {
        given().get(path)
                .then()
                .statusCode(503)
                .contentType("application/problem+json")
                .body("type", equalTo("about:blank"))
                .body("title", equalTo("Service Unavailable"))
                .body("status", equalTo(503))
                .body("detail", containsString("backend cannot be reached"));
    }

    @Test
    void still_serves_the_page() {
        given().get("/").then().statusCode(200).body(containsString("greeting-form"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/ready", "/q/health/live", "/q/health/started"})
    void keeps_its_own_probes_up(String probe) {
        given().get(probe).then().statusCode(200).body("status", equalTo("UP"));
    }
}
