// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A service with two endpoints, one of which is on a dead node: two sockets that listen on one port. Linux balances the
 * connections between them, as kube-proxy does between pods. One of them answers. The backlog of the other one is full, so
 * what is sent to it vanishes.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux balances connections between sockets on one port")
class DeadNodeTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private Vertx vertx;
    private int port;

    @BeforeEach
    void start() throws IOException {
        ServerSocketChannel living = listen(0, 1_000);
        port = living.socket().getLocalPort();
        listen(port, 1);
        fillBacklog(living);
        daemon(() -> {
            while (true) {
                SocketChannel connection = living.accept();
                daemon(() -> answer(connection));
            }
        });
        vertx = Vertx.vertx();
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

    /** Answers requests without a body, until one asks to close the connection. */
    private static void answer(SocketChannel connection) throws IOException {
        try (connection) {
            InputStream in = Channels.newInputStream(connection);
            StringBuilder head = new StringBuilder();
            for (int next; (next = in.read()) >= 0; ) {
                head.append((char) next);
                if (head.toString().endsWith("\r\n\r\n")) {
                    byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                    Channels.newOutputStream(connection).write(answer);
                    if (head.toString().toLowerCase().contains("connection: close")) {
                        return;
                    }
                    head.setLength(0);
                }
            }
        }
    }

    private Backend backend() {
        return new Backend(vertx, new TestConfig("http://127.0.0.1:" + port, Duration.ZERO, 1_000));
    }

    /** @return how long the request took, in milliseconds */
    private static Future<Long> send(Backend backend) {
        long start = System.nanoTime();
        return backend.send(
                        new Backend.Call(backend.request(HttpMethod.GET, "/Ana"), Buffer.buffer(), true, () -> true))
                .map(answer -> {
                    answer.resume();
                    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                });
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void costs_a_request_less_than_a_second_however_many_connections_go_there() {
        List<Long> took = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            Backend backend = backend();
            List<Future<Long>> sent =
                    Stream.generate(() -> send(backend)).limit(100).toList(); // each on a connection of its own
            sent.forEach(answer -> took.add(await(answer)));
        }
        took.sort(null);
        assertTrue(took.get(400) >= 100, "half of the connections should have gone to the dead node: " + took);
        assertTrue(took.get(495) <= 1_000, "p99 in " + took);
    }

    @Test
    void costs_later_requests_nothing_because_connections_that_work_are_kept() {
        Backend backend = backend();
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            took.add(await(send(backend)));
        }
        took.sort(null);
        assertTrue(took.get(99) >= 100, "some connections should have gone to the dead node: " + took);
        assertTrue(took.get(90) < 100, "one in ten in " + took);
    }
}
