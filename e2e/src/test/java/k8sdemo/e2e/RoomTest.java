// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What {@code make room} starts, with a backend on this machine in place of a cluster that maps a port to it. */
class RoomTest extends StandIns {
    private static final Pattern PHONES = Pattern.compile("Phones:         (http://127.0.0.1:(\\d+))/room\n");

    @BeforeEach
    void packaged() throws IOException {
        Path frontend = Files.createDirectories(project.resolve("frontend/target"));
        Command.output("cp", "-r", App.packaged("frontend").toAbsolutePath() + "/quarkus-app", frontend.toString());
        Files.delete(tools.resolve("curl")); // the real one asks this backend
        environment.put("TARGET", "kind");
    }

    @Test
    void prints_the_addresses_and_serves_both_pages_until_it_is_ended() throws Exception {
        environment.put("ADDRESS", "127.0.0.1");
        Path output = folder.resolve("output");
        try (App backend = App.start("backend", Map.of("HOSTNAME", "here"));
                ServerSocket busy = new ServerSocket(0)) {
            ports("", Integer.toString(backend.port()));
            environment.put("FRONTEND_PORT", Integer.toString(busy.getLocalPort()));
            ProcessBuilder builder = new ProcessBuilder("scripts/room")
                    .directory(project.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            environment.forEach((name, value) -> Command.set(builder.environment(), name, value));
            Process room = builder.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                assertThat(room.isAlive()).as(Files.readString(output)).isTrue();
                return Files.readString(output).contains("Ctrl-C ends it.");
            });
            List<ProcessHandle> started = room.descendants().toList();
            Matcher phones = PHONES.matcher(Files.readString(output));
            assertThat(phones.find()).isTrue();
            assertThat(Files.readString(output))
                    .contains("The projector:  http://localhost:" + phones.group(2))
                    .contains("Anyone on this network can open both pages.");
            for (String page : List.of("/", "/room", "/room/code", "/api/faults/status")) {
                assertThat(App.statusOf(phones.group(1) + page)).as(page).isEqualTo(200);
            }
            assertThat(Command.output(
                            "curl", "-sS", "--noproxy", "*", "-d", "name=Ana", phones.group(1) + "/api/greetings"))
                    .contains("Hello Ana from here!");
            room.destroy();
            assertThat(room.waitFor(10, TimeUnit.SECONDS)).isTrue();
            await().until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_machine_without_a_network_is_told_so() throws IOException {
        standIn("ip", "echo 'RTNETLINK answers: Network is unreachable' >&2; exit 2");
        assertFailed(make("room"), "no IPv4 address in a network", "make room ADDRESS=");
    }

    @Test
    void a_cluster_whose_backend_has_no_address_is_named_with_one_that_has() {
        assertFailed(make("room ADDRESS=127.0.0.1"), "No address of the backend answers", "make cluster");
    }
}
