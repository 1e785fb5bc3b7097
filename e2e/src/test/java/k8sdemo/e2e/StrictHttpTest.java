// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What both apps do with requests that no well-behaved client sends (RFC 9112), byte for byte. */
class StrictHttpTest {
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static App backend;
    private static App frontend;

    @BeforeAll
    static void start() {
        backend = App.start("backend", Map.of("HOSTNAME", "pod-1"));
        frontend = App.start("frontend", Map.of("BACKEND_URL", backend.url()));
    }

    @AfterAll
    static void stop() {
        frontend.close();
        backend.close();
    }

    /** One of the apps. */
    enum Server {
        BACKEND(""),
        FRONTEND("/api");

        private final String prefix;

        Server(String prefix) {
            this.prefix = prefix;
        }

        private int port() {
            return (this == BACKEND ? backend : frontend).port();
        }

        /** Sends a request, of which {@code ~} stands for the path of the API, and reads until the server closes. */
        private String ask(String request) throws IOException {
            try (Socket socket = open(request)) {
                return read(socket);
            }
        }

        private Socket open(String request) throws IOException {
            Socket socket = new Socket("localhost", port());
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.replace("~", prefix).getBytes(StandardCharsets.ISO_8859_1));
            return socket;
        }
    }

    private static String read(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int n; (n = in.read(buffer)) >= 0; ) {
                answer.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("The server left the connection open after: " + answer, e);
        }
        return answer.toString();
    }

    private static Stream<Arguments> onBoth(Object[]... cases) {
        return Stream.of(Server.values()).flatMap(server -> Stream.of(cases)
                .map(arguments -> Arguments.of(
                        Stream.concat(Stream.of(server), Stream.of(arguments)).toArray())));
    }

    private static Object[] of(Object... arguments) {
        return arguments;
    }

    static Stream<Arguments> malformed() {
        return onBoth(
                of("no Host", 400, "GET ~/Ana HTTP/1.1\r\n\r\n"),
                of("two Host fields", 400, "GET ~/Ana HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                of("Host that is no host", 400, "GET ~/Ana HTTP/1.1\r\nHost: a b\r\n\r\n"),
                of("unknown version", 505, "GET ~/Ana HTTP/9.9\r\nHost: h\r\n\r\n"),
                of("no version", 400, "GET ~/Ana\r\nHost: h\r\n\r\n"),
                of("garbage", 400, "nonsense\r\n\r\n"),
                of("field without a colon", 400, "GET ~/Ana HTTP/1.1\r\nHost: h\r\nnonsense\r\n\r\n"),
                of("space before a colon", 400, "GET ~/Ana HTTP/1.1\r\nHost : h\r\n\r\n"),
                of("bad escape", 400, "GET ~/a%zz HTTP/1.1\r\nHost: h\r\n\r\n"),
                of("long address", 414, "GET ~/" + "a".repeat(5000) + " HTTP/1.1\r\nHost: h\r\n\r\n"),
                of("long head", 431, "GET ~/Ana HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(9000) + "\r\n\r\n"),
                of("length that is no number", 400, post("Content-Length: x", "name=Ana")),
                of("two lengths", 400, post("Content-Length: 8\r\nContent-Length: 9", "name=Ana")),
                of(
                        "a length and chunks",
                        400,
                        post("Content-Length: 8\r\nTransfer-Encoding: chunked", "8\r\nname=Ana\r\n0\r\n\r\n")),
                of("unknown coding", 400, post("Transfer-Encoding: xchunked", "GET ~/Smuggled HTTP/1.1\r\n\r\n")),
                of("coding after chunked", 400, post("Transfer-Encoding: chunked, gzip", "0\r\n\r\n")),
                of("chunked twice", 400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
                of("coding before chunked", 501, post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
                of("bad chunk", 400, post("Transfer-Encoding: chunked", "zz\r\nname=Ana\r\n0\r\n\r\n")),
                of(
                        "chunked in HTTP/1.0",
                        400,
                        "POST ~/greetings HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    }

    private static String post(String framing, String body) {
        return "POST ~/greetings HTTP/1.1\r\nHost: h\r\n" + FORM + framing + "\r\n\r\n" + body;
    }

    @ParameterizedTest(name = "{0}: {1} is answered with {2}")
    @MethodSource("malformed")
    void answers_a_malformed_request_with_a_problem_and_closes(Server server, String what, int status, String request)
            throws IOException {
        String answer = server.ask(request);
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("content-type: application/problem+json")
                .contains("\"status\":" + status);
        assertThat(answer.split("(?m)^HTTP/1\\.1 "))
                .as("answers in:\n" + answer)
                .hasSize(2);
    }

    static Stream<Arguments> closing() {
        return onBoth(
                of("GET ~/Ana HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
                of("GET ~/Ana HTTP/1.1\r\nHost: h\r\nConnection: TE, Close\r\n\r\n"),
                of("GET ~/Ana HTTP/1.1\r\nHost: h\r\nConnection: TE\r\nConnection: close\r\n\r\n"),
                of("GET ~/Ana HTTP/1.0\r\n\r\n"),
                of(post("Transfer-Encoding: chunked", "8\r\nname=Ana\r\n0\r\n\r\n")));
    }

    @ParameterizedTest
    @MethodSource("closing")
    void closes_the_connection_after_the_answer_and_takes_nothing_behind_it(Server server, String request)
            throws IOException {
        String answer = server.ask(request + "GET ~/Smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(answer).contains(" 200 ").contains("Hello Ana from pod-1!").doesNotContain("Smuggled");
    }

    static Stream<Arguments> both() {
        return onBoth(of());
    }

    @ParameterizedTest
    @MethodSource("both")
    void answers_pipelined_requests_in_order_and_then_refuses(Server server) throws IOException {
        assertThat(server.ask("GET ~/One HTTP/1.1\r\nHost: h\r\n\r\nGET ~/Two HTTP/1.1\r\nHost: h\r\n\r\n"
                        + "GET ~/Three HTTP/9.9\r\nHost: h\r\n\r\n"))
                .containsSubsequence("Hello One", "Hello Two", "HTTP/1.1 505 ");
    }

    @ParameterizedTest
    @MethodSource("both")
    void answers_a_client_that_closes_its_sending_side(Server server) throws IOException {
        try (Socket socket = server.open("GET ~/Ana HTTP/1.1\r\nHost: h\r\n\r\n")) {
            socket.shutdownOutput();
            assertThat(read(socket)).contains("Hello Ana from pod-1!");
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void says_that_a_request_is_cut_short(Server server) throws IOException {
        for (String request : new String[] {post("Content-Length: 8", "name"), "GET ~/Ana HTTP/1.1\r\nHost:"}) {
            try (Socket socket = server.open(request)) {
                socket.shutdownOutput();
                assertThat(read(socket)).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void tells_a_client_that_asks_first_to_send_its_body(Server server) throws IOException {
        try (Socket socket = server.open(post("Expect: 100-continue\r\nConnection: close\r\nContent-Length: 8", ""))) {
            byte[] interim = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            assertThat(new String(interim, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100 ");
            socket.getOutputStream().write("name=Ana".getBytes(StandardCharsets.US_ASCII));
            assertThat(read(socket)).contains("Hello Ana from pod-1!");
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void answers_the_form_of_a_request_that_proxies_get(Server server) throws IOException {
        assertThat(server.ask("GET http://h:80~/Ana HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"))
                .contains("Hello Ana from pod-1!");
    }

    /** RFC 9110, section 15.5.9. Every kind at the same time, because each takes half a minute. */
    @Test
    void bounds_how_long_a_request_takes() throws IOException {
        List<Socket> silent = new ArrayList<>();
        List<Socket> begun = new ArrayList<>();
        for (Server server : Server.values()) {
            silent.add(server.open(""));
            begun.add(server.open("GET ~/Ana HTTP/1.1\r\nHo"));
            begun.add(server.open(post("Content-Length: 8", "name")));
        }
        for (Socket socket : silent) {
            socket.setSoTimeout(45_000);
            assertThat(read(socket)).isEmpty();
        }
        for (Socket socket : begun) {
            assertThat(read(socket)).startsWith("HTTP/1.1 408 ").contains("\"status\":408");
        }
    }
}
