// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static k8sdemo.frontend.BackendTest.await;
import static k8sdemo.frontend.BackendTest.backend;
import static k8sdemo.frontend.BackendTest.send;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A service with two endpoints, one of which is on a dead node: two sockets that listen on one port. Linux balances the
 * connections between them, as kube-proxy does between pods. One of them responds. The backlog of the other one is full, so
 * what is sent to it vanishes.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux balances connections between sockets on one port")
class DeadNodeTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<AutoCloseable> open = new ArrayList<>();
    private String url;

    @BeforeEach
    void start() throws IOException {
        ServerSocketChannel living = listen(0, 1_000);
        int port = living.socket().getLocalPort();
        url = "http://127.0.0.1:" + port;
        listen(port, 1);
        fillBacklog(living);
        daemon(() -> {
            while (true) {
                SocketChannel connection = living.accept();
                daemon(() -> respond(connection));
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private ServerSocketChannel listen(int port, int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        open.add(server);
        return server.setOption(StandardSocketOptions.SO_REUSEPORT, true)
                .bind(new InetSocketAddress("127.0.0.1", port), backlog);
    }

    /** Connects until connections vanish. Closes again those that the living endpoint got. */
    private void fillBacklog(ServerSocketChannel living) throws IOException {
        for (int vanished = 0; vanished < 10; ) {
            Socket socket = new Socket();
            open.add(socket);
            try {
                socket.connect(living.getLocalAddress(), 20);
            } catch (SocketTimeoutException e) {
                vanished++;
            }
        }
        living.configureBlocking(false);
        for (SocketChannel connection; (connection = living.accept()) != null; ) {
            connection.close();
        }
        living.configureBlocking(true);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // the test is over
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Responds to requests without a body, until one asks to close the connection. */
    private static void respond(SocketChannel connection) throws IOException {
        try (connection) {
            InputStream in = Channels.newInputStream(connection);
            StringBuilder head = new StringBuilder();
            for (int next; (next = in.read()) >= 0; ) {
                head.append((char) next);
                if (head.toString().endsWith("\r\n\r\n")) {
                    byte[] response =
                            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                    Channels.newOutputStream(connection).write(response);
                    if (head.toString().toLowerCase().contains("connection: close")) {
                        return;
                    }
                    head.setLength(0);
                }
            }
        }
    }

    @Test
    void fails_no_request_however_many_connections_go_there() {
        Backend backend = backend(vertx, 1_000, url);
        List<Future<HttpClientResponse>> sent =
                Stream.generate(() -> send(backend, "/Ana")).limit(100).toList(); // each on a connection of its own
        sent.forEach(response -> assertEquals(200, await(response).statusCode()));
    }
}
