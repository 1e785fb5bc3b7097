// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import k8sdemo.backend.greeting.Name;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, metrics and documentation. */
@QuarkusTest
class ObservabilityTest {
    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/health/started"})
    void reports_each_probe_as_up(String path) {
        given().get(path).then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void counts_greetings_for_prometheus() {
        double before = greetings();
        given().get("/Ana").then().statusCode(200);
        assertEquals(before + 1, greetings());
    }

    private static double greetings() {
        return given().get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .filter(line -> line.startsWith("greetings_total{version=\"v1\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /** A native executable knows nothing of most figures about a JVM, and publishes 0 for others. */
    @Test
    void publishes_nothing_that_only_a_jvm_knows() {
        given().get("/q/metrics").then().statusCode(200).body(not(containsString("jvm_")));
    }

    /** As a type without parameters accepts any (RFC 9110, section 12.5.1). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "application/openmetrics-text;version=1.0.0",
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,*/*;q=0.1"
            })
    void sends_open_metrics_to_whoever_asks_for_it(String accept) {
        given().header("Accept", accept)
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .contentType(startsWith("application/openmetrics-text"))
                .body(endsWith("# EOF\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"process_cpu_usage", "process_start_time_seconds", "process_uptime_seconds", "system_cpu_count"})
    void publishes_what_the_process_takes(String name) {
        given().get("/q/metrics").then().body(containsString("# TYPE " + name + " gauge"));
    }

    @Test
    void documents_the_api_with_examples() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("openapi", startsWith("3.1"))
                .body("info.version", equalTo("1"))
                .body(
                        "paths.'/greetings'.post.requestBody.content.'application/x-www-form-urlencoded'.example.name",
                        equalTo("Ana"))
                .body("paths.'/{name}'.get.responses.'200'.content.'text/plain'.example", containsString("David"));
    }

    @Test
    void shows_the_document_in_swagger_ui() {
        given().get("/q/swagger-ui/").then().statusCode(200).body(containsString("swagger-ui-bundle.js"));
        given().get("/q/swagger-ui/swagger-ui-bundle.js").then().statusCode(200);
    }

    @Test
    void documents_the_limit_that_the_code_has() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .body("components.schemas.Name.maxLength", equalTo(Name.MAX_LENGTH));
    }

    @Test
    void counts_requests_by_the_pattern_of_their_path() {
        given().get("/SomebodyNew").then().statusCode(200);
        given().header("Origin", "http://elsewhere.example").get("/SomebodyNew/2");
        given().options("/faults/SomebodyNew");
        Awaitility.await()
                .until(
                        () -> given().get("/q/metrics").asString(),
                        containsString("http_server_requests_seconds_count"));
        given().get("/q/metrics")
                .then()
                .body(containsString("uri=\"/{name}\""))
                .body(not(containsString("SomebodyNew")));
    }
}
