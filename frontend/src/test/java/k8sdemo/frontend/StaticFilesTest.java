// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.DecoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class StaticFilesTest {
    @TestHTTPResource("/")
    URL frontend;

    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/META-INF/resources"))) {
            return List.copyOf(files.map(file -> "/" + file.getFileName()).toList()).stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void gives_every_file_a_strong_etag_and_has_it_revalidated(String path) {
        String etag = given().when()
                .get(path)
                .then()
                .statusCode(200)
                .header("ETag", startsWith("\""))
                .header("Cache-Control", "no-cache")
                .header("Vary", equalTo("accept-encoding"))
                .extract()
                .header("ETag");
        given().header("If-None-Match", "\"other\", " + etag)
                .when()
                .get(path)
                .then()
                .statusCode(304)
                .header("ETag", etag)
                .body(is(emptyString()));
        given().header("If-None-Match", "\"other\"").when().get(path).then().statusCode(200);
    }

    /** Without the encodings that REST Assured would add by itself. */
    private static RequestSpecification asking() {
        return given().config(RestAssuredConfig.config()
                .decoderConfig(DecoderConfig.decoderConfig().noContentDecoders()));
    }

    @Test
    void gives_a_compressed_file_an_etag_of_its_own() {
        Response plain = asking().header("Accept-Encoding", "identity").get("/style.css");
        Response gzip = asking().header("Accept-Encoding", "br, gzip;q=0.5").get("/style.css");
        assertEquals("gzip", gzip.header("Content-Encoding"));
        assertNotEquals(plain.header("ETag"), gzip.header("ETag"));
        assertTrue(Integer.parseInt(gzip.header("Content-Length")) < Integer.parseInt(plain.header("Content-Length")));
    }

    /** RFC 9110, section 5.3: a list may come in several lines. */
    @Test
    void reads_lists_of_several_lines() {
        String etag = asking().header("Accept-Encoding", "br", "gzip")
                .get("/style.css")
                .header("ETag");
        asking().header("Accept-Encoding", "br", "gzip")
                .header("If-None-Match", "\"x\"", etag)
                .get("/style.css")
                .then()
                .statusCode(304);
        assertEquals(
                etag,
                asking().header("Accept-Encoding", "gzip").get("/style.css").header("ETag"));
    }

    /** WHATWG URL, "query percent-encode set": browsers leave these characters as they are. */
    @ParameterizedTest
    @ValueSource(strings = {"a=b|c", "u={x}", "q=a^b", "q=100%", "q=%zz", "q=`", "q=[]\\"})
    void opens_the_page_with_any_query_that_browsers_send(String query) throws IOException {
        try (Socket socket = new Socket(frontend.getHost(), frontend.getPort())) {
            socket.getOutputStream()
                    .write(("GET /?" + query + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        }
    }

    @Test
    void serves_the_icon_where_browsers_look_for_it() {
        given().get("/favicon.ico").then().statusCode(200).contentType("image/svg+xml");
    }

    @Test
    void sends_no_gzip_to_a_client_that_refuses_it() {
        asking().header("Accept-Encoding", "gzip;q=0")
                .when()
                .get("/style.css")
                .then()
                .header("Content-Encoding", nullValue());
    }

    @Test
    void keeps_the_first_load_under_33_kb() throws IOException {
        int sum = files().filter(path -> !path.startsWith("/room"))
                .mapToInt(path -> Integer.parseInt(
                        asking().header("Accept-Encoding", "gzip").get(path).header("Content-Length")))
                .sum();
        org.hamcrest.MatcherAssert.assertThat("bytes on the wire", sum, lessThan(33_000));
    }

    @Test
    void serves_the_page_at_the_root() {
        given().when().get("/").then().statusCode(200).contentType("text/html").body(containsString("<h1"));
    }

    @Test
    void serves_the_page_of_the_phones_at_an_address_that_is_short() {
        given().when()
                .get("/room")
                .then()
                .statusCode(200)
                .contentType("text/html")
                .body(containsString("room.js"));
    }

    @Test
    void answers_head_with_the_head_of_the_answer() {
        given().when().head("/").then().statusCode(200).header("Content-Length", not(equalTo("0")));
    }

    @Test
    void refuses_other_methods_and_names_those_it_takes() {
        given().when()
                .post("/")
                .then()
                .statusCode(405)
                .header("Allow", "GET, HEAD")
                .contentType("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/../application.properties", "/%2e%2e/application.properties", "/.js", "/x/y"})
    void answers_an_unknown_address_with_a_problem(String path) {
        given().urlEncodingEnabled(false)
                .when()
                .get(path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/style.css", "/nothing", "/api/q/metrics", "/q/health"})
    void sends_the_security_headers_with_every_answer(String path) {
        given().when()
                .get(path)
                .then()
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
    }
}
