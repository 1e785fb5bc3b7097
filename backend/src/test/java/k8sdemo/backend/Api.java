// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend;

import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** What the tests of the API share. */
public final class Api {
    /** The pod's name in tests; pom.xml sets it as HOSTNAME. */
    public static final String POD = "k8s-demo-backend-test";

    private Api() {}

    /** @return the start of a request whose answer must follow the OpenAPI document, see {@link Contract} */
    public static RequestSpecification given() {
        return RestAssured.given().filter(new Contract());
    }

    /** Sends a form to {@code POST /greetings}. */
    public static ValidatableResponse postForm(String body) {
        return given().contentType("application/x-www-form-urlencoded")
                .body(body)
                .post("/greetings")
                .then();
    }

    /** Sends a GET whose path is taken as it is. */
    public static ValidatableResponse get(String path) {
        return given().urlEncodingEnabled(false).get(path).then();
    }

    /** Asserts that an answer is a problem detail of that status. */
    public static ValidatableResponse assertProblem(ValidatableResponse answer, int status) {
        return answer.statusCode(status)
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

    /**
     * Sends bytes that no HTTP client would send.
     *
     * @param request as ISO 8859-1, so that a character is a byte
     * @return everything that the server sends until it closes the connection, at most 10 seconds later
     */
    public static String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
