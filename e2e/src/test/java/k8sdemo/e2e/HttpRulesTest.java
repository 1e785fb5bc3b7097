// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What both apps do with requests that no well-behaved client sends (RFC 9112), byte for byte. */
class HttpRulesTest {
    private static final App backend = App.start("backend", Map.of("HOSTNAME", "pod-1"));
    private static final App frontend = App.start("frontend", Map.of("BACKEND_URL", backend.url()));

    @AfterAll
    static void stop() {
        frontend.close();
        backend.close();
    }

    /** Opens a connection, and sends a request: a bar ends a line, a tilde is the path of the API, a star is a lot. */
    private static Socket send(App app, String request) throws IOException {
        String bytes = request.replace("|", "\r\n").replace("*", "a".repeat(9000));
        Socket socket = new Socket("localhost", app.port());
        socket.setSoTimeout(10_000); // if the app leaves the connection open, the test fails
        socket.getOutputStream()
                .write(bytes.replace("~", app == backend ? "/" : "/api/").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** @return the responses of both apps, each until it has closed the connection */
    private static List<String> ask(String request) throws IOException {
        try (Socket one = send(backend, request);
                Socket other = send(frontend, request)) {
            return List.of(
                    new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
                    new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            400; GET ~Ana|Host: h||
            400; nonsense||
            400; GET ~Ana HTTP/1.1|Host: h|nonsense||
            400; GET ~Ana HTTP/1.1|Host : h||
            400; GET ~Ana HTTP/1.1|Host: a|Host: b||
            414; GET ~* HTTP/1.1|Host: h||
            431; GET ~Ana HTTP/1.1|Host: h|X: *||
            400; POST ~greetings HTTP/1.1|Host: h|Content-Length: x||name=Ana
            400; POST ~greetings HTTP/1.1|Host: h|Content-Length: 8|Content-Length: 9||name=Ana
            400; POST ~greetings HTTP/1.1|Host: h|Content-Length: 8|Transfer-Encoding: chunked||0||
            400; POST ~greetings HTTP/1.1|Host: h|Transfer-Encoding: xchunked||GET ~Smuggled HTTP/1.1|Host: h||
            400; POST ~greetings HTTP/1.1|Host: h|Transfer-Encoding: gzip, chunked||0||GET ~Smuggled HTTP/1.1|Host: h||
            400; POST ~greetings HTTP/1.1|Host: h|Transfer-Encoding: chunked, gzip||0||
            400; POST ~greetings HTTP/1.0|Transfer-Encoding: chunked||0||
            """)
    void what_is_no_clear_request_is_refused_and_the_connection_closed(int status, String request) throws IOException {
        assertThat(ask(request)).allSatisfy(response -> assertThat(response)
                .containsOnlyOnce("HTTP/1.")
                .containsPattern("^HTTP/1.[01] " + status + " "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            GET ~Ana HTTP/1.1|Host: h|Connection: close||
            GET ~Ana HTTP/1.1|Host: h|Connection: TE, Close||
            GET ~Ana HTTP/1.1|Host: h|Connection: TE|Connection: close||
            GET ~Ana HTTP/1.0||
            GET http://h:80~Ana HTTP/1.1|Host: other|Connection: close||
            POST ~greetings HTTP/1.1|Host: h|Connection: close|Content-Type: application/x-www-form-urlencoded|Expect: 100-continue|Content-Length: 8||name=Ana
            """)
    void the_connection_is_closed_after_the_response_if_the_client_wants_it(String request) throws IOException {
        assertThat(ask(request + "GET ~Smuggled HTTP/1.1|Host: h||")).allSatisfy(response -> assertThat(response)
                .containsOnlyOnce(" 200 OK")
                .contains("Hello Ana from pod-1!", "\r\ndate: "));
    }

    @Test
    void clients_that_leave_and_clients_that_pipeline_are_no_trouble() throws IOException {
        for (App app : List.of(backend, frontend)) {
            try (Socket leaves = send(app, "GET ~Gone HTTP/1.1|Host: h||")) {
                leaves.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset
            }
        }
        assertThat(ask("GET ~One HTTP/1.1|Host: h||GET ~Two HTTP/1.1|Host: h|Connection: close||"))
                .allSatisfy(response -> assertThat(response).containsSubsequence("Hello One", "Hello Two"));
        assertThat(List.of(backend.log(), frontend.log()).toString()).doesNotContain("ERROR");
    }
}
