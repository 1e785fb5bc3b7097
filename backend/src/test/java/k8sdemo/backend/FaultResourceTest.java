package k8sdemo.backend;

import static io.restassured.RestAssured.given;
import static k8sdemo.backend.GreetingResourceTest.POD;
import static k8sdemo.backend.GreetingResourceTest.assertProblem;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(FaultResourceTest.Workshop.class)
class FaultResourceTest {
    public static class Workshop implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("workshop.faults", "true");
        }
    }

    private static ValidatableResponse begin(String fault) {
        return given().when().post("/faults/" + fault).then();
    }

    private static int status(String path) {
        return given().when().get(path).statusCode();
    }

    private static void awaitStatus(String path, int status) {
        Awaitility.await().until(() -> status(path) == status);
    }

    @Test
    void unready_takes_readiness_down_and_ready_brings_it_back() {
        begin("unready").statusCode(200).body("pod", equalTo(POD)).body("active", hasKey("unready"));
        assertStatus("/q/health/ready", 503);
        assertStatus("/q/health/live", 200);
        assertStatus("/Ana", 200);
        begin("ready").statusCode(200).body("active", not(hasKey("unready")));
        assertStatus("/q/health/ready", 200);
    }

    @Test
    void unready_heals_after_its_time() {
        begin("unready?seconds=1");
        assertStatus("/q/health/ready", 503);
        awaitStatus("/q/health/ready", 200);
    }

    @Test
    void hang_takes_liveness_down_and_heals() {
        begin("hang?seconds=1");
        assertStatus("/q/health/live", 503);
        awaitStatus("/q/health/live", 200);
    }

    @Test
    void slow_delays_greetings_and_nothing_else_and_heals() {
        begin("slow?seconds=1&milliseconds=400");
        given().when().get("/Ana").then().statusCode(200).time(greaterThanOrEqualTo(400L));
        given().contentType("application/x-www-form-urlencoded")
                .body("name=Ana")
                .when()
                .post("/greetings")
                .then()
                .statusCode(200)
                .body("name", equalTo("Ana"));
        Awaitility.await().until(() -> given().when().get("/Ana").time() < 400);
    }

    @Test
    void errors_fail_greetings_and_heal() {
        begin("errors?seconds=1&percent=100");
        assertProblem(given().when().get("/Ana").then(), 500);
        assertStatus("/q/health/ready", 200);
        awaitStatus("/Ana", 200);
    }

    @Test
    void a_fault_leaves_the_settings_of_another() {
        begin("errors?percent=100");
        begin("ready");
        for (int i = 0; i < 20; i++) {
            assertStatus("/Ana", 500);
        }
        begin("errors?seconds=1&percent=100");
        awaitStatus("/Ana", 200);
    }

    @Test
    void leak_takes_memory_and_gives_it_back() {
        begin("leak?seconds=1").statusCode(200).body("active", hasKey("leak"));
        Awaitility.await()
                .until(() -> !given().when().get("/faults/status").asString().contains("leak"));
        assertStatus("/Ana", 200);
    }

    @Test
    void a_fault_that_is_meant_for_another_pod_does_not_strike_here() {
        assertProblem(begin("panic?pod=another"), 421);
        begin("unready?seconds=1&pod=" + POD).statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({
        "slow?seconds=0, seconds",
        "slow?seconds=x, seconds",
        "slow?milliseconds=10001, milliseconds",
        "errors?percent=101, percent"
    })
    void a_number_out_of_range_is_refused(String fault, String field) {
        assertProblem(begin(fault), 400).body("errors[0].field", equalTo(field));
    }

    @Test
    void an_unknown_fault_is_not_there() {
        assertProblem(begin("earthquake"), 404);
        assertProblem(given().when().get("/faults/panic").then(), 405).header("Allow", equalTo("POST"));
        assertProblem(begin("status"), 405).header("Allow", equalTo("GET, HEAD"));
    }

    @Test
    void each_fault_is_counted() {
        begin("ready");
        given().when()
                .get("/q/metrics")
                .then()
                .body(containsString("faults_total{fault=\"ready\""))
                .body(containsString("fault_active{fault=\"leak\""));
    }

    private static void assertStatus(String path, int status) {
        org.junit.jupiter.api.Assertions.assertEquals(status, status(path), path);
    }
}
