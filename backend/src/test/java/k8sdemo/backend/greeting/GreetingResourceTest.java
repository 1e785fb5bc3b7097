// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import static k8sdemo.backend.Api.POD;
import static k8sdemo.backend.Api.assertBadField;
import static k8sdemo.backend.Api.assertProblem;
import static k8sdemo.backend.Api.given;
import static k8sdemo.backend.Api.postForm;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
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
    void responds_to_a_form_with_message_name_pod_version_and_start_and_outside_a_cluster_no_node() {
        ValidatableResponse response = postForm("name=Ana").statusCode(200).contentType("application/json");
        String started = response.extract().path("started");
        response.body(equalTo("""
                {"message":"Hello Ana from %1$s!","name":"Ana","pod":"%1$s","started":"%2$s","version":"v1"}""".formatted(POD, started)));
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
        postForm("name=%F0%9F%8E%89").body(containsString("Hello 🎉 from"));
    }

    @Test
    void shows_a_browser_without_javascript_a_page_that_escapes_the_name() {
        postForm(
                        given().accept("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
                        "name=%3Cscript%3Ealert%281%29%3C%2Fscript%3E")
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .body(allOf(
                        containsString("Hello <bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi> from"),
                        not(containsString("<script"))));
    }

    /** UAX #9: the sentence after the name must keep its direction. */
    @Test
    void isolates_the_direction_of_a_name_on_that_page() {
        postForm(given().accept("text/html"), "name=%E2%80%AEabc").body(containsString("<bdi>\u202eabc</bdi>"));
    }

    @Test
    void shows_a_browser_without_javascript_a_page_that_explains_an_error() {
        postForm(given().accept("text/html,*/*;q=0.8"), "name=")
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
            name=%F3%A0%80%82      | must not be blank
            name=%00               | must not contain control characters
            name=a%0Ab             | must not contain control characters
            name=a%C2%85b          | must not contain control characters
            name=%FF               | must be well-formed Unicode, sent as UTF-8
            name=%C3%28            | must be well-formed Unicode, sent as UTF-8
            name=%ED%A0%80         | must be well-formed Unicode, sent as UTF-8
            """)
    void refuses_a_bad_name_in_a_form_and_names_the_field_and_the_rule(String body, String rule) {
        assertBadField(postForm(body), "name", rule);
    }

    /** Jackson takes two zero bytes for the beginning of UTF-32. */
    @Test
    void refuses_json_in_an_encoding_that_it_is_not() {
        given().contentType(ContentType.JSON)
                .body(new byte[] {0, 0, (byte) 0xFF, (byte) 0xFE})
                .post("/greetings")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                       | is required
            []                       | is required
            {"name":null}            | is required
            {"name":["Ana"]}         | must not be blank
            {"name":""}              | must not be blank
            {"name":"\\u0000"}       | must not contain control characters
            {"name":"a\\ud800"}      | must be well-formed Unicode, sent as UTF-8
            """)
    void refuses_a_bad_name_in_json_and_names_the_field_and_the_rule(String body, String rule) {
        assertBadField(postJson(body), "name", rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "😀"})
    void takes_100_characters_and_refuses_101(String character) {
        postForm("name=" + URLEncoder.encode(character.repeat(100), StandardCharsets.UTF_8))
                .statusCode(200);
        assertBadField(
                postForm("name=" + URLEncoder.encode(character.repeat(101), StandardCharsets.UTF_8)),
                "name",
                "must be at most 100 characters long");
    }

    @Test
    void refuses_a_body_of_null() {
        assertBadField(postJson("null"), "body", "is required");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``
            {
            {"name":"Ana"
            {"name":"Ana"}}
            {"name":"a","name":"b"}
            name=Ana
            """)
    void refuses_json_that_is_not_well_formed(String body) {
        assertProblem(postJson(body), 400).body("detail", containsString("{\"name\":\"Ana\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name=%", "name=%4", "name=%zz", "%zz=1"})
    void refuses_a_form_that_is_not_well_formed(String body) {
        assertProblem(postForm(body), 400).body("detail", containsString("percent-encode"));
    }

    @Test
    void refuses_a_form_with_two_names() {
        assertProblem(postForm("name=a&name=b"), 400).body("detail", containsString("once"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/xml",
                "nonsense",
                "a/b/c",
                "application/json, text/html",
                "text/html,application/json"
            })
    void refuses_a_body_of_another_media_type(String type) {
        byte[] body = "name=Ana".getBytes(StandardCharsets.UTF_8);
        assertProblem(given().contentType(type).body(body).post("/greetings").then(), 415)
                .body("detail", containsString("application/x-www-form-urlencoded"));
    }

    @ParameterizedTest
    @ValueSource(ints = {8 * 1024 + 1, 100_000})
    void refuses_a_body_over_8_KiB(int length) {
        assertProblem(postForm("name=Ana&x=" + "a".repeat(length - 11)), 413)
                .body("detail", containsString("8192 bytes"));
    }

    @Test
    void accepts_a_body_of_exactly_8_KiB() {
        postForm("name=Ana&x=" + "a".repeat(8 * 1024 - 11)).statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
    void refuses_any_other_method_and_names_the_one_it_supports(String method) {
        for (String path : new String[] {"/greetings", "/greetings/"}) {
            assertProblem(given().request(method, path).then(), 405).header("Allow", equalTo("POST"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "nonsense", "a/b/c", "application/json, oops"})
    void refuses_to_respond_in_another_media_type(String accept) {
        assertProblem(postForm(given().accept(accept), "name=Ana"), 406);
    }

    /** RFC 9110, section 5.3: a list may come in several lines. */
    @Test
    void reads_an_accept_header_of_two_lines() {
        postForm(given().header("Accept", "image/png", "application/json"), "name=Ana")
                .statusCode(200);
    }
}
