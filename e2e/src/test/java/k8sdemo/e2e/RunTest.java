package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code make run} says when it cannot run; when it can is the workshop's first chapter. */
class RunTest {
    private static void assertRefused(Map<String, String> environment, String... says) {
        Command.Result result = Command.run(environment, Duration.ofSeconds(30), "scripts/run", "jar");
        assertThat(result.status()).as(result.output()).isNotZero();
        assertThat(result.output()).contains(says);
        assertThat(result.output().lines()).as("one sentence").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"0", "65536", "99999", "x", "-1", "080"})
    void a_port_that_is_none_is_refused(String port) {
        assertRefused(Map.of("FRONTEND_PORT", port), "FRONTEND_PORT must be a port's number", "'" + port + "'");
    }

    @Test
    void one_port_for_both_is_refused() {
        String port = Integer.toString(App.freePort());
        assertRefused(Map.of("BACKEND_PORT", port, "FRONTEND_PORT", port), "each needs a port of its own");
    }

    @Test
    void a_busy_port_is_named_with_another_to_choose() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(
                    Map.of("BACKEND_PORT", Integer.toString(busy.getLocalPort())),
                    "Port " + busy.getLocalPort() + " is busy",
                    "make run BACKEND_PORT=");
        }
    }

    @Test
    void a_java_home_without_a_jdk_is_named() {
        assertRefused(Map.of("JAVA_HOME", "/nowhere"), "JAVA_HOME is /nowhere, where no JDK is");
    }
}
