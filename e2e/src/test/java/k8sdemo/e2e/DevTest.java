// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code make dev} in a copy of the project: what is saved is seen at the next load, in both apps. Where Quarkus' dev mode cannot be
 * downloaded in the project's own version, the variable DEV_QUARKUS names another.
 */
class DevTest {
    private static final Duration START = Duration.ofMinutes(5); // with what it downloads
    private static final Duration RELOAD = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // see App
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    private final int frontend = App.freePort();
    private final int backend = App.freePort();

    @TempDir
    private Path project;

    private Process dev;

    @BeforeEach
    void start() throws IOException {
        Command.copyProject(project);
        File log = project.resolve("dev.log").toFile();
        ProcessBuilder builder = new ProcessBuilder("setsid", "make", "dev")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(log);
        Map<String, String> environment = builder.environment();
        environment.putAll(Map.of("FRONTEND_PORT", "" + frontend, "BACKEND_PORT", "" + backend));
        String version = System.getenv("DEV_QUARKUS");
        if (version != null) {
            environment.put("MAVEN_ARGS", "-Dquarkus.version=" + version);
        }
        dev = builder.start();
        await().atMost(START).until(() -> !dev.isAlive() || App.statusOf(url(frontend, "/api/Ana")) == 200);
        String said = Files.readString(log.toPath());
        boolean lacksLibraries =
                !dev.isAlive() && said.matches("(?s).*(Could not (find|transfer)|ailed to (fetch|resolve)).*");
        Needs.Part.require(lacksLibraries ? "Quarkus' dev mode cannot be downloaded" : null);
        assertThat(dev.isAlive()).as(said).isTrue();
    }

    @AfterEach
    void stop() throws InterruptedException {
        Command.succeeds("kill", "-INT", "--", "-" + dev.pid());
        if (!dev.waitFor(20, TimeUnit.SECONDS)) {
            Command.succeeds("kill", "-KILL", "--", "-" + dev.pid());
        }
    }

    @Test
    void a_saved_file_is_seen_at_the_next_load() throws IOException {
        edit("backend/src/main/java/k8sdemo/backend/greeting/Greeter.java", "\" from \"", "\" greets from \"");
        awaitSeen("/api/Ana", "Ana greets from ");
        edit("frontend/src/main/java/k8sdemo/frontend/PageRoutes.java", "There is nothing here", "Nothing is here");
        awaitSeen("/nothing", "Nothing is here");
        String page = "frontend/src/main/resources/META-INF/resources/";
        edit(page + "index.html", "Say your name.", "Type your name.");
        awaitSeen("/", "Type your name.");
        edit(page + "style.css", "#pulses {", "#pulses { opacity: 0.9;");
        awaitSeen("/style.css", "opacity: 0.9;");
        edit(page + "form.js", "const QUICK = 150", "const QUICK = 151");
        awaitSeen("/form.js", "const QUICK = 151");
        for (int port : new int[] {frontend, backend}) {
            HttpResponse<String> devUi = get(url(port, "/q/dev-ui"));
            assertThat(devUi.statusCode()).isEqualTo(200);
            assertThat(devUi.headers().map()).doesNotContainKey("content-security-policy");
        }
    }

    private void edit(String file, String old, String now) throws IOException {
        Path path = project.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(old);
        Files.writeString(path, text.replace(old, now));
    }

    private void awaitSeen(String path, String text) {
        await().alias(text)
                .atMost(RELOAD)
                .until(() -> get(url(frontend, path)).body().contains(text));
    }

    private static String url(int port, String path) {
        return "http://localhost:" + port + path;
    }

    private static HttpResponse<String> get(String url) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
