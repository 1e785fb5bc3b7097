// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A backend whose name appears late in the DNS: the JDK would believe for ten seconds that there is no such name. */
class LateBackendTest {
    @Test
    @DisabledIfSystemProperty(
            named = "packaged",
            matches = "native",
            disabledReason = "a native executable reads no hosts file of the test's own")
    void is_found_as_soon_as_it_has_a_name(@TempDir Path folder) throws IOException {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
        try (App backend = App.start("backend", Map.of("HOSTNAME", "pod-1"));
                App frontend = App.start(
                        "frontend",
                        Map.of(
                                "BACKEND_URL",
                                "http://late-backend:" + backend.port(),
                                "BACKEND_RETRY_FOR",
                                "1s",
                                "HOSTNAME",
                                "pod-2",
                                "JAVA_TOOL_OPTIONS",
                                "-Djdk.net.hosts.file=" + hosts))) {
            assertThat(frontend.status("/api/Ana")).as("without a name").isEqualTo(503);
            Files.writeString(hosts, "127.0.0.1 localhost late-backend\n");
            CompletableFuture<Integer> asked = CompletableFuture.supplyAsync(() -> frontend.status("/api/Ana"));
            Awaitility.await().until(asked::isDone);
            assertThat(asked.join()).as("with a name").isEqualTo(200);
        }
    }
}
