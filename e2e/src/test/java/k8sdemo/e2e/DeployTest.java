// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the commands of make do and say, in a copy of the project, without any variable of this machine, and with stand-ins
 * for the tools, which record how they are called and can fail.
 */
class DeployTest {
    /** All that the scripts may use besides the tools that they ask for by name: macOS has nothing else. */
    private static final List<String> POSIX = List.of(
            "awk", "bash", "cat", "cp", "df", "dirname", "env", "find", "grep", "id", "ls", "mkdir", "mktemp", "rm",
            "sed", "sleep", "sort", "touch", "uname", "uniq", "wc");

    @TempDir
    static Path project;

    @TempDir
    Path folder;

    private Path tools;
    private Path calls;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeAll
    static void copy() throws IOException {
        Command.copyProject(project);
    }

    @BeforeEach
    void standIns() throws IOException {
        Command.output("rm", "-rf", project.resolve("target").toString()); // what another test has built
        tools = Files.createDirectory(folder.resolve("tools"));
        calls = Files.createFile(folder.resolve("calls"));
        standIn("kubectl", """
                case "$*" in
                  *"get service k8s-demo-frontend -o"*) printf 203.0.113.7 ;;
                  *"get replicasets"*) echo one; echo two ;;
                esac""");
        standIn("minikube", "");
        standIn("kind", "");
        // an engine that has the image of every source
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "image inspect"*) echo 1000000 ;;
                  "manifest inspect"*) exit 1 ;;
                esac""");
        standIn("mvn-stand-in", "");
        System.getenv().keySet().forEach(variable -> environment.put(variable, null));
        environment.put("PATH", tools + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MVN", "mvn-stand-in");
        environment.put("JVM", "1");
    }

    private void standIn(String tool, String script) throws IOException {
        executable(tool, "#!/bin/bash\necho \"" + tool + " $*\" >>" + calls + "\n" + script + "\n");
    }

    private void executable(String name, String script) throws IOException {
        Path file = Files.writeString(tools.resolve(name), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** An engine that has no image until Maven has built one. */
    private void engineWithoutImages(String architecture) throws IOException {
        Path built = folder.resolve("built");
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo %s ;;
                  "info --format"*) echo 8000000000 ;;
                  "image inspect"*k8s-demo-*) [ -e %s ] && echo 1000000 ;;
                  "manifest inspect"*) exit 1 ;;
                esac""".formatted(architecture, built));
        standIn("mvn-stand-in", "touch " + built);
    }

    /** A machine that has the stand-ins, POSIX tools, make, and git, and nothing else. */
    private void onlyPosixTools() throws IOException {
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

    private Command.Result run(String... command) {
        return Command.runIn(project.toFile(), environment, Duration.ofMinutes(1), command);
    }

    private Command.Result make(String... arguments) {
        List<String> command = new ArrayList<>(List.of("make", "--no-print-directory"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private List<String> calls(String tool) {
        try {
            return Files.readAllLines(calls).stream()
                    .filter(call -> call.startsWith(tool + " "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return the name of an image, with the tag that its sources have given it */
    private static String image(String app) throws IOException {
        String tag = Files.readString(project.resolve("target/images/" + app)).strip();
        assertThat(tag).matches("v1-[0-9a-f]{12}");
        return "k8s-demo-" + app + ":" + tag;
    }

    private static String kustomization() throws IOException {
        return Files.readString(project.resolve("target/deploy/kustomization.yml"));
    }

    private static void assertSucceeded(Command.Result result, String... says) {
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(says).allMatch(result.output()::contains, "is in:\n" + result.output());
    }

    private static void assertFailed(Command.Result result, String... says) {
        assertThat(result.status()).as(result.output()).isNotZero();
        assertThat(result.output()).contains(says);
    }

    private void assertNothingWasBuiltOrChanged() {
        assertThat(calls("docker")).noneMatch(call -> call.contains("tag"));
        assertThat(calls("mvn-stand-in")).isEmpty();
        assertThat(calls("kubectl")).noneMatch(call -> call.matches(".*(apply|delete|scale|annotate|rollout|--raw).*"));
    }

    // --- Targets ----------------------------------------------------------------------------------------------------

    @Test
    void deploy_loads_images_tagged_by_their_sources_into_minikube() throws IOException {
        assertSucceeded(make("deploy"), "The page: http://203.0.113.7:8080");
        assertThat(calls("minikube"))
                .contains("minikube image load --profile minikube " + image("backend") + " " + image("frontend"));
        assertThat(calls("kubectl"))
                .allMatch(call -> call.startsWith("kubectl --context minikube "))
                .anyMatch(call -> call.endsWith("--namespace k8s-demo apply -k target/deploy"))
                .anyMatch(call -> call.contains("rollout status deployment/k8s-demo-backend"))
                .anyMatch(call -> call.contains("rollout status deployment/k8s-demo-frontend"));
        assertThat(kustomization())
                .contains(
                        "../../k8s/workshop",
                        "newName: \"k8s-demo-backend\", newTag: \""
                                + image("backend").substring(17) + "\"",
                        "app.kubernetes.io/version: \"v1\"");
    }

    @Test
    void deploy_does_not_load_an_image_that_minikube_has() throws IOException {
        assertSucceeded(make("deploy"));
        Files.writeString(calls, "");
        standIn(
                "minikube",
                "case \"$*\" in 'image ls'*) printf 'docker.io/library/%%s\\n' %s %s ;; esac"
                        .formatted(image("frontend"), image("backend")));
        assertSucceeded(make("deploy"));
        assertThat(calls("minikube")).noneMatch(call -> call.contains("image load"));
    }

    @Test
    void deploy_loads_images_into_kind() throws IOException {
        assertSucceeded(make("deploy", "TARGET=kind"));
        assertThat(calls("kind"))
                .contains("kind load docker-image --name kind " + image("backend") + " " + image("frontend"));
        assertThat(calls("kubectl")).allMatch(call -> call.startsWith("kubectl --context kind-kind "));
    }

    @Test
    void deploy_pushes_images_for_both_platforms_to_the_registry_of_gke() throws IOException {
        assertSucceeded(make("deploy", "TARGET=gke", "REGISTRY=example.com/repo/"));
        String image = "example.com/repo/" + image("backend");
        assertThat(calls("docker"))
                .contains(
                        "docker push --quiet " + image + "-amd64",
                        "docker push --quiet " + image + "-arm64",
                        "docker manifest create --amend " + image + " " + image + "-amd64 " + image + "-arm64",
                        "docker manifest push --purge " + image);
        assertThat(kustomization()).contains("../../k8s/gke", "newName: \"example.com/repo/k8s-demo-backend\"");
    }

    @Test
    void deploy_does_not_push_a_tag_that_the_registry_has() throws IOException {
        standIn("docker", """
                case "$1 $2" in
                  "image inspect") echo 1000000 ;;
                esac""");
        assertSucceeded(
                make("deploy", "TARGET=current", "REGISTRY=example.com/repo"),
                "Already there: example.com/repo/k8s-demo-backend:v1-");
        assertThat(calls("mvn-stand-in")).isEmpty();
    }

    @Test
    void deploy_to_gke_without_a_registry_asks_for_one() {
        assertFailed(make("deploy", "TARGET=gke"), "No registry given", "REGISTRY=");
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("apply"));
    }

    @Test
    void deploy_adds_components() throws IOException {
        assertSucceeded(make("deploy", "COMPONENTS=message-log"));
        assertThat(kustomization()).contains("- ../../k8s/components/message-log");
        assertSucceeded(make("deploy"));
        assertThat(kustomization()).doesNotContain("message-log");
    }

    @Test
    void native_images_are_the_default_and_pushed_for_one_platform() throws IOException {
        environment.put("JVM", null);
        assertSucceeded(make("deploy", "TARGET=gke", "REGISTRY=example.com/repo"));
        assertThat(calls("docker")).contains("docker push --quiet example.com/repo/" + image("backend"));
        assertThat(kustomization()).doesNotContain("components/jvm");
        assertSucceeded(make("deploy", "JVM=1"));
        assertThat(kustomization()).contains("- ../../k8s/components/jvm");
    }

    @Test
    void deploy_removes_what_only_the_gke_overlay_has() throws IOException {
        assertSucceeded(make("deploy"));
        assertThat(calls("kubectl"))
                .anyMatch(call -> call.contains("delete horizontalpodautoscaler,networkpolicy --selector"));
        Files.writeString(calls, "");
        assertSucceeded(make("deploy", "OVERLAY=gke"));
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("delete"));
    }

    @Test
    void deploy_and_undeploy_name_the_cluster_and_the_namespace_first() throws IOException {
        standIn("kubectl", "case \"$*\" in *'config view'*) printf my-cluster ;; esac");
        for (String command : List.of("deploy", "undeploy")) {
            assertThat(make(command).output()).startsWith("Cluster my-cluster, namespace k8s-demo\n");
        }
    }

    @Test
    void deploy_and_undeploy_refuse_a_namespace_of_somebody_else() throws IOException {
        standIn("kubectl", "case \"$*\" in *'get namespace theirs '*) printf 'theirs ' ;; esac");
        for (String command : List.of("deploy", "undeploy")) {
            assertFailed(
                    make(command, "NAMESPACE=theirs"),
                    "namespace theirs is not this project's",
                    "kubectl label namespace");
        }
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("apply") || call.contains("delete"));
        assertThat(calls("docker")).as("nothing is built").isEmpty();
    }

    @Test
    void undeploy_succeeds_when_there_is_nothing_to_delete() {
        assertSucceeded(make("undeploy"), "nothing to delete");
        assertThat(calls("kubectl")).anyMatch(call -> call.endsWith("delete namespace k8s-demo --ignore-not-found"));
    }

    // --- Releases ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"N=2", "VERSION="})
    void rollout_asks_for_a_version(String argument) {
        assertFailed(make("rollout", argument), "make rollout VERSION=v2");
        assertThat(calls("kubectl")).isEmpty();
    }

    @Test
    void rollout_keeps_the_number_of_backends() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *spec.replicas*) printf 5 ;;
                  *"get service k8s-demo-frontend -o"*) printf 203.0.113.7 ;;
                esac""");
        assertSucceeded(make("rollout", "VERSION=v2"));
        assertThat(kustomization()).contains("replicas: [{name: k8s-demo-backend, count: 5}]");
        assertSucceeded(make("deploy", "TARGET=gke", "REGISTRY=example.com/repo"));
        assertThat(kustomization())
                .as("if an autoscaler set it, too")
                .contains("replicas: [{name: k8s-demo-backend, count: 5}]");
    }

    @Test
    void a_failed_rollout_shows_the_events_and_the_log_of_the_failing_pod() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *"rollout status"*) echo 'error: exceeded its progress deadline' >&2; exit 1 ;;
                  *"get pods"*jsonpath*) printf 'pod-good True\\npod-bad False\\n' ;;
                  *"get pods"*) echo 'NAME READY' ;;
                  *"get replicasets"*) printf '2\\n\\n' ;;
                  *"get events"*) echo "events of $*" ;;
                  *logs*) echo "log of $*" ;;
                esac""");
        assertFailed(
                make("deploy"),
                "k8s-demo-backend did not roll out",
                "involvedObject.name=pod-bad",
                "log of",
                "The previous version is still serving. Fix the cause and deploy again, or go back: make rollback");
    }

    @Test
    void a_failed_first_deploy_says_why_the_image_is_missing_and_that_no_version_is_serving() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *"rollout status"*) exit 1 ;;
                  *"get pods"*jsonpath*) printf 'pod-bad False\\n' ;;
                  *"get pod pod-bad"*) echo ImagePullBackOff ;;
                  *"get replicasets"*) printf '\\n' ;;
                esac""");
        Command.Result result = make("deploy");
        assertFailed(
                result,
                "cannot get the image",
                "REGISTRY",
                "No previous version is serving. Fix the cause and deploy again.");
        assertThat(result.output()).doesNotContain("still serving", "Last lines");
    }

    @Test
    void rollback_goes_back_only_once() throws IOException {
        assertSucceeded(make("rollback"));
        assertThat(calls("kubectl")).anyMatch(call -> call.contains("rollout undo deployment/k8s-demo-backend"));
        Files.writeString(calls, "");
        standIn("kubectl", "case \"$*\" in *rolled-back*) echo true ;; esac");
        assertSucceeded(make("rollback"), "already rolled back");
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("rollout undo"));
    }

    @Test
    void rollback_of_a_first_release_says_that_there_is_no_earlier_one() throws IOException {
        standIn("kubectl", "case \"$*\" in *'get replicasets'*) echo one ;; esac");
        assertSucceeded(make("rollback"), "has no earlier release");
    }

    @Test
    void scale_sets_the_number_of_backends_and_waits() {
        assertSucceeded(make("scale", "N=6"));
        assertThat(calls("kubectl"))
                .anyMatch(call -> call.endsWith("scale deployment/k8s-demo-backend --replicas=6"))
                .anyMatch(call -> call.contains("rollout status deployment/k8s-demo-backend"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"N=", "N=many", "N=-1", "N=1000000000000", "N=010"})
    void scale_refuses_what_is_not_a_number(String n) {
        assertFailed(make("scale", n), "make scale N=4");
        assertNothingWasBuiltOrChanged();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "scale", "url", "status", "logs"})
    void commands_for_deployed_apps_say_that_there_are_none(String command) throws IOException {
        standIn("kubectl", "case \"$*\" in *'get deployment/'*) exit 1 ;; esac");
        assertFailed(make(command, "N=2"), "The apps are not in this cluster", "make deploy");
    }

    @Test
    void url_says_how_to_get_an_external_address() throws IOException {
        standIn("kubectl", "");
        assertSucceeded(make("url"), "minikube tunnel", "port-forward service/k8s-demo-frontend 8080");
    }

    @Test
    void url_puts_an_ipv6_address_in_brackets() throws IOException {
        standIn("kubectl", "case \"$*\" in *loadBalancer*) printf 2001:db8::7 ;; esac");
        assertSucceeded(make("url"), "The page: http://[2001:db8::7]:8080");
    }

    // --- What can be missing ----------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "deploy, kubectl, No kubectl found",
        "deploy, minikube, No minikube found",
        "deploy TARGET=kind, kind, No kind found",
        "deploy, docker, No container engine found",
        "images, git, No git found"
    })
    void a_missing_tool_is_named_with_where_to_get_it(String command, String tool, String sentence) throws IOException {
        onlyPosixTools();
        Files.delete(tools.resolve(tool));
        assertFailed(make(command.split(" ")), sentence, "https://");
    }

    @ParameterizedTest
    @CsvSource({
        "minikube, minikube start --profile minikube",
        "kind, kind create cluster --name kind",
        "gke, gcloud container clusters get-credentials",
        "current, kubectl config use-context"
    })
    void a_cluster_that_does_not_answer_is_named_with_how_to_start_it(String target, String help) throws IOException {
        standIn("kubectl", "echo 'connection refused' >&2; exit 1");
        assertFailed(make("deploy", "TARGET=" + target), "The cluster does not answer", "connection refused", help);
        assertThat(calls("docker")).as("nothing is built").isEmpty();
    }

    @Test
    void an_engine_that_does_not_answer_is_named_with_how_to_start_it() throws IOException {
        standIn("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
        assertFailed(make("deploy"), "does not answer", "Start it", "Cannot connect to the Docker daemon");
    }

    @Test
    void images_and_doctor_say_that_podman_is_not_supported() throws IOException {
        standIn("docker", "echo 'Client: Podman Engine'");
        assertFailed(make("images"), "Podman is not supported. Install Docker");
        assertFailed(make("doctor"), "missing  container engine   Podman is not supported. Install Docker");
        onlyPosixTools();
        Files.move(tools.resolve("docker"), tools.resolve("podman"));
        assertFailed(make("images"), "Podman is not supported. Install Docker");
        assertFailed(make("doctor"), "missing  container engine   Podman is not supported. Install Docker");
    }

    @Test
    void native_without_a_compiler_and_an_engine_says_what_to_install() throws IOException {
        standIn("docker", "exit 1");
        assertFailed(make("native"), "No native compiler found", "GRAALVM_HOME", "container engine");
        assertNothingWasBuiltOrChanged();
    }

    @ParameterizedTest
    @CsvSource({
        "1, eclipse-temurin:25, BASE_IMAGE=docker://NAME",
        "'', quay.io/quarkus/ubi10-quarkus-micro-image:, BASE_IMAGE=docker://NAME",
        "'', quay.io/quarkus/ubi10-quarkus-mandrel-builder-image:, JVM=1"
    })
    void an_image_that_cannot_be_pulled_is_noticed_before_anything_is_built(String jvm, String image, String help)
            throws IOException {
        onlyPosixTools();
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "info --format"*) echo 8000000000 ;;
                  "image inspect "*%1$s*) exit 1 ;;
                  "image inspect "*k8s-demo-*) exit 1 ;;
                  "pull %1$s"*) echo 'no such host'; exit 1 ;;
                esac""".formatted(image));
        assertFailed(
                make("images", "JVM=" + jvm), "no such host", image, "cannot be pulled; the line above says why", help);
        assertThat(calls("mvn-stand-in")).isEmpty();
    }

    @Test
    void an_engine_with_too_little_memory_for_the_compiler_is_told_so_before_it_starts() throws IOException {
        onlyPosixTools();
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "info --format"*) echo 2000000000 ;;
                  "image inspect "*k8s-demo-*) exit 1 ;;
                esac""");
        assertFailed(make("images", "JVM="), "1907 MiB of memory", "up to 3 GB", "JVM=1");
        assertThat(make("doctor", "JVM=").output()).contains("missing  native compiler    The container engine has");
        assertThat(make("doctor").output()).contains("ok       native compiler    not needed with JVM=1");
        assertThat(calls("mvn-stand-in")).isEmpty();
    }

    @Test
    void a_failed_build_shows_the_log_and_leaves_no_image() throws IOException {
        engineWithoutImages("amd64");
        standIn("mvn-stand-in", "echo 'cannot find symbol'; exit 1");
        assertFailed(make("images"), "cannot find symbol");
        assertThat(calls("docker")).noneMatch(call -> call.contains("tag"));
    }

    @Test
    void doctor_says_when_kubectl_uses_another_context() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *'config view'*) printf minikube ;;
                  'config current-context') echo production ;;
                esac""");
        assertThat(make("doctor").output())
                .contains("minikube answers, but kubectl uses another context (production)", "use-context minikube");
    }

    // --- What can be on a machine -----------------------------------------------------------------------------------

    @Test
    void posix_tools_are_enough() throws IOException {
        onlyPosixTools();
        engineWithoutImages("amd64");
        assertSucceeded(make("deploy"), "The page: ");
        assertSucceeded(make("undeploy"));
    }

    @Test
    void an_image_is_built_for_the_platform_of_the_engine_and_pushed_for_both() throws IOException {
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo arm64 ;;
                  "image inspect"*k8s-demo-*) exit 1 ;;
                  "manifest inspect"*) exit 1 ;;
                esac""");
        make("push", "REGISTRY=example.com/repo");
        assertThat(calls("mvn-stand-in"))
                .allMatch(call -> call.contains("-Dquarkus.container-image.build=true"))
                .anyMatch(call -> call.contains("-Dquarkus.jib.platforms=linux/arm64"));
    }

    @Test
    void training_reaches_the_app_on_an_engine_elsewhere_and_behind_a_proxy() {
        environment.put("DOCKER_HOST", "tcp://192.0.2.1:2376");
        environment.put("http_proxy", "http://192.0.2.2:3128");
        assertSucceeded(run("scripts/train", "frontend", "some:image", "inputs"));
        assertThat(calls("docker"))
                .as("asked from inside the engine")
                .anyMatch(call -> call.startsWith("docker exec "))
                .noneMatch(call -> call.contains("--publish") || call.startsWith("docker port "));
    }

    @Test
    void a_native_build_in_an_engine_elsewhere_mounts_no_folder_of_this_machine() throws IOException {
        engineWithoutImages("amd64");
        onlyPosixTools();
        environment.put("DOCKER_HOST", "tcp://192.0.2.1:2376");
        assertSucceeded(make("images", "JVM="));
        assertThat(calls("mvn-stand-in"))
                .anyMatch(call -> call.contains("-Dquarkus.native.remote-container-build=true"));
    }

    @Test
    void make_3_81_stops_at_the_first_failure_too() throws IOException {
        standIn("docker", "exit 1");
        assertFailed(make(".SHELLFLAGS=-c", "native"), "No native compiler found");
        assertThat(calls("mvn-stand-in")).isEmpty();
    }

    @Test
    void git_for_windows_checks_the_scripts_out_with_lf() {
        for (String file : Command.output("git", "ls-files", "scripts", "bench", ".ci", "mvnw", "Makefile")
                .split("\n")) {
            assertThat(Command.output("git", "check-attr", "eol", file)).isEqualTo(file + ": eol: lf\n");
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void no_pipe_ends_in_a_reader_that_leaves_early(String script) throws IOException {
        assertThat(Files.readString(project.resolve(script)))
                .doesNotContainPattern(
                        "\\|\\s*(head|read|grep\\s+-[a-zA-Z]*[qm]|sed\\s[^|\\n]*q|awk\\s[^|\\n]*exit)\\b");
    }

    static Stream<String> scripts() {
        return Command.output(
                        "git", "ls-files", "--cached", "--others", "--exclude-standard", "scripts", "bench", ".ci")
                .lines()
                .filter(file -> Files.exists(Command.ROOT.toPath().resolve(file)));
    }

    // --- What is built when -----------------------------------------------------------------------------------------

    @Test
    void a_deleted_source_is_built_anew_and_leaves_nothing_behind() throws IOException {
        Path source = project.resolve("frontend/src/main/resources/META-INF/resources/page-that-is-deleted.html");
        Files.writeString(source, "");
        assertSucceeded(make("target/jars-v1"));
        assertSucceeded(make("-q", "target/jars-v1"));
        Files.delete(source);
        assertThat(make("-q", "target/jars-v1").status()).isEqualTo(1);
        Path left = Files.createDirectories(project.resolve("frontend/target/classes"));
        assertSucceeded(make("target/jars-v1"));
        assertThat(left).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed", "deleted", "renamed"})
    void an_image_has_another_tag_when_a_source_was(String how) throws IOException {
        Path source = project.resolve("backend/src/main/resources/source-that-changes.txt");
        Files.writeString(source, "text");
        assertSucceeded(make("images"));
        String backend = image("backend");
        String frontend = image("frontend");
        switch (how) {
            case "changed" -> Files.writeString(source, "another text");
            case "renamed" -> Files.move(source, source.resolveSibling("another-name.txt"));
            default -> Files.delete(source);
        }
        assertSucceeded(make("images"));
        assertThat(image("backend")).isNotEqualTo(backend);
        assertThat(image("frontend")).as("the image of the other app").isEqualTo(frontend);
    }

    @Test
    void each_version_has_jars_of_its_own() {
        assertSucceeded(make("target/jars-v1"));
        assertSucceeded(make("target/jars-v2"));
        assertThat(calls("mvn-stand-in"))
                .anyMatch(call -> call.contains("-Drevision=v1"))
                .anyMatch(call -> call.contains("-Drevision=v2"));
        assertThat(make("-q", "target/jars-v1").status())
                .as("v2 has replaced them")
                .isEqualTo(1);
    }

    // --- Settings ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(textBlock = """
            deploy,             VERSION BASE_IMAGE JVM REGISTRY OVERLAY COMPONENTS ROLLOUT_TIMEOUT TARGET NAMESPACE
            deploy TARGET=kind, KIND_CLUSTER
            deploy,             MINIKUBE_PROFILE
            rollout,            VERSION
            rollback,           NAMESPACE ROLLOUT_TIMEOUT
            scale,              N
            logs,               FOLLOW
            images,             VERSION BASE_IMAGE JVM
            push,               REGISTRY
            native,             VERSION
            run,                VERSION BACKEND_PORT FRONTEND_PORT
            workshop-test,      CHAPTER
            e2e,                REQUESTS
            bench,              STARTS SECONDS_EACH CONNECTIONS PEER
            """)
    void a_setting_that_would_break_what_it_becomes_part_of_is_refused(String command, String settings) {
        for (String setting : settings.split(" ")) {
            for (String value : List.of("a b: c", "--help=x", "x\"y", "$(touch evil)", "a[0]", "x\ny: z", "Ä")) {
                environment.put(setting, value);
                assertFailed(make(command.split(" ")), setting + " must be ", "'" + value + "'");
                environment.remove(setting);
            }
        }
        assertNothingWasBuiltOrChanged();
    }

    @ParameterizedTest
    @CsvSource({
        "VERSION, V2",
        "VERSION, v2/x",
        "VERSION, -x",
        "VERSION, v1.",
        "VERSION, v1-",
        "VERSION, v2-a-version-that-is-far-too-long-to-be-one",
        "OVERLAY, native",
        "OVERLAY, ../k8s",
        "COMPONENTS, mars",
        "NAMESPACE, My NS",
        "NAMESPACE, -x",
        "REGISTRY, https://example.com",
        "REGISTRY, example.com/Upper",
        "JVM, 0",
        "TARGET, mars",
        "ROLLOUT_TIMEOUT, 5"
    })
    void deploy_refuses_a_value_that_cannot_work_before_it_builds_anything(String setting, String value) {
        assertFailed(make("deploy", setting + "=" + value), setting + " must be ", "'" + value + "'");
        assertNothingWasBuiltOrChanged();
    }

    @Test
    void a_value_that_yaml_would_take_for_a_number_stays_text() throws IOException {
        assertSucceeded(make("deploy", "VERSION=1.0", "NAMESPACE=123"));
        JsonNode written = new ObjectMapper(new YAMLFactory()).readTree(kustomization());
        assertThat(written.path("namespace").isTextual()).isTrue();
        assertThat(written.at("/labels/0/pairs/app.kubernetes.io~1version").isTextual())
                .isTrue();
        assertThat(written.at("/labels/0/pairs/app.kubernetes.io~1version").asText())
                .isEqualTo("1.0");
        assertThat(written.at("/images/0/newTag").isTextual()).isTrue();
    }

    @Test
    void help_has_a_line_for_each_command() throws IOException {
        String help = make("help").output();
        assertThat(make().output()).as("make alone").isEqualTo(help);
        Files.readString(project.resolve("Makefile"))
                .lines()
                .filter(line -> line.startsWith(".PHONY: ") && !line.endsWith(" changed"))
                .forEach(line -> assertThat(help).contains("make " + line.substring(8)));
    }
}
