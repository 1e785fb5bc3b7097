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

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.DecoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
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
    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/META-INF/resources"))) {
            return List.copyOf(files.map(file -> "/" + file.getFileName()).toList()).stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_file_has_a_strong_etag_and_is_asked_for_again(String path) {
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
    void a_compressed_file_is_another_representation_with_its_own_etag() {
        Response plain = asking().header("Accept-Encoding", "identity").get("/style.css");
        Response gzip = asking().header("Accept-Encoding", "br, gzip;q=0.5").get("/style.css");
        assertEquals("gzip", gzip.header("Content-Encoding"));
        assertNotEquals(plain.header("ETag"), gzip.header("ETag"));
        assertTrue(Integer.parseInt(gzip.header("Content-Length")) < Integer.parseInt(plain.header("Content-Length")));
    }

    @Test
    void a_client_that_refuses_gzip_gets_none() {
        asking().header("Accept-Encoding", "gzip;q=0")
                .when()
                .get("/style.css")
                .then()
                .header("Content-Encoding", nullValue());
    }

    @Test
    void the_first_load_is_under_30_kb() throws IOException {
        int sum = files().mapToInt(path -> Integer.parseInt(
                        asking().header("Accept-Encoding", "gzip").get(path).header("Content-Length")))
                .sum();
        org.hamcrest.MatcherAssert.assertThat("bytes on the wire", sum, lessThan(30_000));
    }

    @Test
    void the_root_is_the_page() {
        given().when().get("/").then().statusCode(200).contentType("text/html").body(containsString("<h1"));
    }

    @Test
    void a_head_request_gets_the_head_of_the_answer() {
        given().when().head("/").then().statusCode(200).header("Content-Length", not(equalTo("0")));
    }

    @Test
    void the_page_can_only_be_read() {
        given().when()
                .post("/")
                .then()
                .statusCode(405)
                .header("Allow", "GET, HEAD")
                .contentType("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/../application.properties", "/%2e%2e/application.properties", "/.js", "/x/y"})
    void what_is_not_there_is_a_problem(String path) {
        given().urlEncodingEnabled(false)
                .when()
                .get(path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/style.css", "/nothing", "/api/q/metrics", "/q/health"})
    void every_answer_has_the_security_headers(String path) {
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
