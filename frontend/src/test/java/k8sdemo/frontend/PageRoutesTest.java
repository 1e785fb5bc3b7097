// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hamcrest.MatcherAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class PageRoutesTest {
    /** As browsers do: the JDK's client (17.0.15) waits now and then for a response that it has, after an upgrade to HTTP/2. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Path FOLDER = Path.of("src/main/resources/META-INF/resources");

    @TestHTTPResource("/")
    URI frontend;

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> "/" + file.getFileName()).toList();
        }
    }

    /** Sends a request as it is: REST Assured would add codings of its own. */
    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(frontend.resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Two releases have files of the same date, so "not modified since" is no reason to keep one. */
    @ParameterizedTest
    @MethodSource("files")
    void no_browser_keeps_a_file_of_another_release(String path) throws Exception {
        HttpResponse<byte[]> response = get(
                path, "If-Modified-Since", "Fri, 31 Dec 2100 23:59:59 GMT", "If-None-Match", "*", "Range", "bytes=1-");
        assertEquals(200, response.statusCode());
        assertEquals(Files.readString(FOLDER.resolve(path.substring(1))), new String(response.body(), "UTF-8"));
        assertEquals(List.of("no-store"), response.headers().allValues("Cache-Control"));
        MatcherAssert.assertThat(response.headers().map().keySet(), not(hasItems("last-modified", "etag")));
    }

    @Test
    void the_first_load_is_at_most_40_kb() throws Exception {
        int sum = 0;
        for (String path : files()) {
            if (!path.matches(
                    "/room.*|/(replay|stage)\\.js|/run\\.json")) { // which only come when somebody asks for them
                HttpResponse<byte[]> response = get(path, "Accept-Encoding", "gzip");
                if (!path.endsWith(".svg")) {
                    assertEquals(List.of("gzip"), response.headers().allValues("Content-Encoding"), path);
                }
                sum += response.body().length;
            }
        }
        MatcherAssert.assertThat("bytes on the wire", sum, lessThan(40_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "br", "gzip;q=0"})
    void a_client_that_does_not_take_gzip_gets_none(String coding) throws Exception {
        HttpResponse<byte[]> response = get("/style.css", "Accept-Encoding", coding);
        assertEquals(200, response.statusCode());
        assertEquals(List.of(), response.headers().allValues("Content-Encoding"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/?a=b%7Cc"})
    void the_page_is_at_the_root(String path) {
        given().urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(200)
                .contentType("text/html")
                .body(containsString("<h1"));
    }

    @Test
    void the_page_of_the_phones_has_a_short_url() {
        given().get("/room").then().statusCode(200).contentType("text/html").body(containsString("room.js"));
    }

    @Test
    void the_icon_is_where_browsers_look_for_it() {
        given().get("/favicon.ico").then().statusCode(200).contentType("image/svg+xml");
    }

    @Test
    void head_gets_no_body() {
        given().head("/").then().statusCode(200).body(equalTo(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/../application.properties",
                "/%2e%2e/application.properties",
                "/.js",
                "/x/y",
                "/%00"
            })
    void an_unknown_path_gets_a_problem(String path) {
        given().urlEncodingEnabled(false).get(path).then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void a_file_takes_no_other_method() {
        given().post("/").then().statusCode(404).contentType("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/style.css", "/room", "/nothing", "/api/q/metrics", "/q/health"})
    void every_response_has_the_security_headers(String path) {
        given().get(path)
                .then()
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
    }
}
