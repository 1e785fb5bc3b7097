package k8sdemo.backend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
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
    /** What the pod is called in tests; see the environment that pom.xml gives them. */
    static final String POD = "k8s-demo-backend-test";

    /** Names that look like trouble, and are nothing but names. */
    static String[] names() {
        return new String[] {
            "Ana",
            "<script>alert(1)</script>",
            "Robert'); DROP TABLE students;-- \"quoted\" \\ back",
            "😀 👩‍👩‍👧",
            "مرحبا שלום",
            "%00 %41 + & = ; / ?",
            "${jndi:ldap://x} {greeting.pod} {{x}}",
            " padded ",
            "é e\u0301",
            "a".repeat(100),
            "😀".repeat(100)
        };
    }

    private static ValidatableResponse postForm(String body) {
        return given().contentType("application/x-www-form-urlencoded")
                .body(body)
                .when()
                .post("/greetings")
                .then();
    }

    private static ValidatableResponse postJson(String body) {
        return given().contentType(ContentType.JSON)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .when()
                .post("/greetings")
                .then();
    }

    @Test
    void a_form_is_answered_with_message_name_pod_and_version() {
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
    @MethodSource("names")
    void a_name_in_a_form_comes_back_intact(String name) {
        postForm("other=1&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .statusCode(200)
                .body("name", equalTo(name))
                .body("message", equalTo("Hello " + name + " from " + POD + "!"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void a_name_in_json_comes_back_intact(String name) {
        given().contentType(ContentType.JSON)
                .body(Map.of("name", name))
                .when()
                .post("/greetings")
                .then()
                .statusCode(200)
                .body("name", equalTo(name));
    }

    @Test
    void an_emoji_is_readable_in_a_terminal_too() {
        String answer = postForm("name=%F0%9F%8E%89").extract().asString();
        assertTrue(answer.contains("Hello 🎉 from"), answer);
    }

    @Test
    void a_browser_without_javascript_gets_a_page_in_which_the_name_is_text() {
        given().accept("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
                .contentType("application/x-www-form-urlencoded")
                .body("name=%3Cscript%3Ealert%281%29%3C%2Fscript%3E")
                .when()
                .post("/greetings")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .body(allOf(
                        containsString("Hello &lt;script&gt;alert(1)&lt;/script&gt; from " + POD + "!"),
                        not(containsString("<script"))));
    }

    @Test
    void and_a_page_that_says_what_is_wrong() {
        given().accept("text/html,*/*;q=0.8")
                .contentType("application/x-www-form-urlencoded")
                .body("name=")
                .when()
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
            name=%00               | must not contain control characters
            name=a%0Ab             | must not contain control characters
            name=a%C2%85b          | must not contain control characters
            name=a&name=b          | must be given once
            """)
    void a_bad_name_in_a_form_is_refused_with_the_field_and_the_rule(String body, String rule) {
        assertProblem(postForm(body), 400)
                .body("errors[0].field", equalTo("name"))
                .body("errors[0].rule", equalTo(rule));
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 1000})
    void a_name_over_100_characters_is_refused(int length) {
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
    void a_bad_name_in_json_is_refused_with_the_field_and_the_rule(String body, String rule) {
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
    void json_that_is_not_well_formed_is_refused(String body) {
        assertProblem(postJson(body), 400).body("detail", containsString("{\"name\":\"Ana\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name=%", "name=%4", "name=%zz", "name=%FF", "name=%C3%28", "name=%ED%A0%80", "%FF=1"})
    void a_form_that_is_not_well_formed_is_refused(String body) {
        assertProblem(postForm(body), 400).body("detail", containsString("percent-encode"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense", "a/b/c"})
    void a_body_of_another_type_is_refused(String type) {
        assertProblem(
                        given().contentType(type)
                                .body("name=Ana".getBytes(StandardCharsets.UTF_8))
                                .when()
                                .post("/greetings")
                                .then(),
                        415)
                .body("detail", containsString("application/x-www-form-urlencoded"));
    }

    @ParameterizedTest
    @ValueSource(ints = {8 * 1024 + 1, 100_000, 5_000_000})
    void a_body_over_8_KiB_is_refused(int length) throws IOException {
        String answer = raw("POST /greetings HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: " + length + "\r\n\r\nname=Ana&x=" + "a".repeat(Math.min(length, 50_000) - 11));
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        assertTrue(answer.contains("application/problem+json") && answer.contains("8192 bytes"), answer);
    }

    @Test
    void a_body_of_exactly_8_KiB_is_read() {
        postForm("name=Ana&x=" + "a".repeat(8 * 1024 - 11)).statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
    void another_method_is_refused_with_those_that_are_allowed(String method) {
        // GET too: /greetings is where names are posted, and never a name
        String path = method.equals("GET") ? "/" : "/greetings";
        int status = method.equals("GET") ? 404 : 405;
        ValidatableResponse answer =
                assertProblem(given().when().request(method, path).then(), status);
        if (status == 405) {
            answer.header("Allow", containsString("POST"));
        }
    }

    @Test
    void what_is_not_there_is_a_problem() {
        assertProblem(given().when().get("/no/such/thing").then(), 404);
    }

    @Test
    void a_type_that_is_not_to_be_had_is_a_problem() {
        assertProblem(
                given().accept("image/png")
                        .contentType(ContentType.URLENC)
                        .body("name=Ana")
                        .when()
                        .post("/greetings")
                        .then(),
                406);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "a/b/c", "text/html;q=x", ",", "application/json, oops"})
    void an_accept_header_that_is_not_well_formed_is_disregarded(String accept) {
        given().header("Accept", accept)
                .contentType("application/x-www-form-urlencoded")
                .body("name=Ana")
                .when()
                .post("/greetings")
                .then()
                .statusCode(200);
    }

    @Test
    void a_well_formed_request_id_is_kept() {
        given().header("X-Request-Id", "3f0c8a52-7d1e.A_b")
                .contentType("application/x-www-form-urlencoded")
                .body("name=Ana")
                .when()
                .post("/greetings")
                .then()
                .header("X-Request-Id", "3f0c8a52-7d1e.A_b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "x\"y", "é", ""})
    void any_other_is_replaced(String id) {
        given().header("X-Request-Id", id)
                .contentType("application/x-www-form-urlencoded")
                .body("name=")
                .when()
                .post("/greetings")
                .then()
                .header("X-Request-Id", matchesPattern("[0-9a-f]{32}"));
    }

    static ValidatableResponse assertProblem(ValidatableResponse answer, int status) {
        return answer.statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("about:blank"))
                .body("status", equalTo(status))
                .body("title", not(equalTo("")))
                .body("detail", not(equalTo("")));
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[8192];
            for (int n; !answer.toString().contains("}") && (n = in.read(buffer)) > 0; ) {
                answer.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
            return answer.toString();
        }
    }
}
