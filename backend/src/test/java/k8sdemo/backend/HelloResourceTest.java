package k8sdemo.backend;

import static io.restassured.RestAssured.given;
import static k8sdemo.backend.GreetingResourceTest.POD;
import static k8sdemo.backend.GreetingResourceTest.assertProblem;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
class HelloResourceTest {
    @Test
    void the_original_demo_s_contract_is_kept() {
        given().when()
                .get("/David")
                .then()
                .statusCode(200)
                .contentType("text/plain;charset=UTF-8")
                .body(equalTo("Hello David from " + POD + "!"));
    }

    @ParameterizedTest
    @MethodSource("k8sdemo.backend.GreetingResourceTest#names")
    void a_name_comes_back_intact(String name) {
        String segment = URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "-");
        given().urlEncodingEnabled(false)
                .when()
                .get("/" + segment)
                .then()
                .statusCode(200)
                .body(equalTo("Hello " + name.replace('/', '-') + " from " + POD + "!"));
    }

    @ParameterizedTest
    @CsvSource({
        "%20, must not be blank",
        "%00, must not contain control characters",
        "a%0D%0AX, must not contain control characters",
        "%FF, must be percent-encoded UTF-8",
        "%ED%A0%80, must be percent-encoded UTF-8"
    })
    void a_bad_name_is_refused_with_the_rule(String path, String rule) {
        assertProblem(given().urlEncodingEnabled(false).when().get("/" + path).then(), 400)
                .body("errors[0].field", equalTo("name"))
                .body("errors[0].rule", equalTo(rule));
    }

    @Test
    void a_name_over_100_characters_is_refused() {
        assertProblem(given().when().get("/" + "a".repeat(101)).then(), 400);
    }

    @Test
    void the_original_page_may_read_the_answer() {
        given().header("Origin", "http://localhost:8080")
                .when()
                .get("/David")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", "http://localhost:8080");
    }

    @Test
    void a_page_from_anywhere_else_may_not() {
        given().header("Origin", "http://evil.example")
                .when()
                .get("/David")
                .then()
                .header("Access-Control-Allow-Origin", nullValue());
    }
}
