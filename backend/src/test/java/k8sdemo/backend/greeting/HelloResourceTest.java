// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import static k8sdemo.backend.Api.POD;
import static k8sdemo.backend.Api.assertBadField;
import static k8sdemo.backend.Api.assertProblem;
import static k8sdemo.backend.Api.get;
import static k8sdemo.backend.Api.given;
import static org.hamcrest.Matchers.containsStringIgnoringCase;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class HelloResourceTest {
    @Test
    void keeps_the_contract_of_the_original_demo() {
        given().get("/David")
                .then()
                .statusCode(200)
                .contentType("text/plain;charset=UTF-8")
                .body(equalTo("Hello David from " + POD + "!"));
    }

    @ParameterizedTest
    @MethodSource("k8sdemo.backend.Api#hostileNames")
    void returns_a_name_intact(String name) {
        String segment = URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "-");
        given().urlEncodingEnabled(false)
                .get("/" + segment)
                .then()
                .statusCode(200)
                .body(equalTo("Hello " + name.replace('/', '-') + " from " + POD + "!"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "%20; must not be blank",
                "%00; must not contain control characters",
                "a%0D%0AX; must not contain control characters",
                "%FF; must be well-formed Unicode, sent as UTF-8",
                "%ED%A0%80; must be well-formed Unicode, sent as UTF-8"
            })
    void refuses_a_bad_name_and_names_the_rule(String path, String rule) {
        assertBadField(get("/" + path), "name", rule);
    }

    @Test
    void refuses_a_name_of_more_than_100_characters() {
        assertBadField(get("/" + "a".repeat(101)), "name", "must be at most 100 characters long");
    }

    @Test
    void lets_the_original_page_read_the_response() {
        given().header("Origin", "http://localhost:8080")
                .get("/David")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", "http://localhost:8080");
    }

    @Test
    void lets_no_other_page_read_the_response() {
        given().header("Origin", "http://evil.example")
                .get("/David")
                .then()
                .statusCode(403)
                .header("Access-Control-Allow-Origin", nullValue());
    }

    /** Otherwise a cache may give one page the response that another may read (Fetch, "CORS protocol and HTTP caches"). */
    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080", "http://elsewhere.example", ""})
    void tells_caches_that_the_response_depends_on_the_origin(String origin) {
        RequestSpecification request = origin.isEmpty() ? given() : given().header("Origin", origin);
        request.get("/David").then().header("Vary", containsStringIgnoringCase("origin"));
    }

    @ParameterizedTest
    @CsvSource({
        "/Ana/, Ana",
        "/a%3Bb, a;b",
        "/a+b, a+b",
        "/a%2Fb, a/b",
        "/Ana%2F, Ana/",
        "/%41na?x=100&y=z, Ana",
        "/x/../Ana, Ana"
    })
    void greets_whom_the_path_means(String path, String name) {
        get(path).statusCode(200).body(equalTo("Hello " + name + " from " + POD + "!"));
    }

    @Test
    void responds_to_an_unknown_url_with_a_problem() {
        assertProblem(get("/no/such/thing"), 404);
    }

    /** A browser asks for it when it opens /David. */
    @Test
    void does_not_greet_the_favicon() {
        assertProblem(get("/favicon.ico"), 404);
    }

    @Test
    void refuses_any_other_method_and_names_those_it_supports() {
        assertProblem(given().post("/David").then(), 405).header("Allow", equalTo("GET, HEAD"));
    }
}
