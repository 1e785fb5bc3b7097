// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static k8sdemo.e2e.Manifests.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a backend, with the environment variables of k8s/components/message-log and without. */
class MessageLogTest {
    private static final String GREETING = ".* greeting pod=.* name=\"José\"";

    /** @return the environment variables that the component gives to the backend */
    static Map<String, String> component() {
        return Manifests.committed("k8s/components/message-log/sidecar.yml")
                .container("backend")
                .at("/env")
                .findParents("value")
                .stream()
                .collect(Collectors.toMap(variable -> text(variable, "/name"), variable -> text(variable, "/value")));
    }

    @Test
    void greetings_alone_also_go_to_the_file_of_the_component(@TempDir Path folder) throws IOException {
        Path messages = folder.resolve("messages.log");
        Map<String, String> environment = new HashMap<>(component());
        environment.replace("QUARKUS_LOG_HANDLER_FILE_MESSAGES_PATH", messages.toString());
        assertGreetingIsLoggedOnce(environment);
        assertThat(Files.readAllLines(messages)).singleElement().asString().matches(GREETING);
    }

    @Test
    void without_the_component_greetings_go_to_the_log_only() {
        assertGreetingIsLoggedOnce(Map.of());
    }

    private static void assertGreetingIsLoggedOnce(Map<String, String> environment) {
        List<String> log;
        try (App backend = App.start("backend", environment)) {
            assertThat(backend.status("/Jos%C3%A9")).isEqualTo(200);
            backend.stop();
            log = backend.log();
        }
        assertThat(log).filteredOn(line -> line.matches(GREETING)).hasSize(1);
        assertThat(log).noneMatch(line -> line.matches(".*(WARN |ERROR|LogManager error).*"));
    }
}
