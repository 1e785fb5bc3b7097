// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import static k8sdemo.backend.Api.POD;
import static k8sdemo.backend.Api.assertProblem;
import static k8sdemo.backend.Api.given;
import static k8sdemo.backend.Api.postForm;
import static k8sdemo.backend.Api.raw;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class GreetingResourceTest {
    private static ValidatableResponse postJson(String body) {
        return given().contentType(ContentType.JSON)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post("/greetings")
                .then();
    }

    @Test
    void answers_a_form_with_message_name_pod_version_and_outside_a_cluster_no_node() {
        String body = postForm("name=Ana")
                .statusCode(200)
                .contentType("application/json")
                .extract()
                .asString();
        assertEquals(
                "{\"message\":\"Hello Ana from " + POD + "!\",\"name\":\"Ana\",\"pod\":\"" + POD
                        + "\",\"version\":\"v1\"}",
                body);
    }

    @ParameterizedTest
    @MethodSource("k8sdemo.backend.Api#hostileNames")
    void returns_a_name_from_a_form_intact(String name) {
        postForm("other=1&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .statusCode(200)
                .body("name", equalTo(name))
                .body("message", equalTo("Hello " + name + " from " + POD + "!"));
    }

    @ParameterizedTest
    @MethodSource("k8sdemo.backend.Api#hostileNames")
    void returns_a_name_from_json_intact(String name) {
        given().contentType(ContentType.JSON)
                .body(Map.of("name", name))
                .post("/greetings")
                .then()
                .statusCode(200)
                .body("name", equalTo(name));
    }

    @Test
    void writes_an_emoji_as_itself_not_as_an_escape() {
        String answer = postForm("name=%F0%9F%8E%89").extract().asString();
        assertTrue(answer.contains("Hello 🎉 from"), answer);
    }

    @Test
    void answers_a_browser_without_javascript_with_a_page_that_escapes_the_name() {
        given().accept("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
                .contentType("application/x-www-form-urlencoded")
                .body("name=%3Cscript%3Ealert%281%29%3C%2Fscript%3E")
                .post("/greetings")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .body(allOf(
                        containsString("Hello <bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi> from"),
                        not(containsString("<script"))));
    }

    /** UAX #9: the sentence after the name must keep its direction. */
    @Test
    void isolates_the_direction_of_a_name_on_that_page() {
        given().accept("text/html")
                .contentType("application/x-www-form-urlencoded")
                .body("name=%E2%80%AEabc")
                .post("/greetings")
                .then()
                .body(containsString("<bdi>\u202eabc</bdi>"));
    }

    @Test
    void answers_a_browser_without_javascript_with_a_page_that_explains_an_error() {
        given().accept("text/html,*/*;q=0.8")
                .contentType("application/x-www-form-urlencoded")
                .body("name=")
                .post("/greetings")
                .then()
                .statusCode(400)
                .contentType("text/html;charset=UTF-8")
                .body(containsString("The name must not be blank."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                     | is required
            other=1                | is required
            name                   | must not be blank
            name=                  | must not be blank
            name=+%20%09%E2%80%8B  | must not be blank
            name=%E3%85%A4         | must not be blank
            name=%E2%A0%80         | must not be blank
            name=%EF%B8%8F%CD%8F   | must not be blank
            name=%00               | must not contain control characters
            name=a%0Ab             | must not contain control characters
            name=a%C2%85b          | must not contain control characters
            name=a&name=b          | must be given once
            """)
    void refuses_a_bad_name_in_a_form_and_names_the_field_and_the_rule(String body, String rule) {
        assertProblem(postForm(body), 400)
                .body("errors[0].field", equalTo("name"))
                .body("errors[0].rule", equalTo(rule));
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 1000})
    void refuses_a_name_of_more_than_100_characters(int length) {
        assertProblem(postForm("name=" + "a".repeat(length)), 400)
                .body("errors[0].rule", equalTo("must be at most 100 characters long"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                       | is required
            {"name":null}            | must be a string
            {"name":1}               | must be a string
            {"name":["Ana"]}         | must be a string
            {"name":""}              | must not be blank
            {"name":"\\u0000"}       | must not contain control characters
            {"name":"a\\ud800"}      | must be well-formed Unicode
            """)
    void refuses_a_bad_name_in_json_and_names_the_field_and_the_rule(String body, String rule) {
        assertProblem(postJson(body), 400)
                .body("errors[0].field", equalTo("name"))
                .body("errors[0].rule", equalTo(rule));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"Ana\"",
                "{\"name\":\"Ana\"",
                "{\"name\":\"Ana\"}}",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "name=Ana"
            })
    void refuses_json_that_is_not_well_formed(String body) {
        assertProblem(postJson(body), 400).body("detail", containsString("{\"name\":\"Ana\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name=%", "name=%4", "name=%zz", "name=%FF", "name=%C3%28", "name=%ED%A0%80", "%FF=1"})
    void refuses_a_form_that_is_not_well_formed(String body) {
        assertProblem(postForm(body), 400).body("detail", containsString("percent-encode"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/xml",
                "nonsense",
                "a/b/c",
                "*/*",
                "application/json, text/html",
                "text/html,application/json"
            })
    void refuses_a_body_of_another_media_type(String type) {
        assertProblem(
                        given().contentType(type)
                                .body("name=Ana".getBytes(StandardCharsets.UTF_8))
                                .post("/greetings")
                                .then(),
                        415)
                .body("detail", containsString("application/x-www-form-urlencoded"));
    }

    @ParameterizedTest
    @ValueSource(ints = {8 * 1024 + 1, 100_000, 5_000_000})
    void refuses_a_body_over_8_KiB(int length) throws IOException {
        String answer = raw("POST /greetings HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: " + length + "\r\n\r\nname=Ana&x=" + "a".repeat(Math.min(length, 50_000) - 11));
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        assertTrue(answer.contains("application/problem+json") && answer.contains("8192 bytes"), answer);
    }

    @Test
    void accepts_a_body_of_exactly_8_KiB() {
        postForm("name=Ana&x=" + "a".repeat(8 * 1024 - 11)).statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
    void refuses_any_other_method_and_names_the_one_it_takes(String method) {
        for (String path : new String[] {"/greetings", "/greetings/"}) {
            assertProblem(given().request(method, path).then(), 405).header("Allow", equalTo("POST"));
        }
    }

    @Test
    void answers_an_unknown_address_with_a_problem() {
        assertProblem(given().when().get("/no/such/thing").then(), 404);
    }

    @Test
    void answers_an_unavailable_media_type_with_a_problem() {
        assertProblem(
                given().accept("image/png")
                        .contentType(ContentType.URLENC)
                        .body("name=Ana")
                        .post("/greetings")
                        .then(),
                406);
    }

    /** RFC 9110, section 5.3: a list may come in several lines. */
    @Test
    void reads_an_accept_field_of_two_lines() {
        given().header("Accept", "image/png", "application/json")
                .contentType(ContentType.URLENC)
                .body("name=Ana")
                .post("/greetings")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "a/b/c", "text/html;q=x", ",", "application/json, oops"})
    void ignores_an_accept_field_that_is_not_well_formed(String accept) {
        given().header("Accept", accept)
                .contentType("application/x-www-form-urlencoded")
                .body("name=Ana")
                .post("/greetings")
                .then()
                .statusCode(200);
    }

    @Test
    void keeps_a_well_formed_request_id() {
        given().header("X-Request-Id", "3f0c8a52-7d1e.A_b")
                .contentType("application/x-www-form-urlencoded")
                .body("name=Ana")
                .post("/greetings")
                .then()
                .header("X-Request-Id", "3f0c8a52-7d1e.A_b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "x\"y", "é", ""})
    void replaces_a_request_id_that_is_not_well_formed(String id) {
        given().header("X-Request-Id", id)
                .contentType("application/x-www-form-urlencoded")
                .body("name=")
                .post("/greetings")
                .then()
                .header("X-Request-Id", matchesPattern("[0-9a-f]{32}"));
    }
}
