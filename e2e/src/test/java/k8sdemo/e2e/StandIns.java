// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the commands of make do and say, in a copy of the project, without any variable of this machine, and with stand-ins for the
 * tools, which note how they are called.
 */
abstract class StandIns {
    /** All that the scripts may use besides the tools that they ask for by name: macOS has nothing else. */
    private static final List<String> POSIX = List.of(
            "awk", "bash", "cat", "df", "dirname", "env", "find", "getconf", "grep", "ls", "mkdir", "ps", "rm", "sed",
            "sleep", "sort", "tee", "touch", "uname", "uptime", "wc", "xargs");

    protected static final String LINUX = "6.1.0-amd64";
    protected static final String WSL = "5.15.167.4-microsoft-standard-WSL2";

    @TempDir
    static Path project;

    @TempDir
    Path folder;

    protected Path tools;
    private Path calls;
    protected final Map<String, String> environment = new HashMap<>();

    @BeforeAll
    static void copy() throws IOException {
        Command.copyProject(project);
    }

    /** A cluster without the apps, an engine that has every image, and a compiler that always succeeds. */
    @BeforeEach
    void healthy() throws IOException {
        Command.output("rm", "-rf", project.resolve("target").toString()); // what another test has built
        tools = Files.createDirectory(folder.resolve("tools"));
        calls = Files.createFile(folder.resolve("calls"));
        kubectl();
        for (String tool : List.of("minikube", "kind", "curl", "mvn-stand-in")) {
            standIn(tool, "");
        }
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "image inspect --format {{json"*) echo '["java","-jar"]' ;;
                  "image inspect"*) echo 1000000 ;;
                  "manifest inspect"*) exit 1 ;; # the registry has none
                esac""");
        System.getenv().keySet().forEach(variable -> environment.put(variable, null));
        environment.put("PATH", tools + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MVN", "mvn-stand-in");
        environment.put("JVM", "1");
    }

    /** @param cases branches of the shell's {@code case} on all arguments, which come before those of a healthy cluster */
    protected final void kubectl(String... cases) throws IOException {
        standIn("kubectl", """
                case "$*" in
                  %s
                  *"config view"*) printf here ;;
                  *loadBalancer*) printf 203.0.113.7 ;;
                  *"kustomize target/deploy"*) cat target/deploy/kustomization.yml ;;
                esac""".formatted(String.join("\n  ", cases)));
    }

    protected final void standIn(String tool, String script) throws IOException {
        executable(tool, "#!/bin/bash\necho \"" + tool + " $*\" >>" + calls + "\n" + script + "\n");
    }

    /** A cluster on this machine that has mapped these ports to the page and to the backend; empty if it has none. */
    protected final void ports(String frontend, String backend) throws IOException {
        String ports = "127.0.0.1:40000->6443/tcp, 127.0.0.1:%s->30000/tcp, 127.0.0.1:%s->30080/tcp";
        standIn("docker", "case \"$*\" in ps*Ports*) echo '" + ports.formatted(backend, frontend) + "' ;; esac");
    }

    protected final void executable(String name, String script) throws IOException {
        Path file = Files.writeString(tools.resolve(name), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** An engine that has no image until Maven has built one. */
    protected final void engineWithoutImages() throws IOException {
        Path built = folder.resolve("built");
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "info --format"*) echo 8000000000 ;;
                  "image inspect --format {{json"*) echo '["java","-jar"]' ;;
                  "image inspect"*k8s-demo-*) [ -e %s ] && echo 1000000 ;;
                  "manifest inspect"*) exit 1 ;;
                esac""".formatted(built));
        standIn("mvn-stand-in", "touch " + built);
    }

    /** A machine that has the stand-ins, POSIX tools, make, and git, and nothing else. */
    protected final void onlyPosixTools() throws IOException {
        for (String name :
                Stream.concat(POSIX.stream(), Stream.of("git", "make")).toList()) {
            Path real = Arrays.stream(System.getenv("PATH").split(":"))
                    .map(place -> Path.of(place, name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            executable(name, "#!/bin/sh\nexec " + real + " \"$@\"\n");
        }
        environment.put("PATH", tools.toString());
    }

    protected final void without(String tool) throws IOException {
        onlyPosixTools();
        Files.delete(tools.resolve(tool));
    }

    protected final Command.Result run(String... command) {
        return Command.runIn(project.toFile(), environment, Duration.ofMinutes(1), command);
    }

    /** @param command a target and its settings, separated by spaces */
    protected final Command.Result make(String command) {
        List<String> all = new ArrayList<>(List.of("make", "--no-print-directory"));
        all.addAll(List.of(command.split(" ")));
        return run(all.toArray(String[]::new));
    }

    /** @return how a tool was called since the last time */
    protected final List<String> calls(String tool) throws IOException {
        List<String> all = Files.readAllLines(calls);
        Files.write(
                calls, all.stream().filter(call -> !call.startsWith(tool + " ")).toList());
        return all.stream().filter(call -> call.startsWith(tool + " ")).toList();
    }

    /** @return the tag that the sources of an app have given to its image */
    protected static String tag(String app) throws IOException {
        return Files.readString(project.resolve("target/images/" + app)).strip();
    }

    protected static String kustomization() throws IOException {
        return Files.readString(project.resolve("target/deploy/kustomization.yml"));
    }

    protected static void assertSucceeded(Command.Result result, String... says) {
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(says).allMatch(result.output()::contains, "is in:\n" + result.output());
    }

    protected static void assertFailed(Command.Result result, String... says) {
        assertThat(result.status()).as(result.output()).isNotZero();
        assertThat(says).allMatch(result.output()::contains, "is in:\n" + result.output());
    }

    protected final void assertNothingWasBuiltOrChanged() throws IOException {
        assertThat(calls("docker")).noneMatch(call -> call.contains("tag"));
        assertThat(calls("mvn-stand-in")).isEmpty();
        assertThat(calls("kubectl")).noneMatch(call -> call.matches(".*(apply|delete|scale|rollout) .*"));
    }
}
