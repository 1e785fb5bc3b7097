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
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code make run} says when it cannot start the apps. The first chapter of the workshop shows what it does when it can. */
class RunTest {
    private static void assertRefused(Map<String, String> settings, String... says) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "BACKEND_PORT", Integer.toString(App.freePort()), "FRONTEND_PORT", Integer.toString(App.freePort())));
        environment.putAll(settings);
        Command.Result result = Command.run(environment, Duration.ofSeconds(30), "scripts/run", "jar");
        assertThat(result.status()).as(result.output()).isNotZero();
        assertThat(result.output()).contains(says);
        assertThat(result.output().lines()).as("one sentence").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "99999", "x", "-1", "080", "8000;", "a[0]"})
    void refuses_a_port_that_does_not_exist(String port) {
        assertRefused(
                Map.of("FRONTEND_PORT", port), "FRONTEND_PORT must be a port number from 1 to 65535", "'" + port + "'");
    }

    @Test
    void refuses_one_port_for_both_apps() {
        String port = Integer.toString(App.freePort());
        assertRefused(Map.of("BACKEND_PORT", port, "FRONTEND_PORT", port), "Choose two ports");
    }

    @Test
    void suggests_another_port_if_one_is_in_use() throws IOException {
        assertNamed(InetAddress.getLoopbackAddress());
    }

    /** As the address of a load balancer on this machine: the apps listen on every address, so it is in their way. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void a_port_that_is_busy_on_another_address_is_named_too() throws IOException {
        assertNamed(InetAddress.getByName("127.0.0.7"));
    }

    private static void assertNamed(InetAddress address) throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, address)) {
            assertRefused(
                    Map.of("BACKEND_PORT", Integer.toString(busy.getLocalPort())),
                    "Port " + busy.getLocalPort() + " is in use",
                    "make run BACKEND_PORT=");
        }
    }

    @Test
    void names_both_ports_if_both_are_in_use() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String backend = Integer.toString(one.getLocalPort());
            String frontend = Integer.toString(other.getLocalPort());
            assertRefused(
                    Map.of("BACKEND_PORT", backend, "FRONTEND_PORT", frontend),
                    "Ports " + backend + " and " + frontend + " are in use",
                    "make run BACKEND_PORT=",
                    " FRONTEND_PORT=");
        }
    }

    @Test
    void says_that_java_home_is_not_a_jdk() {
        assertRefused(Map.of("JAVA_HOME", "/nowhere"), "JAVA_HOME (/nowhere) is not a JDK");
    }
}
