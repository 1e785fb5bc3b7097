package k8sdemo.backend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, metrics and documentation. */
@QuarkusTest
class ObservabilityTest {
    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/health/started"})
    void each_probe_is_up(String path) {
        given().when().get(path).then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void greetings_are_counted_for_prometheus() {
        double before = greetings();
        given().when().get("/Ana").then().statusCode(200);
        assertEquals(before + 1, greetings());
    }

    private static double greetings() {
        return given().when()
                .get("/q/metrics")
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

    @Test
    void openapi_documents_every_answer_with_examples() {
        given().accept("application/json")
                .when()
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("openapi", startsWith("3.1"))
                .body("info.version", equalTo("v1"))
                .body(
                        "paths.'/greetings'.post.requestBody.content.'application/x-www-form-urlencoded'.example.name",
                        equalTo("Ana"))
                .body("paths.'/{name}'.get.responses.'200'.content.'text/plain'.example", containsString("David"));
    }

    @Test
    void swagger_ui_shows_it() {
        given().when().get("/q/swagger-ui/").then().statusCode(200).body(containsString("swagger"));
    }
}
