// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(StubBackend.class)
class ApiRouteTest {
    /** As browsers do: the JDK's client (17.0.15) waits now and then for a response that it has, after an upgrade to HTTP/2. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TestHTTPResource("/")
    URL frontend;

    @Test
    void forwards_method_path_query_and_body() {
        given().urlEncodingEnabled(false)
                .contentType(ContentType.URLENC)
                .body("name=Ana")
                .post("/api/greetings?a=b%20c")
                .then()
                .statusCode(200)
                .body("method", equalTo("POST"))
                .body("uri", equalTo("/greetings?a=b%20c"))
                .body("body", equalTo("name=Ana"))
                .header("Via", containsString("k8s-demo-frontend"));
    }

    @Test
    void forwards_no_path_as_the_root() {
        given().get("/api?a=b").then().statusCode(200).body("uri", equalTo("/?a=b"));
    }

    @Test
    void keeps_an_encoded_path_as_it_is() {
        given().urlEncodingEnabled(false)
                .get("/api/a%2Fb%20%F0%9F%98%80")
                .then()
                .body("uri", equalTo("/a%2Fb%20%F0%9F%98%80"));
    }

    @Test
    void tells_the_backend_which_client_asked_for_which_host() {
        given().get("/api/headers")
                .then()
                .body("headers.x-forwarded-for", equalTo("127.0.0.1"))
                .body("headers.x-forwarded-proto", equalTo("http"))
                .body("headers.x-forwarded-host", equalTo(frontend.getAuthority()))
                .body("headers.via", equalTo("1.1 k8s-demo-frontend"));
    }

    @Test
    void passes_on_what_a_proxy_before_it_says_about_the_client() {
        given().header("X-Forwarded-For", "192.0.2.6", "192.0.2.7")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "demo.example")
                .get("/api/headers")
                .then()
                .body("headers.x-forwarded-for", equalTo("192.0.2.6, 192.0.2.7, 127.0.0.1"))
                .body("headers.x-forwarded-proto", equalTo("https"))
                .body("headers.x-forwarded-host", equalTo("demo.example"));
    }

    @Test
    void forwards_no_field_that_belongs_to_one_connection() throws IOException {
        String response = raw(
                "GET /api/headers HTTP/1.1\r\nHost: h\r\nConnection: close\r\nConnection: X-Mine\r\nX-Mine: 1\r\n"
                        + "Keep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nOrigin: http://h\r\nX-Theirs: 1\r\n\r\n");
        assertTrue(response.contains("\"x-theirs\":\"1\""), response);
        for (String gone : new String[] {"x-mine", "keep-alive", "te", "proxy-authorization", "origin"}) {
            assertTrue(!response.contains("\"" + gone + "\""), gone + " in " + response);
        }
    }

    @Test
    void passes_back_no_field_that_belongs_to_one_connection() {
        given().get("/api/hop-by-hop")
                .then()
                .header("X-End-To-End", equalTo("yes"))
                .header("X-Private", nullValue())
                .header("Keep-Alive", nullValue());
    }

    @Test
    void says_for_how_many_milliseconds_the_connection_has_been_open() {
        given().get("/api/headers").then().header("Pod-Connected-For", matchesPattern("\\d{1,5}"));
    }

    @Test
    void retries_a_connection_that_fails_before_the_response() {
        given().get("/api/resets-twice").then().statusCode(200).body(equalTo("third time lucky"));
    }

    /** Only a request that changes nothing may reach two pods. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/faults/resets", "/faults;x/resets", "/Faults/resets", "//faults/resets", "/x/../faults/resets"
            })
    void sends_a_fault_once_however_its_path_is_written(String path) {
        int before = StubBackend.reset();
        given().urlEncodingEnabled(false).post("/api" + path).then().statusCode(502);
        assertEquals(before + 1, StubBackend.reset());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://elsewhere.example", "http://elsewhere.example:8080", "https://x.localhost", "null"})
    void no_page_of_another_site_starts_a_fault(String origin) {
        int before = StubBackend.asked("/faults/panic");
        given(json())
                .header("Origin", origin)
                .post("/api/faults/panic")
                .then()
                .statusCode(403)
                .body("detail", notNullValue());
        assertEquals(before, StubBackend.asked("/faults/panic"));
        given().header("Origin", origin).post("/api/greetings").then().statusCode(200); // harmless
    }

    /** What SECURITY.md says in its table. */
    @ParameterizedTest
    @CsvSource({
        "localhost:8080, 200",
        "127.0.0.1:8080, 200",
        "203.0.113.7, 200",
        "[2001:db8::7]:8080, 200",
        "demo.example, 200", // is in PAGE_HOSTS
        "elsewhere.example:8080, 403", // points to this address, too (DNS rebinding)
        "1.2.3.4.example, 403"
    })
    void its_own_page_starts_faults_at_names_that_are_known(String host, int status) {
        given().header("Host", host)
                .header("Origin", "http://" + host)
                .post("/api/faults/panic")
                .then()
                .statusCode(status);
    }

    @Test
    void leaves_time_for_the_next_pod_when_one_breaks_off_late() {
        given().get("/api/breaks-off-late").then().statusCode(200).body(equalTo("answered after all"));
    }

    @Test
    void gives_up_on_a_backend_that_always_resets() {
        given(json()).when().get("/api/resets").then().statusCode(502).body("detail", notNullValue());
        assertTrue(StubBackend.asked("/resets") > 1);
    }

    @Test
    void stops_retrying_when_the_client_has_gone() throws IOException {
        try (Socket socket = new Socket(frontend.getHost(), frontend.getPort())) {
            socket.getOutputStream()
                    .write("GET /api/held HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (StubBackend.HELD.isEmpty()) {
                Thread.onSpinWait();
            }
        }
        given().get("/").then().statusCode(200); // comes after the end of the other connection
        StubBackend.HELD.remove().close();
        given().get("/api/resets").then().statusCode(502); // takes as long as the other one would be retried
        assertEquals(1, StubBackend.asked("/held"));
    }

    @Test
    void lets_no_request_wait_for_another() {
        open("api/crowd", StubBackend.CROWD).forEach(response -> assertEquals(200, response.statusCode()));
    }

    @Test
    void refuses_what_would_wait_too_long_for_a_connection() throws IOException {
        List<HttpResponse<InputStream>> downloads = open("api/drips", StubBackend.CONNECTIONS);
        try {
            given(json())
                    .when()
                    .get("/api/late")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", equalTo("1"))
                    .contentType("application/problem+json")
                    .body("detail", containsString("more requests than"));
            assertEquals(0, StubBackend.asked("/late"));
            downloads.forEach(download -> assertEquals(200, download.statusCode()));
        } finally {
            for (HttpResponse<InputStream> download : downloads) {
                download.body().close();
            }
        }
        given().get("/api/late").then().statusCode(200);
    }

    /** Sends so many requests at once, and waits until each response has begun. */
    private List<HttpResponse<InputStream>> open(String path, int count) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(frontend + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return Stream.generate(() -> HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()))
                .limit(count)
                .toList() // all are sent before any is waited for
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @Test
    void retries_when_a_pod_hangs() {
        given().get("/api/hangs-once").then().statusCode(200).body(equalTo("another pod answered"));
    }

    @Test
    void explains_the_timeout_of_a_backend_that_is_always_too_slow_after_one_retry() {
        int before = StubBackend.asked("/slow");
        given(json())
                .get("/api/slow")
                .then()
                .statusCode(504)
                .contentType("application/problem+json")
                .body("title", equalTo("Gateway Timeout"))
                .body("detail", containsString("too long"));
        assertEquals(before + 2, StubBackend.asked("/slow"));
    }

    @Test
    void never_retries_once_a_response_has_begun_and_never_passes_a_part_for_the_whole() {
        int before = StubBackend.asked("/breaks-off");
        assertThrows(IOException.class, () -> get("/api/breaks-off"));
        assertEquals(before + 1, StubBackend.asked("/breaks-off"));
    }

    @Test
    void breaks_off_a_response_that_stalls() {
        assertThrows(IOException.class, () -> get("/api/stalls"));
    }

    @Test
    void passes_on_the_backends_own_503() {
        int before = StubBackend.asked("/unready");
        given().get("/api/unready").then().statusCode(503).body(equalTo("not now"));
        assertEquals(before + 1, StubBackend.asked("/unready"));
    }

    @Test
    void passes_a_huge_response_whole() throws Exception {
        assertEquals(StubBackend.HUGE, get("/api/huge").length);
    }

    @Test
    void refuses_a_body_over_the_limit_without_asking_the_backend() {
        int before = StubBackend.asked("/greetings");
        given().contentType(ContentType.URLENC)
                .body("name=" + "a".repeat(ApiRoute.MAX_BODY))
                .post("/api/greetings")
                .then()
                .statusCode(413)
                .contentType("application/problem+json")
                .body("title", equalTo("Content Too Large"))
                .body("detail", containsString("8192"));
        assertEquals(before, StubBackend.asked("/greetings"));
    }

    @Test
    void bounds_a_body_of_unknown_length() throws IOException {
        String chunk = "2000\r\n" + "a".repeat(0x2000) + "\r\n";
        String response = raw(
                "POST /api/greetings HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded"
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n");
        assertTrue(response.startsWith("HTTP/1.1 413 "), response);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/metrics", "/%71/metrics", "//q/metrics", "/x/../q/metrics", "/q", "/q/"})
    void hides_the_health_and_metrics_of_a_backend(String path) {
        int before = StubBackend.asked();
        given(json())
                .urlEncodingEnabled(false)
                .get("/api" + path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
        assertEquals(before, StubBackend.asked());
    }

    @Test
    void a_browser_without_javascript_gets_a_page() {
        given().accept("text/html,application/xhtml+xml,*/*;q=0.8")
                .get("/api/slow")
                .then()
                .statusCode(504)
                .contentType("text/html")
                .body("html.body.main.p[0]", containsString("too long"));
    }

    /** With a client that knows a part from the whole. */
    private byte[] get(String path) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(frontend.toURI().resolve(path)).build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    private static RequestSpecification json() {
        return new RequestSpecBuilder().setAccept(ContentType.JSON).build();
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(frontend.getHost(), frontend.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder response = new StringBuilder();
            byte[] buffer = new byte[8192];
            for (int n; (n = socket.getInputStream().read(buffer)) > 0; ) {
                response.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
            return response.toString();
        }
    }
}
