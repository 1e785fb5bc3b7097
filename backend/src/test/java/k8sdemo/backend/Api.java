// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;

/** What the tests of the API share. */
public final class Api {
    /** The pod's name in tests; pom.xml sets it as HOSTNAME. */
    public static final String POD = "k8s-demo-backend-test";

    private Api() {}

    /** @return the start of a request whose response must follow the OpenAPI document, see {@link Contract} */
    public static RequestSpecification given() {
        return RestAssured.given().filter(new Contract());
    }

    /** Sends a form to {@code POST /greetings}. */
    public static ValidatableResponse postForm(String body) {
        return postForm(given(), body);
    }

    /** Sends a form with the headers of a request. */
    public static ValidatableResponse postForm(RequestSpecification request, String body) {
        return request.contentType("application/x-www-form-urlencoded")
                .body(body)
                .post("/greetings")
                .then();
    }

    /** Sends a GET whose path is taken as it is. */
    public static ValidatableResponse get(String path) {
        return given().urlEncodingEnabled(false).get(path).then();
    }

    /** Asserts that a response is a 400 that names a field and the rule that it breaks. */
    public static void assertBadField(ValidatableResponse response, String field, String rule) {
        assertProblem(response, 400)
                .body("detail", containsString("The " + field + " " + rule + "."))
                .body("errors[0].field", equalTo(field))
                .body("errors[0].rule", equalTo(rule));
    }

    /** Asserts that a response is a problem detail of that status. */
    public static ValidatableResponse assertProblem(ValidatableResponse response, int status) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("about:blank"))
                .body("status", equalTo(status))
                .body("title", not(emptyString()))
                .body("detail", not(emptyString()));
    }

    /** @return names that look like trouble but are nothing but names */
    public static String[] hostileNames() {
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
            "\u2069\u202Eabc",
            "a".repeat(100),
            "😀".repeat(100)
        };
    }
}
