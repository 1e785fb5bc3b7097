// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An app as a process of its own: the jar of the build, or with {@code -Pnative} its executable. */
final class App implements AutoCloseable {
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    /** As browsers do: the JDK's client (17.0.15) waits now and then for a response that it has, after an upgrade to HTTP/2. */
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    private final String name;
    private final int port;
    private final Map<String, String> environment;
    private final Path log;
    private Process process;

    private App(String name, int port, Map<String, String> environment) {
        this.name = name;
        this.port = port;
        this.environment = environment;
        this.log = Path.of("target", name + "-" + port + ".log");
    }

    /**
     * @param name {@code backend} or {@code frontend}
     * @param environment its settings; it inherits none from the tests
     * @return the app, ready
     */
    static App start(String name, Map<String, String> environment) {
        App app = new App(name, freePort(), environment);
        app.log.toFile().delete(); // an earlier app had the same port
        app.start();
        return app;
    }

    /** Starts it on the port that it had before; returns when it is ready. */
    void start() {
        ProcessBuilder builder = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().retainAll(Set.of("PATH"));
        builder.environment()
                .putAll(Map.of("QUARKUS_HTTP_PORT", Integer.toString(port), "QUARKUS_SHUTDOWN_DELAY", "0s"));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await().until(() -> status("/q/health/ready") == 200);
    }

    /** @return the folder that the build of this run has put an app into */
    static Path packaged(String name) {
        return Path.of("..", name).resolve(System.getProperty("packaged.in", "target"));
    }

    private List<String> command() {
        Path target = packaged(name);
        boolean isNative = "native".equals(System.getProperty("packaged"));
        Path packaged = isNative
                ? target.resolve("k8s-demo-" + name + "-" + System.getProperty("revision") + "-runner")
                : target.resolve("quarkus-app").resolve("quarkus-run.jar");
        if (!Files.exists(packaged)) {
            throw new IllegalStateException(packaged + " is missing. Run the tests with make test, which builds it.");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return isNative
                ? List.of(packaged.toString())
                // as in the images: what starts fast
                : List.of(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", packaged.toString());
    }

    /** Stops it as Kubernetes does (SIGTERM); returns when it has ended. */
    void stop() {
        end(process.toHandle()::destroy);
    }

    /** Tells it to stop (SIGTERM), and does not wait. */
    void terminate() {
        signal("TERM");
    }

    /** Kills it (SIGKILL); returns when it has ended. */
    void kill() {
        end(process.toHandle()::destroyForcibly);
    }

    private void end(Runnable signal) {
        process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
        signal.run();
        await().alias(name + " ends").until(() -> !process.isAlive());
    }

    /** Freezes it: until {@link #thaw} it accepts connections, but never answers. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        Command.succeeds("kill", "-" + signal, Long.toString(process.pid()));
    }

    /** @return the lines that it has written, since its first start */
    List<String> log() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int port() {
        return port;
    }

    String url() {
        return "http://localhost:" + port;
    }

    /** @return the status of a GET, or 0 without an answer */
    int status(String path) {
        return statusOf(url() + path);
    }

    /** @return the status of a GET, or 0 without an answer */
    static int statusOf(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return a port that is free, and that no call before has returned */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return GIVEN.add(socket.getLocalPort()) ? socket.getLocalPort() : freePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        thaw();
        if (process.isAlive()) {
            kill();
        }
    }
}
