// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The backend's name in the DNS, for which a hosts file stands in: the JDK reads it at each lookup. */
@DisabledIfSystemProperty(
        named = "packaged",
        matches = "native",
        disabledReason = "a native executable reads no hosts file of the test's own")
class BackendNameTest {
    /** The JDK, by itself, believes for 10 s that a name does not exist, and keeps an address for 30 s. */
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private Path hosts;
    private App backend;
    private App frontend;

    @BeforeEach
    void start() throws IOException {
        hosts = folder.resolve("hosts");
        resolveTo();
        backend = App.start("backend", Map.of("HOSTNAME", "pod-1"));
        frontend = App.start(
                "frontend",
                Map.of(
                        "BACKEND_URL",
                        "http://backend:" + backend.port(),
                        "BACKEND_RETRY_FOR",
                        "500ms",
                        "HOSTNAME",
                        "pod-2",
                        "JAVA_TOOL_OPTIONS",
                        "-Djdk.net.hosts.file=" + hosts));
    }

    @AfterEach
    void stop() {
        frontend.close();
        backend.close();
    }

    private void resolveTo(String... ips) throws IOException {
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        for (String ip : ips) {
            lines.append(ip).append(" backend\n");
        }
        Path next = Files.writeString(folder.resolve("next"), lines);
        Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitGreeting() {
        await().atMost(SOON).until(() -> frontend.status("/api/Ana") == 200);
    }

    @Test
    void that_appears_late_or_gets_another_address_is_found_soon() throws IOException {
        assertThat(frontend.status("/api/Ana")).as("without a name").isEqualTo(503);
        resolveTo("127.0.0.1");
        awaitGreeting();
        resolveTo("192.0.2.1"); // nobody's (RFC 5737)
        await().atMost(SOON).until(() -> frontend.status("/api/Ana") == 503);
        resolveTo("127.0.0.1");
        awaitGreeting();
    }

    @Test
    void with_several_addresses_of_which_the_first_is_dead_works() throws IOException {
        resolveTo("192.0.2.1", "127.0.0.1");
        awaitGreeting();
        for (int i = 0; i < 20; i++) {
            assertThat(frontend.status("/api/Ana")).isEqualTo(200);
        }
    }

    /** A named pipe as the hosts file: whoever reads it waits, as for a DNS that does not respond. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no named pipes in the file system")
    void is_not_waited_for_while_the_dns_is_silent() throws IOException {
        resolveTo("127.0.0.1");
        awaitGreeting();
        Path pipe = folder.resolve("pipe");
        Command.output("mkfifo", pipe.toString());
        Files.move(pipe, hosts, StandardCopyOption.ATOMIC_MOVE);
        OutputStream silent = Files.newOutputStream(hosts); // opens when the frontend looks the name up
        try {
            for (int i = 0; i < 100; i++) {
                for (String path : List.of("/", "/q/health/live", "/api/Ana")) {
                    assertThat(frontend.status(path)).as(path).isEqualTo(200);
                }
            }
        } finally {
            silent.close();
        }
    }
}
