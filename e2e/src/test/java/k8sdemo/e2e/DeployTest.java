// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
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
            "awk", "bash", "cat", "cp", "df", "dirname", "env", "find", "grep", "id", "ls", "mkdir", "mktemp", "nohup",
            "ps", "rm", "sed", "sleep", "sort", "touch", "uname", "wc", "xargs");

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
        standIn("curl", "");
        standIn("pgrep", "exit 1");
        // an engine that has the image of every source
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "image inspect"*) echo 1000000 ;;
                  "manifest inspect"* | "rm k8s-demo-release-"*) exit 1 ;; # there is none
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
        assertThat(calls("docker"))
                .contains("docker save --output target/images/k8s-demo.tar " + image("backend") + " "
                        + image("frontend"));
        assertThat(calls("minikube")).contains("minikube image load --profile minikube target/images/k8s-demo.tar");
        assertThat(calls("kubectl"))
                .allMatch(call -> call.startsWith("kubectl --context minikube ")
                        || call.equals("kubectl config get-contexts -o name"))
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

    /** Stand-in for a cluster with these nodes: a line each, as deploy asks for them (name, Ready, images). */
    private void nodes(String... lines) throws IOException {
        Files.write(folder.resolve("nodes"), List.of(lines));
        standIn("kubectl", """
                case "$*" in
                  *"get nodes -o"*status.images*) cat %s ;;
                  *"get service k8s-demo-frontend -o"*) printf 203.0.113.7 ;;
                esac""".formatted(folder.resolve("nodes")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"minikube", "kind"})
    void deploy_loads_images_only_if_a_node_lacks_one(String target) throws IOException {
        assertSucceeded(make("deploy", "TARGET=" + target));
        String both = "docker.io/library/" + image("backend") + " " + image("frontend"); // as containerd and Docker say
        String older = "docker.io/library/" + image("backend") + "0 docker.io/library/other:v1";
        String[][] withoutLoading = {
            {"a True " + both},
            {"a True " + both, "b True other:v1 " + both},
            {"a True " + both, "dead Unknown other:v1"}
        };
        String[][] withLoading = {{"a True " + both, "b True other:v1"}, {"a True "}, {"a True " + older}, {}};
        for (boolean load : List.of(false, true)) {
            for (String[] nodes : load ? withLoading : withoutLoading) {
                Command.output(
                        "rm", "-f", project.resolve("target/images/loaded").toString());
                Files.writeString(calls, "");
                nodes(nodes);
                assertSucceeded(make("deploy", "TARGET=" + target));
                assertThat(calls(target).stream().anyMatch(call -> call.contains("load ")))
                        .as(String.join("\n", nodes))
                        .isEqualTo(load);
            }
        }
    }

    /** A node reports its images late. */
    @Test
    void deploy_does_not_load_again_what_it_has_just_loaded_into_the_same_nodes() throws IOException {
        nodes("a True ");
        assertSucceeded(make("deploy"), "Loading both images into minikube");
        Files.writeString(calls, "");
        assertSucceeded(make("deploy"));
        assertThat(calls("minikube")).noneMatch(call -> call.contains("image load"));
        nodes("a True ", "added True ");
        assertSucceeded(make("deploy"));
        assertThat(calls("minikube")).anyMatch(call -> call.contains("image load"));
    }

    @Test
    void deploy_loads_images_into_kind() throws IOException {
        assertSucceeded(make("deploy", "TARGET=kind"));
        assertThat(calls("kind")).contains("kind load image-archive --name kind target/images/k8s-demo.tar");
        assertThat(calls("kubectl"))
                .allMatch(call -> call.startsWith("kubectl --context kind-kind ")
                        || call.equals("kubectl config get-contexts -o name"));
        assertThat(project.resolve("target/images/k8s-demo.tar")).doesNotExist();
    }

    @Test
    void deploy_says_each_step_with_its_time() {
        assertThat(make("deploy").output())
                .matches("(?s).*\\n0:\\d\\d  Building .*\\n0:\\d\\d  Loading .*\\n0:\\d\\d  Applying .*"
                        + "\\n0:\\d\\d  Waiting .*\\n0:\\d\\d  Done\\..*");
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                    'minikube kind', '--context minikube'",
        "'',                                    'kind',          '--context kind-kind'",
        "'other minikube',                      'minikube kind', '--context minikube'",
        "'k8s-demo minikube kind-k8s-demo',     'minikube kind', '--context k8s-demo'",
        "'minikube kind-k8s-demo kind-other',   'minikube kind', '--context kind-k8s-demo'"
    })
    void commands_use_the_cluster_that_make_cluster_has_made_or_the_tool_that_is_there(
            String contexts, String tools, String context) throws IOException {
        onlyPosixTools();
        for (String tool : List.of("minikube", "kind")) {
            if (!List.of(tools.split(" ")).contains(tool)) {
                Files.delete(this.tools.resolve(tool));
            }
        }
        standIn("kubectl", "case \"$*\" in *get-contexts*) printf '%%s\\n' %s ;; esac".formatted(contexts));
        assertSucceeded(run("scripts/k", "get", "pods"));
        assertThat(calls("kubectl")).contains("kubectl " + context + " --namespace k8s-demo get pods");
    }

    @ParameterizedTest
    @CsvSource({"KIND_CLUSTER, kind-mine", "MINIKUBE_PROFILE, mine"})
    void commands_use_the_cluster_that_is_named_whatever_make_cluster_has_made(String setting, String context)
            throws IOException {
        for (String made : List.of("k8s-demo", "kind-k8s-demo")) {
            standIn("kubectl", "case \"$*\" in *get-contexts*) echo %s ;; esac".formatted(made));
            environment.put(setting, "mine");
            assertSucceeded(run("scripts/k", "get", "pods"));
            assertThat(calls("kubectl")).contains("kubectl --context " + context + " --namespace k8s-demo get pods");
            Files.writeString(calls, "");
        }
    }

    @Test
    void commands_use_the_chosen_profile_of_minikube() throws IOException {
        standIn("minikube", "if [ \"$*\" = profile ]; then echo chosen; fi");
        assertSucceeded(run("scripts/k", "get", "pods"));
        assertThat(calls("kubectl")).contains("kubectl --context chosen --namespace k8s-demo get pods");
        environment.put("MINIKUBE_PROFILE", "mine");
        assertSucceeded(run("scripts/k", "get", "pods"));
        assertThat(calls("kubectl")).contains("kubectl --context mine --namespace k8s-demo get pods");
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
        Command.Result result = make("deploy", "TARGET=gke");
        assertFailed(result, "No registry given", "REGISTRY=");
        assertThat(result.output()).as("before the first step").doesNotContain("0:00");
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("apply"));
    }

    @Test
    void deploy_adds_components() throws IOException {
        assertSucceeded(make("deploy", "COMPONENTS=message-log"));
        assertThat(kustomization()).contains("../../k8s/components/message-log");
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
        assertThat(kustomization()).contains("../../k8s/components/jvm");
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
    void rollout_keeps_the_overlay_so_that_faults_stay_off() throws IOException {
        assertSucceeded(make("deploy", "OVERLAY=gke"));
        assertThat(calls("kubectl"))
                .anyMatch(call -> call.contains("annotate") && call.contains("k8s-demo/overlay=gke"));
        standIn("kubectl", """
                case "$*" in
                  *"{.metadata.annotations.k8s-demo/overlay}"*) printf gke ;;
                  *"get service k8s-demo-frontend -o"*) printf 203.0.113.7 ;;
                esac""");
        Command.Result rollout = make("rollout", "VERSION=v2");
        assertSucceeded(rollout);
        assertThat(kustomization()).contains("- ../../k8s/gke");
        assertThat(rollout.output()).doesNotContain("on purpose");
        assertSucceeded(make("rollout", "VERSION=v2", "OVERLAY=workshop"), "on purpose");
        assertThat(kustomization()).contains("- ../../k8s/workshop");
    }

    @Test
    void without_applies_what_runs_minus_one_safeguard_and_with_all_puts_it_back() throws IOException {
        apps("without=", "components=message-log", "jvm=1");
        assertSucceeded(make("without", "SAFETY=drain"), "Running without the safeguard drain", "make with-all");
        assertThat(kustomization())
                .contains(
                        "- ../../k8s/gke",
                        "[../../k8s/components/message-log, ../../k8s/components/jvm, ../../k8s/lab/drain]",
                        "newName: \"registry:5000/k8s-demo-backend\", newTag: \"v7-abc\"",
                        "app.kubernetes.io/version: \"v7\"");
        assertThat(calls("kubectl"))
                .anyMatch(call -> call.contains("annotate") && call.contains("k8s-demo/without=drain"));
        assertThat(calls("mvn-stand-in")).isEmpty();
        assertThat(calls("minikube")).noneMatch(call -> call.contains("image load"));

        assertSucceeded(make("with-all"));
        assertThat(kustomization())
                .contains("[../../k8s/components/message-log, ../../k8s/components/jvm]", "newTag: \"v7-abc\"");
    }

    @Test
    void a_release_keeps_a_safeguard_off_and_the_next_deploy_puts_it_back() throws IOException {
        apps("without=retry", "components=message-log", "jvm=1");
        assertSucceeded(make("rollout", "VERSION=v2"), "Running without the safeguard retry");
        assertThat(kustomization()).contains("components/message-log", "lab/retry");
        assertThat(make("deploy").output()).doesNotContain("without");
        assertThat(kustomization()).doesNotContain("lab/", "message-log");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "../k8s", "drain retry", "*"})
    void without_names_the_safeguards_that_there_are(String safety) {
        assertFailed(
                make("without", "SAFETY=" + safety),
                "SAFETY must be one of: budget, drain, max-age, readiness,");
        assertNothingWasBuiltOrChanged();
    }

    /** Another overlay than the one that runs might switch faults on. */
    @ParameterizedTest
    @ValueSource(strings = {"rollout VERSION=v2", "without SAFETY=drain", "with-all"})
    void an_overlay_that_cannot_be_found_out_is_not_guessed(String command) throws IOException {
        standIn("kubectl", "if [[ $* == *annotations.k8s-demo* ]]; then echo 'TLS handshake timeout' >&2; exit 1; fi");
        assertFailed(make(command.split(" ")), "TLS handshake timeout");
        assertThat(calls("kubectl")).noneMatch(call -> call.matches(".*(apply|annotate).*"));
    }

    @Test
    void apps_that_make_has_not_deployed_keep_their_safeguards() throws IOException {
        apps("overlay=");
        assertFailed(make("without", "SAFETY=drain"), "Nobody knows how these apps were deployed", "make deploy");
        assertThat(calls("kubectl")).noneMatch(call -> call.matches(".*(apply|annotate).*"));
    }

    /** A cluster with apps that were deployed with the gke overlay. @param notes what the last deploy has noted besides */
    private void apps(String... notes) throws IOException {
        StringBuilder answers = new StringBuilder();
        for (String note : notes) {
            String[] parts = note.split("=", 2);
            answers.append("*\"annotations.k8s-demo/%s}\"*) printf '%s' ;;\n"
                    .formatted(parts[0], parts.length > 1 ? parts[1] : ""));
        }
        standIn("kubectl", """
                case "$*" in
                  %s
                  *"annotations.k8s-demo/overlay}"*) printf gke ;;
                  *".spec.replicas}"*) printf 2 ;;
                  *"get replicasets"*) echo one; echo two ;;
                  *"containers[?"*backend*) printf registry:5000/k8s-demo-backend:v7-abc ;;
                  *"containers[?"*frontend*) printf registry:5000/k8s-demo-frontend:v7-def ;;
                  *"labels.app"*version}*) printf v7 ;;
                  *"get service k8s-demo-frontend -o"*) printf 203.0.113.7 ;;
                esac""".formatted(answers));
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
                    "kubectl --context minikube label namespace theirs");
        }
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("apply") || call.contains("delete"));
        assertThat(calls("docker")).as("nothing is built").isEmpty();
    }

    @Test
    void undeploy_succeeds_when_there_is_nothing_to_delete() throws IOException {
        assertSucceeded(make("undeploy"), "nothing to delete");
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("delete"));
        standIn("kubectl", """
                case "$*" in
                  *"get namespace k8s-demo --ignore-not-found -o name"*) echo namespace/k8s-demo ;;
                  *"get namespace k8s-demo"*) printf 'k8s-demo k8s-demo' ;;
                esac""");
        assertSucceeded(make("undeploy"), "up to a minute");
        assertThat(calls("kubectl")).anyMatch(call -> call.endsWith("delete namespace k8s-demo --ignore-not-found"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "kube-system"})
    void a_namespace_of_kubernetes_itself_is_refused_without_advice_to_label_it(String namespace) throws IOException {
        standIn("kubectl", "case \"$*\" in *'get namespace'*) printf '%s ' ;; esac".formatted(namespace));
        for (String command : List.of("deploy", "undeploy")) {
            Command.Result result = make(command, "NAMESPACE=" + namespace);
            assertFailed(result, "The namespace " + namespace + " belongs to Kubernetes", "NAMESPACE=k8s-demo");
            assertThat(result.output()).doesNotContain("label");
        }
    }

    @Test
    void a_kubectl_that_knows_no_cluster_is_told_where_to_get_one() throws IOException {
        standIn("kubectl", "[[ $* != *current-context* ]]");
        assertFailed(make("deploy", "TARGET=current"), "kubectl knows no cluster", "make cluster", "KUBECONFIG");
    }

    @Test
    void scale_asks_how_many() {
        assertFailed(make("scale"), "How many backends? For example: make scale N=4");
    }

    // --- Releases ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"N=2", "VERSION="})
    void rollout_asks_for_a_version(String argument) {
        assertFailed(make("rollout", argument), "make rollout VERSION=v2");
        assertNothingWasBuiltOrChanged();
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
        Command.Result result = make("deploy", "TARGET=current");
        assertFailed(
                result,
                "cannot get the image",
                "REGISTRY",
                "No previous version is serving. Fix the cause and deploy again.");
        assertThat(result.output()).doesNotContain("still serving", "Last lines");
    }

    @Test
    void a_node_without_the_image_is_named() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *"rollout status"*) exit 1 ;;
                  *"get pods"*jsonpath*) printf 'pod-bad False\\n' ;;
                  *"get pod pod-bad"*nodeName*) printf added-node ;;
                  *"get pod pod-bad"*) echo ErrImageNeverPull ;;
                esac""");
        for (String target : List.of("minikube", "kind")) {
            Command.Result result = make("deploy", "TARGET=" + target);
            assertFailed(result, "The node added-node does not have the image", "make deploy");
            assertThat(result.output()).doesNotContain("REGISTRY");
        }
    }

    @Test
    void progress_is_printed_as_it_comes_and_without_repeated_lines() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *"rollout status"*) echo waiting; echo waiting; echo waiting; echo 'error: timed out' >&2; exit 1 ;;
                esac""");
        assertThat(make("scale", "N=2").output())
                .containsOnlyOnce("waiting\n")
                .containsSubsequence("waiting\n", "error: timed out\n", "Not all pods");
    }

    @Test
    void a_scale_that_cannot_complete_says_how_many_pods_serve_after_two_minutes() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *"rollout status"*) exit 1 ;;
                  *readyReplicas*) printf 3 ;;
                esac""");
        Command.Result result = make("scale", "N=40");
        assertFailed(result, "3 pods are ready and serving", "run make scale N=40 again", "make scale N=3");
        assertThat(result.output()).doesNotContain("previous version");
        assertThat(calls("kubectl")).anyMatch(call -> call.endsWith("--timeout=120s"));
        make("scale", "N=40", "ROLLOUT_TIMEOUT=5m");
        assertThat(calls("kubectl")).anyMatch(call -> call.endsWith("--timeout=5m"));
    }

    /** On a small machine, many pods that start would take the processor from those that serve. */
    @Test
    void scale_adds_one_pod_after_the_other_and_removes_all_at_once() throws IOException {
        apps(); // with two backends
        assertSucceeded(make("scale", "N=4"));
        assertSucceeded(make("scale", "N=2"));
        assertSucceeded(make("scale", "N=0"));
        assertThat(calls("kubectl").stream()
                        .filter(call -> call.matches(".* (scale|rollout status) .*"))
                        .map(call -> call.replaceFirst(".* (scale|rollout status) .*?(--replicas=\\d|$)", "$2")))
                .containsExactly("--replicas=3", "", "--replicas=4", "", "--replicas=2", "", "--replicas=0", "");
    }

    /** On a small machine, the pods that start would take the processor from those that serve. */
    @Test
    void a_release_replaces_one_app_after_the_other() throws IOException {
        apps("without=", "components=", "jvm=1");
        assertSucceeded(make("rollout", "VERSION=v2"));
        assertThat(calls("kubectl").stream()
                        .filter(call -> call.matches(".*(apply -k|rollout status).*"))
                        .map(call -> call.replaceFirst(".* k8s-demo (apply -k target/deploy )?", "")
                                .replaceFirst(" --timeout.*", "")))
                .containsExactly(
                        "--selector !app.kubernetes.io/component",
                        "--selector app.kubernetes.io/component=backend",
                        "rollout status deployment/k8s-demo-backend",
                        "--selector app.kubernetes.io/component=frontend",
                        "rollout status deployment/k8s-demo-frontend");
        Files.writeString(calls, "");
        assertSucceeded(make("rollback"));
        assertThat(calls("kubectl").stream()
                        .filter(call -> call.contains("rollout "))
                        .map(call -> call.replaceFirst(".* rollout ", "").replaceFirst(" --timeout.*", "")))
                .containsExactly(
                        "undo deployment/k8s-demo-backend",
                        "status deployment/k8s-demo-backend",
                        "undo deployment/k8s-demo-frontend",
                        "status deployment/k8s-demo-frontend");
    }

    @Test
    void a_release_that_fails_in_the_backend_leaves_nothing_to_roll_back_in_the_frontend() throws IOException {
        Path notes = folder.resolve("notes");
        standIn("kubectl", """
                case "$*" in
                  *".spec.replicas}"*) printf 2 ;;
                  *"get deployment/k8s-demo-backend"*.spec.template}) grep -c 'apply -k' %2$s || true ;;
                  *"rollout status deployment/k8s-demo-backend"*) exit 1 ;;
                  *"annotate"*"rolled-back=true"*) echo "$*" >>%1$s ;;
                  *"get deployment/k8s-demo-frontend"*rolled-back*) cat %1$s ;;
                  *"get replicasets"*) echo one; echo two ;;
                esac""".formatted(notes, calls));
        assertFailed(make("rollout", "VERSION=v3-broken"), "k8s-demo-backend did not roll out");
        assertThat(notes).content().contains("annotate --overwrite deployment/k8s-demo-frontend");
        assertThat(calls("kubectl")).noneMatch(call -> call.endsWith("component=frontend"));
        Files.writeString(calls, "");
        make("rollback");
        assertThat(calls("kubectl"))
                .anyMatch(call -> call.contains("undo deployment/k8s-demo-backend"))
                .noneMatch(call -> call.contains("undo deployment/k8s-demo-frontend"));
    }

    @Test
    void a_release_that_the_cluster_refuses_changes_nothing_that_can_be_rolled_back() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *".spec.replicas}"*) printf 2 ;;
                  *"apply -k"*component=backend) exit 1 ;;
                esac""");
        assertFailed(make("rollout", "VERSION=v2"), "Applying the manifests of the backend");
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("annotate"));
    }

    /** @param changed the app that the cluster finds changed; none if it is empty */
    @ParameterizedTest
    @ValueSource(strings = {"backend", "frontend", ""})
    void a_rollback_undoes_what_the_last_release_has_changed(String changed) throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *".spec.replicas}"*) printf 2 ;;
                  *"get deployment/k8s-demo-%s"*.spec.template}) grep -c 'apply -k' %s || true ;;
                  *.spec.template}) printf '{}' ;;
                esac""".formatted(changed.isEmpty() ? "none" : changed, calls));
        assertSucceeded(make("deploy"));
        List<String> notes = calls("kubectl").stream()
                .filter(call -> call.contains("rolled-back"))
                .map(call -> call.replaceFirst(".*annotate (--overwrite )?deployment/k8s-demo-", ""))
                .toList();
        switch (changed) {
            case "backend" ->
                assertThat(notes)
                        .containsExactly("backend k8s-demo/rolled-back-", "frontend k8s-demo/rolled-back=true");
            case "frontend" ->
                assertThat(notes)
                        .containsExactly("frontend k8s-demo/rolled-back-", "backend k8s-demo/rolled-back=true");
            default -> assertThat(notes).isEmpty();
        }
    }

    @Test
    void rollback_goes_back_only_once() throws IOException {
        assertSucceeded(make("rollback"));
        assertThat(calls("kubectl")).anyMatch(call -> call.contains("rollout undo deployment/k8s-demo-backend"));
        Files.writeString(calls, "");
        standIn("kubectl", "case \"$*\" in *rolled-back*) echo true ;; esac");
        assertSucceeded(make("rollback"), "runs its earlier release already");
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

    // --- The address of the page ------------------------------------------------------------------------------------

    /**
     * Stand-ins for a cluster and a system.
     *
     * @param loadBalancer the address of the Service; empty if it has none
     * @param answering the hosts and ports at which the page answers, as a pattern of the shell
     * @param kernel what uname -r says
     */
    private void page(String loadBalancer, String answering, String kernel) throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *loadBalancer*) printf '%s' ;;
                  *nodePort*) printf 30123 ;;
                  *"get nodes"*) printf '172.18.0.2 fd00::2' ;;
                esac""".formatted(loadBalancer));
        standIn("curl", "case \"$*\" in *//%s/*) ;; *) exit 28 ;; esac".formatted(answering));
        standIn("uname", "if [ \"$1\" = -r ]; then echo %s; else echo Linux; fi".formatted(kernel));
        // a forward, whose address answers
        executable(
                "java",
                "#!/bin/bash\nif [ \"$1\" = -version ]; then exit; fi\necho \"java $*\" >>" + calls
                        + "\necho \"$$ http://localhost:$6\" >$7\nsleep 2\n");
        executable("javac", "#!/bin/bash\necho javac 17\n");
        environment.put("JAVA_HOME", null);
    }

    private static final String LINUX = "6.1.0-amd64";
    private static final String WSL = "5.15.167.4-microsoft-standard-WSL2";

    @ParameterizedTest
    @CsvSource({
        "minikube, 10.96.0.9,       10.96.0.9:8080,    http://10.96.0.9:8080",
        "kind,     172.18.0.9,      172.18.0.9:8080,   http://172.18.0.9:8080",
        "kind,     '',              172.18.0.2:30123,  http://172.18.0.2:30123",
        "minikube, '',              172.18.0.2:30123,  http://172.18.0.2:30123",
        "minikube, 10.96.0.9,       172.18.0.2:30123,  http://172.18.0.2:30123",
        "gke,      2001:db8::7,     *2001:db8::7*:8080, http://[2001:db8::7]:8080",
        "kind,     172.18.0.9,      localhost:PORT,    http://localhost:PORT",
        "minikube, '',              localhost:PORT,    http://localhost:PORT"
    })
    void url_prints_the_first_address_that_answers(String target, String loadBalancer, String answering, String address)
            throws IOException {
        String port = Integer.toString(App.freePort());
        page(loadBalancer, answering.replace("PORT", port), LINUX);
        environment.put("FRONTEND_PORT", port);
        Command.Result result = make("url", "TARGET=" + target);
        assertSucceeded(result);
        assertThat(result.output().lines()).as(result.output()).contains("The page: " + address.replace("PORT", port));
        assertThat(result.output()).containsOnlyOnce("The page: ");
    }

    /** The browser runs in Windows, where they lead nowhere, although they answer in WSL. */
    @Test
    void url_does_not_print_addresses_of_containers_in_wsl() throws IOException {
        for (String target : List.of("minikube", "kind")) {
            page("172.18.0.9", "*", WSL);
            assertSucceeded(make("url", "TARGET=" + target), "The page: http://localhost:");
            page("127.0.0.1", "*", WSL);
            assertSucceeded(make("url", "TARGET=" + target), "The page: http://127.0.0.1:8080");
        }
    }

    @Test
    void url_waits_for_the_address_of_a_tunnel_that_is_running() throws IOException {
        page("", "10.96.0.9:8080", LINUX);
        Path asked = folder.resolve("asked");
        standIn("kubectl", """
                case "$*" in
                  *loadBalancer*) if [ -e %1$s ]; then printf 10.96.0.9; else touch %1$s; fi ;;
                esac""".formatted(asked));
        standIn("pgrep", "case \"$*\" in *minikube*tunnel*) ;; *) exit 1 ;; esac");
        assertSucceeded(make("url", "TARGET=minikube"), "The page: http://10.96.0.9:8080");
    }

    @Test
    void url_says_that_an_old_address_does_not_answer() throws IOException {
        page("10.96.0.9", "172.18.0.2:30123", LINUX);
        assertSucceeded(make("url", "TARGET=minikube"), "http://10.96.0.9:8080, which may be an old one");
    }

    @Test
    void open_finds_a_free_port_and_is_started_only_once() throws IOException {
        page("", "localhost:*", LINUX);
        assertSucceeded(make("url", "TARGET=kind"), "The page: http://localhost:80");
        assertSucceeded(make("url", "TARGET=kind"), "The page: http://localhost:80");
        assertSucceeded(make("open", "TARGET=kind"), "The page: http://localhost:80");
        assertThat(calls("java"))
                .singleElement()
                .asString()
                .contains(" scripts/Open.java k8s-demo-frontend:8080 127.0.0.1 ")
                .endsWith(" kubectl --context kind-kind --namespace k8s-demo");
    }

    // --- What can be missing ----------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "deploy, kubectl, No kubectl found",
        "deploy TARGET=minikube, minikube, No minikube found",
        "deploy TARGET=kind, kind, No kind found",
        "deploy, docker, No container engine found",
        "deploy, curl, No curl found",
        "images, git, No git found"
    })
    void a_missing_tool_is_named_with_where_to_get_it(String command, String tool, String sentence) throws IOException {
        onlyPosixTools();
        Files.delete(tools.resolve(tool));
        assertFailed(make(command.split(" ")), sentence, "https://");
    }

    @ParameterizedTest
    @CsvSource({"gke, gcloud container clusters get-credentials", "current, kubectl config use-context"})
    void a_cluster_that_does_not_answer_is_named_with_how_to_point_to_it(String target, String help)
            throws IOException {
        standIn("kubectl", "[[ $* == *current-context* ]] || { echo 'connection refused' >&2; exit 1; }");
        assertFailed(make("deploy", "TARGET=" + target), "The cluster does not answer", "connection refused", help);
        assertThat(calls("docker")).as("nothing is built").isEmpty();
    }

    /** As the sources of minikube have it: cmd/status.go for the bits, pkg/minikube/reason for 85. */
    @ParameterizedTest
    @CsvSource({
        "2,  'host: Running\nkubelet: Stopped\napiserver: Paused\nkubeconfig: Configured',       minikube unpause --profile mine",
        "2,  'host: Running\nkubelet: Stopped\napiserver: Stopped\nkubeconfig: Configured',      minikube start --profile mine",
        "4,  'host: Running\nkubelet: Running\napiserver: Running\nkubeconfig: Misconfigured',   minikube update-context --profile mine",
        "6,  'host: Running\nkubelet: Stopped\napiserver: Paused\nkubeconfig: Misconfigured',    minikube update-context --profile mine\\n  minikube unpause --profile mine",
        "7,  'host: Stopped\nkubelet: Stopped\napiserver: Stopped\nkubeconfig: Stopped',         minikube start --profile mine",
        "0,  'host: Running\nkubelet: Running\napiserver: Running\nkubeconfig: Configured',      minikube update-context --profile mine",
        "85, 'Profile \"mine\" not found. Run \"minikube profile list\" to view all profiles.', make cluster"
    })
    void a_cluster_of_minikube_that_does_not_answer_is_shown_with_its_state(int status, String state, String help)
            throws IOException {
        standIn("kubectl", "echo 'connection refused' >&2; exit 1");
        standIn("minikube", "if [ \"$1\" = status ]; then printf '%s\\n'; exit %d; fi".formatted(state, status));
        Command.Result result = make("deploy", "TARGET=minikube", "MINIKUBE_PROFILE=mine");
        assertFailed(result, "connection refused", "minikube says (status " + status + ")", help.replace("\\n", "\n"));
        state.lines().forEach(line -> assertThat(result.output()).contains("  " + line + "\n"));
        assertThat(calls("minikube")).contains("minikube status --profile mine");
    }

    @ParameterizedTest
    @CsvSource({
        "'exited mine-worker\nexited mine-control-plane', docker start mine-worker mine-control-plane",
        "'paused mine-worker\nrunning mine-control-plane', docker unpause mine-worker",
        "'running mine-control-plane', kind export kubeconfig --name mine",
        "'', make cluster TARGET=kind"
    })
    void a_cluster_of_kind_that_does_not_answer_is_shown_with_its_state(String nodes, String help) throws IOException {
        standIn("kubectl", "echo 'connection refused' >&2; exit 1");
        standIn(
                "docker",
                "case \"$*\" in 'ps --all --filter label=io.x-k8s.kind.cluster=mine '*) printf '%s' ;; esac"
                        .formatted(nodes));
        assertFailed(make("deploy", "TARGET=kind", "KIND_CLUSTER=mine"), "connection refused", help);
    }

    // --- A cluster on this machine ----------------------------------------------------------------------------------

    @Test
    void cluster_makes_two_nodes_with_minikube_and_starts_them_again() throws IOException {
        environment.put("MINIKUBE_PROFILE", "work");
        assertSucceeded(make("cluster"), "Next: make deploy");
        assertThat(calls("minikube"))
                .anyMatch(
                        call -> call.matches(
                                "minikube start --profile k8s-demo --nodes 2 .*--kubernetes-version v1\\.[0-9]+\\.[0-9]+ .*metrics-server.*"));
        standIn("kubectl", "case \"$*\" in *get-contexts*) echo k8s-demo ;; esac");
        Files.writeString(calls, "");
        assertSucceeded(make("cluster"), "Next: make deploy");
        assertThat(calls("minikube")).contains("minikube start --profile k8s-demo");
        assertSucceeded(make("cluster-delete"));
        assertThat(calls("minikube"))
                .contains("minikube delete --profile k8s-demo")
                .noneMatch(call -> call.contains("work"));
    }

    @Test
    void cluster_makes_two_nodes_with_kind_and_starts_them_again() throws IOException {
        Path config = folder.resolve("config");
        standIn("kind", """
                case "$*" in
                  "create cluster"*) cat >%1$s ;;
                  "get nodes --name k8s-demo")
                    if [ -e %1$s ]; then echo k8s-demo-worker; echo k8s-demo-control-plane
                    else echo 'No kind nodes found for cluster "k8s-demo".' >&2; fi ;;
                esac""".formatted(config));
        standIn(
                "kubectl",
                "case \"$*\" in *metrics-server*) exit 1 ;; *'apply -f -') cat >>%s.applied ;; esac".formatted(config));
        standIn("curl", "printf '          args:\\n          - --metric-resolution=15s\\n'");
        assertSucceeded(make("cluster", "TARGET=kind"), "Next: make deploy");
        assertThat(calls("kind"))
                .anyMatch(
                        call -> call.matches(
                                "kind create cluster --name k8s-demo --image kindest/node:v[0-9.]+@sha256:[0-9a-f]{64} --config -"));
        JsonNode nodes =
                new ObjectMapper(new YAMLFactory()).readTree(config.toFile()).path("nodes");
        assertThat(nodes.findValuesAsText("role")).containsExactly("control-plane", "worker");
        assertThat(calls("kubectl"))
                .contains("kubectl --context kind-k8s-demo taint nodes k8s-demo-control-plane"
                        + " node-role.kubernetes.io/control-plane:NoSchedule-");
        assertThat(Path.of(config + ".applied"))
                .hasContent(
                        "          args:\n          - --metric-resolution=15s\n          - --kubelet-insecure-tls\n");
        standIn("kubectl", "");
        Files.writeString(calls, "");
        assertSucceeded(make("cluster", "TARGET=kind"), "Next: make deploy");
        assertThat(calls("docker")).contains("docker start k8s-demo-worker k8s-demo-control-plane");
        assertThat(calls("kind"))
                .contains("kind export kubeconfig --name k8s-demo")
                .noneMatch(call -> call.contains("create"));
        assertSucceeded(make("cluster-delete", "TARGET=kind"));
        assertThat(calls("kind")).contains("kind delete cluster --name k8s-demo");
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, x86_64, releases/download/v[0-9.]+/minikube-linux-amd64 .*releases/download/v[0-9.]+/kind-linux-amd64 ",
        "Linux, aarch64, .*minikube-linux-arm64 .*kind-linux-arm64 ",
        "Darwin, arm64, brew install minikube .*brew install kind "
    })
    void cluster_without_either_tool_says_how_to_install_one_on_this_system(String system, String machine, String lines)
            throws IOException {
        onlyPosixTools();
        Files.delete(tools.resolve("minikube"));
        Files.delete(tools.resolve("kind"));
        standIn("uname", "if [ \"$1\" = -m ]; then echo %s; else echo %s; fi".formatted(machine, system));
        Command.Result result = make("cluster");
        assertFailed(result, "No minikube found. Install minikube or kind:");
        assertThat(result.output()).containsPattern("(?s)" + lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gke", "current"})
    void cluster_is_only_for_clusters_on_this_machine(String target) {
        assertFailed(make("cluster", "TARGET=" + target), "Choose minikube or kind");
        assertFailed(make("cluster-delete", "TARGET=" + target), "Choose minikube or kind");
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

    /** Stand-ins for a machine on which doctor finds nothing to say. */
    private void healthyMachine() throws IOException {
        standIn("docker", """
                case "$*" in
                  "info --format {{.MemTotal}} {{.CgroupVersion}}"*) echo 8000000000 2 /nowhere ;;
                  version*) echo amd64 ;;
                esac""");
        standIn("kubectl", """
                case "$*" in
                  *--client*) echo 'Client Version: v1.35.1' ;;
                  *version*) printf 'Client Version: v1.35.1\\nKustomize Version: v5.7.1\\nServer Version: v1.34.11\\n' ;;
                  *'config view'* | 'config current-context') printf minikube ;;
                esac""");
        standIn("uname", "case \"$1\" in -r) echo " + LINUX + " ;; -m) echo x86_64 ;; *) echo Linux ;; esac");
        standIn("df", "echo '/dev/x 1 1 99999999 1% /'");
        environment.put("BACKEND_PORT", Integer.toString(App.freePort()));
        environment.put("FRONTEND_PORT", Integer.toString(App.freePort()));
    }

    @Test
    void doctor_finds_nothing_wrong_on_a_healthy_machine() throws IOException {
        healthyMachine();
        Command.Result result = make("doctor");
        assertSucceeded(result, "versions           kubectl 1.35 and the cluster, 1.34, go together");
        assertThat(result.output().lines()).allMatch(line -> line.startsWith("ok "));
    }

    @ParameterizedTest
    @CsvSource({"1.32.4, 1.34.11, 1.32, 1.34", "1.36.0, 1.34.11, 1.36, 1.34"})
    void doctor_says_when_kubectl_and_the_cluster_do_not_go_together(
            String client, String server, String is, String shouldBe) throws IOException {
        healthyMachine();
        standIn("kubectl", "printf 'Client Version: v%s\\nServer Version: v%s\\n'".formatted(client, server));
        assertSucceeded(make("doctor"), "warning  versions           kubectl is " + is, "install kubectl " + shouldBe);
    }

    @ParameterizedTest
    @CsvSource({
        "2000000000 2 /nowhere, 99999999, minikube, 1907 MiB of memory. A cluster of two nodes needs 4 GiB",
        "8000000000 1 /nowhere, 99999999, kind,     It uses cgroup v1",
        "8000000000 2 /,        5242880,  current,  5 GiB of disk are free"
    })
    void doctor_says_when_the_engine_is_too_small_or_too_old(String info, String free, String target, String says)
            throws IOException {
        healthyMachine();
        standIn("docker", "case \"$*\" in *CgroupVersion*) echo %s ;; version*) echo amd64 ;; esac".formatted(info));
        standIn("df", "echo '/dev/x 1 1 %s 1%% /'".formatted(free));
        assertFailed(make("doctor", "TARGET=" + target), "wrong    engine resources   " + says);
    }

    @Test
    void doctor_says_when_docker_hub_refuses_more_pulls() throws IOException {
        healthyMachine();
        for (int left : List.of(0, 87)) {
            standIn("curl", """
                    case "$*" in
                      *auth.docker.io*) echo '{"token":"abc","access_token":"abc"}' ;;
                      *--head*"Bearer abc"*) printf 'HTTP/2 200\\r\\nratelimit-limit: 100;w=21600\\r\\nratelimit-remaining: %d;w=21600\\r\\n' ;;
                    esac""".formatted(left));
            assertThat(make("doctor").output())
                    .contains(
                            left == 0
                                    ? "wrong    Docker Hub         Your network has reached the limit"
                                    : "ok       Docker Hub         lets you pull images, 87 more without a login");
        }
    }

    @Test
    void doctor_warns_when_docker_hub_cannot_be_reached() throws IOException {
        healthyMachine();
        standIn("curl", "[ \"$1\" = --version ] && echo curl 8.14.1 || exit 6");
        assertSucceeded(make("doctor"), "warning  Docker Hub         It cannot be reached.");
    }

    @Test
    void doctor_names_all_ports_that_are_busy_and_others_instead() throws IOException {
        healthyMachine();
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket two = new ServerSocket(0);
                ServerSocket insteadOfOne = new ServerSocket(one.getLocalPort() % 64_000 + 1_000)) {
            environment.put("BACKEND_PORT", Integer.toString(one.getLocalPort()));
            environment.put("FRONTEND_PORT", Integer.toString(two.getLocalPort()));
            assertFailed(
                    make("doctor"),
                    "busy     ports              In use: " + one.getLocalPort() + " " + two.getLocalPort() + ". ",
                    "export BACKEND_PORT=" + (insteadOfOne.getLocalPort() % 64_000 + 1_000) + " FRONTEND_PORT="
                            + (two.getLocalPort() % 64_000 + 1_000));
        }
    }

    @Test
    void doctor_says_on_a_mac_that_airplay_is_in_the_way() throws IOException {
        healthyMachine();
        standIn("uname", "case \"$1\" in -r) echo 25.0.0 ;; -m) echo arm64 ;; *) echo Darwin ;; esac");
        ServerSocket airplay;
        try {
            airplay = new ServerSocket(5000);
        } catch (BindException e) {
            airplay = null; // another server has the port, which is as good
        }
        try {
            assertFailed(make("doctor"), "busy     AirPlay            Port 5000 is in use", "AirPlay Receiver");
        } finally {
            if (airplay != null) {
                airplay.close();
            }
        }
    }

    @Test
    void doctor_names_the_exceptions_that_a_proxy_lacks() throws IOException {
        healthyMachine();
        environment.put("https_proxy", "http://proxy.example.com:3128");
        environment.put("NO_PROXY", "localhost,127.0.0.1,192.168.49.0/24");
        assertFailed(
                make("doctor"),
                "wrong    proxy ",
                "export NO_PROXY=\"${NO_PROXY:+$NO_PROXY,}10.96.0.0/12,172.18.0.0/16\"");
        environment.put("NO_PROXY", "localhost,127.0.0.1,192.168.49.0/24,10.96.0.0/12,172.18.0.0/16");
        assertSucceeded(make("doctor"), "ok       proxy ");
    }

    @Test
    void doctor_says_when_wsl_runs_without_systemd() throws IOException {
        healthyMachine();
        standIn("uname", "case \"$1\" in -r) echo " + WSL + " ;; *) echo Linux ;; esac");
        standIn("ps", "echo init");
        assertFailed(make("doctor"), "wrong    Windows            WSL runs without systemd", "wsl --shutdown");
        standIn("ps", "echo systemd");
        assertSucceeded(make("doctor"), "ok       Windows ");
    }

    @Test
    void doctor_says_when_the_project_is_on_a_windows_drive() throws IOException {
        healthyMachine();
        standIn("uname", "case \"$1\" in -r) echo " + WSL + " ;; *) echo Linux ;; esac");
        standIn("ps", "echo systemd");
        standIn("stat", "echo v9fs");
        assertFailed(make("doctor"), "wrong    Windows            The project is on a Windows drive", "git clone");
        standIn("stat", "echo ext2/ext3");
        assertSucceeded(make("doctor"), "ok       Windows ");
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
    void clean_images_keeps_those_of_the_source_as_it_is() throws IOException {
        assertSucceeded(make("images"));
        String tag = image("backend").substring("k8s-demo-backend:".length());
        String hash = tag.substring("v1-".length());
        Files.writeString(calls, "");
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "image ls"*k8s-demo-backend*)
                    printf '%%s\\n' 'k8s-demo-backend:%1$s now' 'k8s-demo-backend:v1-%1$s now1' 'k8s-demo-backend:v1 now1' \\
                      'example.com/repo/k8s-demo-backend:v1-%1$s now1' 'k8s-demo-backend:0123456789ab old' \\
                      'k8s-demo-backend:v2-0123456789ab old2' 'k8s-demo-backend:v2 old2' ;;
                esac""".formatted(hash));
        assertSucceeded(
                make("clean-images"), "Deleted 3 old images of the backend", "Deleted 0 old images of the frontend");
        assertThat(calls("docker"))
                .filteredOn(call -> call.startsWith("docker rmi"))
                .containsExactly(
                        "docker rmi k8s-demo-backend:0123456789ab k8s-demo-backend:v2-0123456789ab k8s-demo-backend:v2");
    }

    /** Ctrl-C, which the shell sees when docker has ended. */
    @Test
    void an_interrupted_build_leaves_no_container_and_no_image() throws IOException {
        engineWithoutImages("amd64");
        standIn("mvn-stand-in", "kill -INT $PPID; sleep 0.2; exit 130");
        make("images");
        assertThat(calls("docker"))
                .anyMatch(call -> call.matches("docker rmi k8s-demo-backend:[0-9a-f]{12}-new"))
                .anyMatch(call -> call.startsWith("docker rm k8s-demo-release-"))
                .noneMatch(call -> call.contains("docker tag"));
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

    // --- Without a network -----------------------------------------------------------------------------------------

    @Test
    void a_base_image_from_an_archive_is_found_although_an_archive_keeps_no_digest() throws IOException {
        Path built = folder.resolve("built");
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "image inspect"*@sha256:*) exit 1 ;;
                  "image inspect"*k8s-demo-*) [ -e %s ] && echo 1000000 ;;
                  pull*) exit 1 ;;
                esac""".formatted(built));
        standIn("mvn-stand-in", "touch " + built);
        assertSucceeded(make("images"));
        assertThat(calls("mvn-stand-in"))
                .isNotEmpty()
                .allMatch(
                        call -> call.matches(".*-Dquarkus.jib.base-jvm-image=docker://eclipse-temurin:[^@ ]+( .*|$)"));
    }

    @Test
    void what_pack_writes_unpack_brings_to_another_machine() throws IOException {
        Path here = Files.createDirectories(folder.resolve("here"));
        Files.createDirectories(here.resolve(".m2/wrapper"));
        Files.writeString(here.resolve(".m2/wrapper/maven"), "maven");
        Files.createDirectories(here.resolve(".minikube/cache"));
        Files.writeString(here.resolve(".minikube/cache/kubelet"), "kubelet");
        Path there = Files.createDirectories(folder.resolve("there"));
        String engine = """
                case "$*" in
                  "version --format"*) echo %1$s ;;
                  "image ls"*backend:\\*abc*) printf 'k8s-demo-backend:%%s\\n' abc v1-abc v3-broken-abc ;;
                  "image ls"*frontend:\\*def*) printf 'k8s-demo-frontend:%%s\\n' def v1-def v3-broken-def ;;
                  "image inspect"*) echo 1000000 ;;
                  save*) echo "images ${*:4}" >"$3" ;;
                  load*) cp "$4" %2$s/loaded ;;
                esac""";
        standIn("docker", engine.formatted("amd64", there));
        standIn("mvn-stand-in", """
                [[ $* =~ maven.repo.local=([^ ]+) ]] && mkdir -p "${BASH_REMATCH[1]}"
                touch "${BASH_REMATCH[1]}"/{a.jar,_remote.repositories}""");
        Files.createDirectories(project.resolve("target/images"));
        Files.writeString(project.resolve("target/images/backend"), "v3-broken-abc\n");
        Files.writeString(project.resolve("target/images/frontend"), "v3-broken-def\n");
        String archive = "FILE=" + folder.resolve("x.tar");
        environment.put("HOME", here.toString());
        environment.put("BASE_IMAGE", "docker://my-base:local");
        assertSucceeded(make("pack", archive), "Packing up to ", " MiB into ", "make unpack FILE=");

        environment.put("HOME", there.toString());
        assertSucceeded(make("unpack", archive), "make prepare");
        assertThat(Files.readString(there.resolve("loaded")))
                .contains(
                        "k8s-demo-backend:v3-broken-abc",
                        "k8s-demo-frontend:v1-def",
                        "kindest/node:v",
                        "mandrel",
                        "eclipse-temurin",
                        "my-base:local");
        assertThat(there.resolve(".m2/repository/a.jar")).exists();
        assertThat(there.resolve(".m2/repository/_remote.repositories"))
                .as("with it, Maven would ask the network")
                .doesNotExist();
        assertThat(there.resolve(".m2/wrapper/maven")).hasContent("maven");
        assertThat(there.resolve(".minikube/cache/kubelet")).hasContent("kubelet");
        assertThat(project.resolve("target/pack")).doesNotExist();

        standIn("docker", engine.formatted("arm64", there));
        assertFailed(make("unpack", archive), "is for amd64, and this machine is arm64");
        Files.writeString(folder.resolve("x.tar"), "x", java.nio.file.StandardOpenOption.APPEND);
        assertFailed(make("unpack", archive), "x.tar is damaged");
        assertFailed(make("unpack", "FILE=nowhere"), "There is no nowhere");
    }

    @Test
    void pack_without_images_asks_for_them() {
        environment.put("HOME", folder.toString());
        assertFailed(make("pack"), "make prepare");
    }

    // --- Settings ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(textBlock = """
            deploy,             VERSION BASE_IMAGE JVM REGISTRY OVERLAY COMPONENTS ROLLOUT_TIMEOUT TARGET NAMESPACE
            deploy TARGET=kind, KIND_CLUSTER
            deploy,             MINIKUBE_PROFILE
            rollout,            VERSION
            with-all,           NAMESPACE
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
