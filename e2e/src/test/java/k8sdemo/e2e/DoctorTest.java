// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code make doctor} finds. */
class DoctorTest extends StandIns {
    /** Stand-ins for a machine on which doctor finds nothing to say. */
    @BeforeEach
    void healthyMachine() throws IOException {
        standIn("docker", """
                case "$*" in
                  "info --format {{.MemTotal}} {{.DockerRootDir}}"*) echo 8000000000 /nowhere ;;
                  version*) echo amd64 ;;
                esac""");
        kubectl(
                "*--client*) echo 'Client Version: v1.35.1' ;;",
                "*version*) printf 'Client Version: v1.35.1\\nKustomize Version: v5.7.1\\nServer Version: v1.34.11\\n' ;;",
                "'config current-context') echo here ;;");
        standIn("uname", "case \"$1\" in -r) echo " + LINUX + " ;; -m) echo x86_64 ;; *) echo Linux ;; esac");
        standIn("uptime", "echo ' 10:00  up 1 day, load averages: 0,50 0,40 0,30'");
        standIn("df", "if [ $2 = /nowhere ]; then exit 1; fi; echo '/dev/x 1 1 99999999 1% /'");
        environment.put("BACKEND_PORT", Integer.toString(App.freePort()));
        environment.put("FRONTEND_PORT", Integer.toString(App.freePort()));
    }

    @Test
    void finds_nothing_wrong_on_a_healthy_machine() {
        Command.Result result = make("doctor");
        assertSucceeded(result, "versions           kubectl 1.35 is compatible with the cluster (1.34)");
        assertThat(result.output().lines()).allMatch(line -> line.startsWith("ok "));
    }

    @Test
    void says_when_kubectl_uses_another_context() throws IOException {
        kubectl("'config current-context') echo production ;;");
        assertThat(make("doctor").output())
                .contains("here answers, but kubectl uses another context (production)", "use-context here");
    }

    @ParameterizedTest
    @CsvSource({"1.32.4, 1.34.11, 1.32", "1.36.0, 1.34.11, 1.36"})
    void says_when_kubectl_and_the_cluster_are_too_far_apart(String client, String server, String is)
            throws IOException {
        kubectl("*version*) printf 'Client Version: v%s\\nServer Version: v%s\\n' ;;".formatted(client, server));
        assertThat(make("doctor").output())
                .contains("warning  versions           kubectl is " + is, "release/v" + server + "/bin/");
    }

    @ParameterizedTest
    @CsvSource({
        "2000000000, 99999999, minikube, 1907 MiB of memory. A cluster of two nodes needs 4 GiB",
        "8000000000, 5242880,  current,  5 GiB of disk are free"
    })
    void says_when_the_engine_is_too_small(String memory, String free, String target, String says) throws IOException {
        standIn("docker", "case \"$*\" in *MemTotal*) echo %s / ;; version*) echo amd64 ;; esac".formatted(memory));
        standIn("df", "echo '/dev/x 1 1 %s 1%% /'".formatted(free));
        assertFailed(make("doctor TARGET=" + target), "wrong    engine resources   " + says);
    }

    @Test
    void says_what_a_native_compiler_lacks_unless_it_is_not_needed() throws IOException {
        onlyPosixTools();
        standIn("docker", "case \"$*\" in *MemTotal*) echo 2000000000 ;; version*) echo amd64 ;; esac");
        standIn("df", "echo '/dev/x 1 1 99999999 1% /'");
        assertThat(make("doctor JVM=").output())
                .contains("missing  native compiler    The container engine has 1907 MiB");
        assertThat(make("doctor").output()).contains("ok       native compiler    not needed with JVM=1");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void says_that_the_processor_is_too_old_for_native_executables() throws IOException {
        executable("uname", "#!/bin/sh\ncase $* in -m) echo x86_64 ;; *) exec /usr/bin/uname \"$@\" ;; esac\n");
        executable("grep", "#!/bin/sh\ncase $* in *avx2*) exit 1 ;; *) exec /usr/bin/grep \"$@\" ;; esac\n");
        assertFailed(make("doctor JVM="), "missing  native compiler    The processor has no AVX2", "JVM=1");
    }

    @Test
    void names_all_ports_that_are_busy_and_others_instead() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket two = new ServerSocket(0);
                ServerSocket insteadOfOne = new ServerSocket(one.getLocalPort() % 64_000 + 1_000)) {
            environment.put("BACKEND_PORT", Integer.toString(one.getLocalPort()));
            environment.put("FRONTEND_PORT", Integer.toString(two.getLocalPort()));
            assertFailed(
                    make("doctor"),
                    "busy     ports              In use: " + one.getLocalPort() + " " + two.getLocalPort() + ". ",
                    "export BACKEND_PORT=" + (insteadOfOne.getLocalPort() % 64_000 + 1_000) + " FRONTEND_PORT=");
        }
    }

    @Test
    void names_a_busy_port_of_the_other_servers() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            environment.put("BACKEND_PORT", Integer.toString(other.getLocalPort() - 2));
            environment.put("FRONTEND_PORT", Integer.toString(App.freePort()));
            assertFailed(make("doctor"), "busy     ports              In use: " + other.getLocalPort() + ". Stop ");
        }
    }

    @Test
    void says_that_the_cluster_has_the_ports_and_how_to_free_them() throws IOException {
        environment.put("FRONTEND_PORT", "8080");
        ports("8080", "8000");
        assertThat(make("doctor").output())
                .contains("ok       ports              8080 leads to the cluster. Before make run: make cluster-stop");
    }

    @Test
    void says_when_this_machine_is_too_busy() throws IOException {
        standIn("getconf", "echo 2");
        standIn("uptime", "echo ' 10:00:00 up 3:43,  0 user,  load average: 60.10, 4.51, 4.23'");
        assertThat(make("doctor").output())
                .contains("warning  load               This machine is too busy: 60 processes want to run on 2");
    }

    @Test
    void names_the_exceptions_that_a_proxy_lacks() {
        environment.put("https_proxy", "http://proxy.example.com:3128");
        environment.put("NO_PROXY", "localhost,127.0.0.1,192.168.0.0/16");
        assertFailed(make("doctor"), "wrong    proxy ", "export NO_PROXY=\"${NO_PROXY:+$NO_PROXY,}10.96.0.0/12\"");
        environment.put("NO_PROXY", "localhost,127.0.0.1,192.168.0.0/16,10.96.0.0/12");
        assertSucceeded(make("doctor"), "ok       proxy ");
        environment.put("NO_PROXY", "localhost,127.0.0.1");
        assertSucceeded(make("doctor TARGET=kind"), "ok       proxy ");
    }

    @ParameterizedTest
    @CsvSource({
        "init,    ext2/ext3, wrong    Windows            WSL runs without systemd",
        "systemd, v9fs,      wrong    Windows            The project is on a Windows drive",
        "systemd, ext2/ext3, ok       Windows "
    })
    void knows_what_is_wrong_in_wsl(String init, String system, String says) throws IOException {
        standIn("uname", "case \"$1\" in -r) echo " + WSL + " ;; *) echo Linux ;; esac");
        standIn("ps", "echo " + init);
        standIn("stat", "echo " + system);
        assertThat(make("doctor").output()).contains(says);
    }
}
