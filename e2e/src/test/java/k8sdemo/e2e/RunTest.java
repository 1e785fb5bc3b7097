// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code make run} says when it cannot start the apps. The first chapter of the workshop shows what it does when it can. */
class RunTest {
    private static void assertRefused(Map<String, String> settings, String... says) {
        Map<String, String> environment =
                new HashMap<>(Map.of("BACKEND_PORT", "" + App.freePort(), "FRONTEND_PORT", "" + App.freePort()));
        environment.put("SERVERS", "1");
        environment.putAll(settings);
        Command.Result result = Command.run(environment, Duration.ofSeconds(30), "scripts/run");
        assertThat(result.status()).as(result.output()).isNotZero();
        assertThat(result.output()).contains(says);
        assertThat(result.output().lines()).as("one sentence").hasSize(1);
    }

    @Test
    void refuses_a_port_that_does_not_exist() {
        assertRefused(Map.of("FRONTEND_PORT", "65536"), "FRONTEND_PORT must be a port number from 1 to 65535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22", "6000", "6667", "10080"})
    void refuses_a_port_that_browsers_block(String port) {
        assertRefused(Map.of("FRONTEND_PORT", port), "Browsers refuse to open port " + port);
    }

    @ParameterizedTest
    @CsvSource({"8000, 8000", "8002, 8000", "8080, 65534"})
    void refuses_ports_that_are_not_enough(String frontend, String backend) {
        assertRefused(
                Map.of("FRONTEND_PORT", frontend, "BACKEND_PORT", backend, "SERVERS", "3"),
                "The backends need the ports " + backend + " to ",
                "make run BACKEND_PORT=");
    }

    @Test
    void names_the_ports_that_are_in_use_and_suggests_others() throws IOException {
        try (ServerSocket one = busy(InetAddress.getLoopbackAddress());
                ServerSocket other = busy(InetAddress.getLoopbackAddress())) {
            int frontend = Math.max(one.getLocalPort(), other.getLocalPort());
            int backend = Math.min(one.getLocalPort(), other.getLocalPort());
            assertRefused(
                    Map.of("FRONTEND_PORT", "" + frontend, "BACKEND_PORT", "" + backend),
                    "Already in use: " + frontend + " " + backend + ".",
                    " FRONTEND_PORT=",
                    " BACKEND_PORT=");
        }
    }

    /** As the address of a load balancer on this machine, which forwards what comes to the other addresses too. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void names_a_port_that_is_busy_on_another_address_too() throws IOException {
        try (ServerSocket busy = busy(InetAddress.getByName("127.0.0.7"))) {
            assertRefused(Map.of("FRONTEND_PORT", "" + busy.getLocalPort()), "Already in use: " + busy.getLocalPort());
        }
    }

    private static ServerSocket busy(InetAddress address) throws IOException {
        return new ServerSocket(0, 1, address);
    }

    @Test
    void says_that_java_home_is_not_a_jdk() {
        assertRefused(Map.of("JAVA_HOME", "/nowhere"), "JAVA_HOME (/nowhere) is not a JDK");
    }
}
