// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import static k8sdemo.backend.Api.POD;
import static k8sdemo.backend.Api.assertProblem;
import static k8sdemo.backend.Api.given;
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
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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

    private static ValidatableResponse inject(String fault) {
        return given().post("/faults/" + fault).then();
    }

    private static int status(String path) {
        return given().get(path).statusCode();
    }

    private static void awaitStatus(String path, int status) {
        Awaitility.await().until(() -> status(path) == status);
    }

    @Test
    void unready_takes_readiness_down_and_ready_brings_it_back() {
        inject("unready").statusCode(200).body("pod", equalTo(POD)).body("active", hasKey("unready"));
        assertStatus("/q/health/ready", 503);
        assertStatus("/q/health/live", 200);
        assertStatus("/Ana", 200);
        inject("ready").statusCode(200).body("active", not(hasKey("unready")));
        assertStatus("/q/health/ready", 200);
    }

    @Test
    void unready_ends_after_its_time() {
        inject("unready?seconds=1");
        assertStatus("/q/health/ready", 503);
        awaitStatus("/q/health/ready", 200);
    }

    @Test
    void hang_takes_liveness_down_until_its_time_is_over() {
        inject("hang?seconds=1");
        assertStatus("/q/health/live", 503);
        awaitStatus("/q/health/live", 200);
    }

    @Test
    void slow_delays_greetings_until_its_time_is_over() {
        inject("slow?seconds=3&milliseconds=400");
        given().get("/Ana").then().statusCode(200).time(greaterThanOrEqualTo(400L));
        given().contentType("application/x-www-form-urlencoded")
                .body("name=Ana")
                .post("/greetings")
                .then()
                .statusCode(200)
                .body("name", equalTo("Ana"));
        Awaitility.await().until(() -> given().get("/Ana").time() < 400);
    }

    @Test
    void errors_fail_greetings_until_their_time_is_over() {
        inject("errors?seconds=3&percent=100");
        assertProblem(given().get("/Ana").then(), 500).body("detail", equalTo("Fault injection failed this request."));
        given().accept("text/html").get("/Ana").then().statusCode(500).contentType("text/html");
        assertStatus("/q/health/ready", 200);
        awaitStatus("/Ana", 200);
    }

    @Test
    void a_fault_keeps_the_settings_of_another() {
        inject("errors?percent=100");
        inject("ready");
        for (int i = 0; i < 20; i++) {
            assertStatus("/Ana", 500);
        }
        inject("errors?seconds=3&percent=100");
        awaitStatus("/Ana", 200);
    }

    @Test
    void leak_takes_memory_and_gives_it_back() {
        inject("leak?seconds=1").statusCode(200).body("active", hasKey("leak"));
        Awaitility.await().until(() -> !given().get("/faults/status").asString().contains("leak"));
        assertStatus("/Ana", 200);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void leak_shows_in_the_metrics() {
        double before = residentMemory();
        inject("leak?seconds=2");
        Awaitility.await().until(() -> residentMemory() > before + 48 * 1024 * 1024);
        Awaitility.await().until(() -> !given().get("/faults/status").asString().contains("leak"));
    }

    private static double residentMemory() {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("process_resident_memory_bytes "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_fault_for_another_pod_does_nothing_here() {
        assertProblem(inject("panic?pod=another"), 421);
        inject("unready?seconds=1&pod=" + POD).statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({
        "slow?seconds=0, seconds",
        "slow?seconds=x, seconds",
        "slow?milliseconds=10001, milliseconds",
        "errors?percent=101, percent"
    })
    void refuses_a_number_out_of_range(String fault, String field) {
        assertProblem(inject(fault), 400).body("errors[0].field", equalTo(field));
    }

    @Test
    void answers_an_unknown_fault_or_method_with_a_problem() {
        assertProblem(inject("earthquake"), 404);
        assertProblem(given().get("/faults/panic").then(), 405).header("Allow", equalTo("POST"));
        assertProblem(inject("status"), 405).header("Allow", equalTo("GET, HEAD"));
    }

    @Test
    void counts_each_fault() {
        inject("ready");
        given().get("/q/metrics")
                .then()
                .body(containsString("faults_total{fault=\"ready\""))
                .body(containsString("fault_active{fault=\"leak\""));
    }

    private static void assertStatus(String path, int status) {
        org.junit.jupiter.api.Assertions.assertEquals(status, status(path), path);
    }
}
