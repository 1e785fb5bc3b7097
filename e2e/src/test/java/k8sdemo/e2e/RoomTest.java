// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code make room} starts, in a copy of the project, with a stand-in for a cluster, whose pods are backends on this machine. */
class RoomTest {
    @TempDir
    Path folder;

    private final int port = App.freePort();
    private final List<App> pods = new ArrayList<>();
    private StandInCluster cluster;
    private Path project;
    private Process room;

    @BeforeEach
    void copy() throws IOException {
        project = folder.resolve("project");
        Command.copyProject(project);
        Path frontend = Files.createDirectories(project.resolve("frontend/target"));
        Command.output("cp", "-r", App.packaged("frontend").toAbsolutePath() + "/quarkus-app", frontend.toString());
        standIn("make", "");
        cluster = new StandInCluster(folder.resolve("bin"));
    }

    private void standIn(String command, String script) throws IOException {
        Path file = Files.createDirectories(folder.resolve("bin")).resolve(command);
        Files.writeString(file, "#!/bin/bash\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private App pod(String name) {
        App pod = App.start("backend", Map.of("HOSTNAME", name));
        pods.add(pod);
        return pod;
    }

    private void ready(App... apps) throws IOException {
        cluster.ready(Stream.of(apps).mapToInt(App::port).toArray());
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        settings.put("TARGET", "current");
        settings.put("FRONTEND_PORT", Integer.toString(port));
        return settings;
    }

    private void open() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("scripts/room")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().putAll(settings());
        builder.environment().put("ADDRESS", "127.0.0.1");
        room = builder.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            assertThat(room.isAlive()).as(output()).isTrue();
            return output().contains("Ctrl-C ends it.");
        });
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            return "";
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        if (room != null) {
            List<ProcessHandle> started = room.descendants().toList();
            room.destroy();
            assertThat(room.waitFor(10, TimeUnit.SECONDS)).isTrue();
            await().until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        }
        pods.forEach(App::close);
    }

    private String greet() {
        return Command.output(
                "curl", "-sS", "--noproxy", "*", "-d", "name=Ana", "http://127.0.0.1:" + port + "/api/greetings");
    }

    @Test
    void prints_the_addresses_and_the_code_and_serves_both_pages_while_pods_come_and_go() throws Exception {
        App first = pod("first");
        ready(first);
        open();
        assertThat(output())
                .contains("Phones:         http://127.0.0.1:" + port + "/room")
                .contains("The projector:  http://localhost:" + port)
                .contains("Anyone on this network can open both pages.")
                .contains("▀");
        assertThat(App.statusOf("http://127.0.0.1:" + port + "/room")).isEqualTo(200);
        assertThat(App.statusOf("http://127.0.0.1:" + port + "/room/code")).isEqualTo(200);
        assertThat(App.statusOf("http://127.0.0.1:" + port + "/api/faults/status"))
                .isEqualTo(200);
        assertThat(greet()).contains("Hello Ana from first!");
        App second = pod("second");
        ready(second);
        await().until(() -> greet().contains("from second!"));
        first.stop();
        for (int i = 0; i < 20; i++) {
            assertThat(greet()).contains("from second!");
        }
    }

    @Test
    void ends_when_the_apps_are_gone() throws Exception {
        App only = pod("only");
        ready(only);
        open();
        List<ProcessHandle> started = room.descendants().toList();
        cluster.undeploy();
        only.kill();
        assertThat(room.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(room.exitValue()).isEqualTo(1);
        assertThat(output()).contains("k8s-demo-backend is not in the cluster anymore");
        await().until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(project.resolve("target/open")).isEmptyDirectory();
    }

    private void assertRefused(Map<String, String> changed, String... says) {
        Map<String, String> settings = settings();
        settings.putAll(changed);
        Command.Result result = Command.runIn(project.toFile(), settings, Duration.ofSeconds(30), "scripts/room");
        assertThat(result.status()).as(result.output()).isEqualTo(1);
        assertThat(result.output()).contains(says);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_machine_without_a_network_is_told_so() throws IOException {
        standIn("ip", "echo 'RTNETLINK answers: Network is unreachable' >&2; exit 2");
        assertRefused(Map.of(), "This machine is not on a network", "make room ADDRESS=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-laptop", "192.168.1", "192.168.1.256"})
    void what_is_no_address_is_refused(String address) {
        assertRefused(Map.of("ADDRESS", address), "ADDRESS must be the IPv4 address", "'" + address + "'");
    }

    @Test
    void a_busy_port_is_named() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String number = Integer.toString(busy.getLocalPort());
            assertRefused(
                    Map.of("ADDRESS", "127.0.0.1", "FRONTEND_PORT", number),
                    "Port " + number + " is in use",
                    "make room FRONTEND_PORT=");
        }
    }

    @Test
    void apps_that_are_not_deployed_are_missed() throws IOException {
        standIn("kubectl", "case \"$*\" in *deployment*) exit 1 ;; esac");
        assertRefused(Map.of("ADDRESS", "127.0.0.1"), "The apps are not in this cluster", "make deploy");
    }
}
