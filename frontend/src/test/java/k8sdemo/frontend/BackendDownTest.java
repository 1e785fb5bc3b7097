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
            return Map.of("backend.url", "http://127.0.0.1:1"); // tcpmux: nobody has it
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/David", "/api/", "/api"})
    void says_so_as_a_problem(String path) {
        given().when()
                .get(path)
                .then()
                .statusCode(503)
                .contentType("application/problem+json")
                .body("type", equalTo("about:blank"))
                .body("title", equalTo("Service Unavailable"))
                .body("status", equalTo(503))
                .body("detail", containsString("backend cannot be reached"));
    }

    @Test
    void the_page_still_loads() {
        given().when().get("/").then().statusCode(200).body(containsString("greeting-form"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/ready", "/q/health/live", "/q/health/started"})
    void the_frontend_itself_is_well(String probe) {
        given().when().get(probe).then().statusCode(200).body("status", equalTo("UP"));
    }
}
