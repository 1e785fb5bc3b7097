package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What make deploy and its like do and say, with stand-ins of the tools on PATH that record their calls and can fail. */
class DeployTest {
    @TempDir
    Path folder;

    private Path tools;
    private Path calls;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void standIns() throws IOException {
        tools = Files.createDirectory(folder.resolve("tools"));
        calls = Files.createFile(folder.resolve("calls"));
        standIn("kubectl", """
                case "$*" in
                  *"get service k8s-demo-frontend -o"*) printf 203.0.113.7 ;;
                  *"get replicasets"*) echo one; echo two ;;
                esac""");
        standIn("minikube", "");
        standIn("kind", "if [ \"$*\" = 'get clusters' ]; then echo kind; fi");
        // an engine that has the image of whatever source it is asked for
        standIn("docker", """
                case "$*" in
                  "images --no-trunc"*) echo sha256:0123456789abcdef0123456789abcdef ;;
                  "image inspect"*Architecture*) echo amd64 ;;
                  "image inspect"*) echo 1000000 ;;
                  "manifest inspect"*) exit 1 ;;
                esac""");
        standIn("mvn-stand-in", "");
        environment.put("PATH", tools + ":" + System.getenv("PATH"));
        environment.put("MVN", "mvn-stand-in");
        for (String variable : List.of(
                "TARGET", "REGISTRY", "BASE_IMAGE", "VERSION", "NAMESPACE", "KUBECONFIG", "NATIVE", "OVERLAY")) {
            environment.put(variable, "");
        }
    }

    private void standIn(String tool, String script) throws IOException {
        executable(tools.resolve(tool), "#!/bin/bash\necho \"" + tool + " $*\" >>" + calls + "\n" + script + "\n");
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Command.Result make(String... arguments) {
        List<String> command = new ArrayList<>(List.of("make", "--no-print-directory"));
        command.addAll(List.of(arguments));
        return Command.run(environment, Duration.ofMinutes(1), command.toArray(String[]::new));
    }

    private List<String> calls(String tool) throws IOException {
        return Files.readAllLines(calls).stream()
                .filter(call -> call.startsWith(tool + " "))
                .toList();
    }

    private static void assertFailed(Command.Result result, String... says) {
        assertThat(result.status()).as(result.output()).isNotZero();
        assertThat(result.output()).contains(says);
    }

    @Test
    void minikube_is_the_default_and_gets_images_tagged_by_their_content() throws IOException {
        Command.Result result = make("deploy");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output()).contains("The page: http://203.0.113.7:8080");
        assertThat(calls("minikube"))
                .contains(
                        "minikube image load --profile minikube k8s-demo-backend:v1-0123456789ab",
                        "minikube image load --profile minikube k8s-demo-frontend:v1-0123456789ab");
        assertThat(calls("kubectl"))
                .allMatch(call -> call.startsWith("kubectl --context minikube "))
                .anyMatch(call -> call.endsWith("--namespace k8s-demo apply -k target/deploy"))
                .anyMatch(call -> call.contains("rollout status deployment/k8s-demo-backend"))
                .anyMatch(call -> call.contains("rollout status deployment/k8s-demo-frontend"));
        assertThat(Files.readString(Path.of("..", "target", "deploy", "kustomization.yml")))
                .contains(
                        "../../k8s/minikube",
                        "newName: k8s-demo-backend, newTag: v1-0123456789ab",
                        "app.kubernetes.io/version: v1");
    }

    @Test
    void an_image_that_minikube_has_is_not_loaded_again() throws IOException {
        standIn("minikube", """
                case "$*" in
                  "image ls"*) for app in backend frontend; do echo docker.io/library/k8s-demo-$app:v1-0123456789ab; done ;;
                esac""");
        assertThat(make("deploy").status()).isZero();
        assertThat(calls("minikube")).noneMatch(call -> call.contains("image load"));
    }

    @Test
    void kind_is_loaded_by_kind() throws IOException {
        assertThat(make("deploy", "TARGET=kind").status()).isZero();
        assertThat(calls("kind")).contains("kind load docker-image --name kind k8s-demo-backend:v1-0123456789ab");
        assertThat(calls("kubectl")).allMatch(call -> call.startsWith("kubectl --context kind-kind "));
    }

    @Test
    void gke_pulls_from_the_registry_that_was_pushed_to() throws IOException {
        Command.Result result = make("deploy", "TARGET=gke", "REGISTRY=example.com/repo/");
        assertThat(result.status()).as(result.output()).isZero();
        String image = "example.com/repo/k8s-demo-backend:v1-0123456789ab";
        assertThat(calls("docker"))
                .as("this machine's platform as it was built, and one name for both")
                .contains(
                        "docker push --quiet " + image + "-amd64",
                        "docker manifest create --amend " + image + " " + image + "-amd64 " + image + "-arm64",
                        "docker manifest push --purge " + image);
        assertThat(calls("mvn-stand-in"))
                .as("the other platform")
                .anyMatch(call -> call.contains("-Dquarkus.container-image.push=true")
                        && call.contains("-Dquarkus.container-image.image=" + image + "-arm64")
                        && call.contains("-Dquarkus.jib.platforms=linux/arm64"));
        assertThat(Files.readString(Path.of("..", "target", "deploy", "kustomization.yml")))
                .contains("../../k8s/gke", "newName: example.com/repo/k8s-demo-backend, newTag: v1-0123456789ab");
    }

    @Test
    void a_tag_that_the_registry_has_is_not_pushed_again() throws IOException {
        standIn("docker", """
                case "$1 $2" in
                  "images --no-trunc") echo sha256:0123456789abcdef0123456789abcdef ;;
                  "image inspect") echo 1000000 ;;
                esac""");
        assertThat(make("deploy", "TARGET=current", "REGISTRY=example.com/repo").output())
                .contains("Already there: example.com/repo/k8s-demo-backend:v1-0123456789ab");
        assertThat(calls("mvn-stand-in")).isEmpty();
    }

    @Test
    void native_images_are_pushed_as_they_were_built_and_get_less_memory() throws IOException {
        Command.Result result = make("deploy", "TARGET=gke", "REGISTRY=example.com/repo", "NATIVE=1");
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(calls("docker")).contains("docker push --quiet example.com/repo/k8s-demo-backend:v1-0123456789ab");
        assertThat(calls("mvn-stand-in")).isEmpty();
        assertThat(Files.readString(Path.of("..", "target", "deploy", "kustomization.yml")))
                .contains("components: [../../k8s/native]");
    }

    @Test
    void native_without_a_compiler_or_an_engine_says_what_to_install() throws IOException {
        standIn("docker", "exit 1");
        environment.put("GRAALVM_HOME", "");
        assertFailed(make("native"), "No native compiler found", "GRAALVM_HOME", "container engine");
    }

    @Test
    void gke_without_a_registry_says_how_to_name_one() throws IOException {
        assertFailed(make("deploy", "TARGET=gke"), "No registry given", "make deploy TARGET=gke REGISTRY=");
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("apply"));
    }

    @Test
    void an_unknown_target_is_refused() {
        assertFailed(make("deploy", "TARGET=mars"), "minikube, kind, gke or current", "mars");
    }

    @ParameterizedTest
    @ValueSource(strings = {"V2", "v2/x", "-x", "v2 && true", "v2-a-version-that-is-far-too-long-to-be-one"})
    void a_version_that_is_no_tag_is_refused(String version) {
        assertFailed(make("rollout", "VERSION=" + version), "VERSION must be");
    }

    @Test
    void a_stopped_minikube_is_to_be_started() throws IOException {
        standIn("minikube", "if [ $1 = status ]; then exit 7; fi");
        assertFailed(make("deploy"), "minikube is not running", "minikube start");
        assertThat(calls("docker")).as("nothing is built in vain").isEmpty();
    }

    @Test
    void a_kind_cluster_that_is_missing_is_to_be_created() throws IOException {
        standIn("kind", "");
        assertFailed(make("status", "TARGET=kind"), "kind create cluster --name kind");
    }

    @ParameterizedTest
    @CsvSource({"kubectl, No kubectl found", "minikube, No minikube found", "docker, No container engine found"})
    void a_missing_tool_is_named_with_where_to_get_it(String tool, String sentence) throws IOException {
        // a PATH of the stand-ins and of what scripts need, and nothing else
        Files.delete(tools.resolve(tool));
        for (String name : List.of(
                "bash",
                "env",
                "dirname",
                "make",
                "cat",
                "cut",
                "find",
                "sort",
                "tr",
                "xargs",
                "sha256sum",
                "head",
                "awk",
                "grep",
                "mkdir",
                "sed",
                "git",
                "sleep",
                "wc",
                "id",
                "rm",
                "java")) {
            for (String place : System.getenv("PATH").split(":")) {
                Path real = Path.of(place, name);
                if (Files.isExecutable(real) && !Files.exists(tools.resolve(name))) {
                    executable(tools.resolve(name), "#!/bin/sh\nexec " + real + " \"$@\"\n");
                }
            }
        }
        environment.put("PATH", tools.toString());
        assertFailed(
                Command.run(
                        environment,
                        Duration.ofMinutes(1),
                        tools.resolve("make").toString(),
                        "deploy"),
                sentence,
                "https://");
    }

    @Test
    void an_engine_that_does_not_answer_is_to_be_started() throws IOException {
        standIn("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
        assertFailed(make("deploy"), "does not answer", "start it", "Cannot connect to the Docker daemon");
    }

    @Test
    void a_base_image_that_cannot_be_fetched_is_what_is_said_and_any_other_failure_is_shown_whole() throws IOException {
        standIn("docker", "");
        standIn("mvn-stand-in", """
                echo '[ERROR] I/O error for image [registry.example/base]:'
                echo '  at some.Trace'
                exit 1""");
        Command.Result result = make("images");
        assertFailed(result, "The base image cannot be fetched: no way to registry.example/base.", "BASE_IMAGE=");
        assertThat(result.output()).doesNotContain("at some.Trace");
        standIn("mvn-stand-in", "echo 'cannot find symbol'; exit 1");
        assertFailed(make("images"), "cannot find symbol");
    }

    @Test
    void no_cluster_says_what_kubectl_says_and_what_to_do() throws IOException {
        standIn("kubectl", "echo 'connection refused' >&2; exit 1");
        assertFailed(
                make("deploy", "TARGET=current"),
                "No cluster answers",
                "connection refused",
                "kubectl config use-context");
    }

    @Test
    void a_rollout_that_fails_shows_the_events_and_the_log_of_the_failing_pod() throws IOException {
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
                "keep serving",
                "make rollback");
    }

    @Test
    void a_first_deploy_that_fails_does_not_speak_of_a_version_before_and_says_why_an_image_is_missing()
            throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *"rollout status"*) exit 1 ;;
                  *"get pods"*jsonpath*) printf 'pod-bad False\\n' ;;
                  *"get pod pod-bad"*) echo ImagePullBackOff ;;
                  *"get replicasets"*) printf '\\n' ;;
                esac""");
        Command.Result result = make("deploy");
        assertFailed(result, "cannot get the image", "REGISTRY=", "no version before");
        assertThat(result.output()).doesNotContain("keep serving", "Last lines");
    }

    @Test
    void a_namespace_of_somebody_else_is_neither_used_nor_removed() throws IOException {
        standIn("kubectl", "case \"$*\" in *'get namespace theirs '*) printf 'theirs ' ;; esac");
        for (String command : List.of("deploy", "undeploy")) {
            assertFailed(
                    make(command, "NAMESPACE=theirs"), "namespace theirs was there before", "kubectl label namespace");
        }
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("apply") || call.contains("delete"));
        assertThat(calls("docker")).as("nothing is built in vain").isEmpty();
    }

    @Test
    void what_is_about_to_be_changed_is_named() throws IOException {
        standIn("kubectl", "case \"$*\" in *'config view'*) printf my-cluster ;; esac");
        for (String command : List.of("deploy", "undeploy")) {
            assertThat(make(command).output()).startsWith("Cluster my-cluster, namespace k8s-demo\n");
        }
    }

    @Test
    void doctor_says_when_kubectl_by_itself_goes_elsewhere() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *'config view'*) printf minikube ;;
                  'config current-context') echo production ;;
                esac""");
        assertThat(make("doctor").output())
                .contains("minikube answers, but kubectl by itself goes to production", "use-context minikube");
    }

    @Test
    void what_another_overlay_left_is_removed() throws IOException {
        assertThat(make("deploy").status()).isZero();
        assertThat(calls("kubectl"))
                .anyMatch(call -> call.contains("delete horizontalpodautoscaler,networkpolicy --selector"));
        Files.writeString(calls, "");
        assertThat(make("deploy", "OVERLAY=gke").status()).isZero();
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("delete"));
    }

    @ParameterizedTest
    @CsvSource({
        "OVERLAY=native, OVERLAY must be minikube",
        "OVERLAY=../k8s, OVERLAY must be minikube",
        "NAMESPACE=My NS, NAMESPACE must be",
        "REGISTRY=https://example.com, REGISTRY must be",
        "REGISTRY=example.com/Upper, REGISTRY must be"
    })
    void what_cannot_be_is_refused_before_anything_is_built(String setting, String sentence) throws IOException {
        assertFailed(make("deploy", setting), sentence);
        assertThat(calls("docker")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "VERSION="})
    void rollout_wants_a_version(String version) throws IOException {
        environment.put("VERSION", null);
        assertFailed(make("rollout", version.isEmpty() ? "N=2" : version), "make rollout VERSION=v2");
        assertThat(calls("kubectl")).isEmpty();
    }

    @Test
    void rollback_goes_back_once_however_often_it_is_asked() throws IOException {
        assertThat(make("rollback").status()).isZero();
        assertThat(calls("kubectl")).anyMatch(call -> call.contains("rollout undo deployment/k8s-demo-backend"));
        Files.writeString(calls, "");
        standIn("kubectl", "case \"$*\" in *rolled-back*) echo true ;; esac");
        assertThat(make("rollback").output()).contains("rolled back already");
        assertThat(calls("kubectl")).noneMatch(call -> call.contains("rollout undo"));
    }

    @Test
    void rollback_of_a_first_release_says_that_there_is_none_before() throws IOException {
        standIn("kubectl", "case \"$*\" in *'get replicasets'*) echo one ;; esac");
        assertThat(make("rollback").output()).contains("has no release before this one");
    }

    @Test
    void a_release_keeps_the_number_of_backends_that_scale_set() throws IOException {
        standIn("kubectl", """
                case "$*" in
                  *spec.replicas*) printf 5 ;;
                  *"get service k8s-demo-frontend -o"*) printf 203.0.113.7 ;;
                esac""");
        assertThat(make("rollout", "VERSION=v2").status()).isZero();
        assertThat(Files.readString(Path.of("..", "target", "deploy", "kustomization.yml")))
                .contains("replicas: [{name: k8s-demo-backend, count: 5}]");
        assertThat(make("deploy", "TARGET=gke", "REGISTRY=example.com/repo").status())
                .isZero();
        assertThat(Files.readString(Path.of("..", "target", "deploy", "kustomization.yml")))
                .as("where an autoscaler set it, too")
                .contains("replicas: [{name: k8s-demo-backend, count: 5}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "scale", "url", "status", "logs"})
    void where_the_pair_is_not_that_is_what_is_said(String command) throws IOException {
        standIn("kubectl", "case \"$*\" in *'get deployment/'*) exit 1 ;; esac");
        assertFailed(make(command, "N=2"), "The pair is not in this cluster", "make deploy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"N=", "N=many", "N=-1", "N=1000000000000"})
    void scale_wants_a_number(String n) {
        assertFailed(make("scale", n), "make scale N=4");
    }

    @Test
    void scale_sets_the_number_of_backends_and_waits() throws IOException {
        assertThat(make("scale", "N=6").status()).isZero();
        assertThat(calls("kubectl"))
                .anyMatch(call -> call.endsWith("scale deployment/k8s-demo-backend --replicas=6"))
                .anyMatch(call -> call.contains("rollout status deployment/k8s-demo-backend"));
    }

    @Test
    void without_an_external_address_url_says_what_to_run() throws IOException {
        standIn("kubectl", "");
        assertThat(make("url").output()).contains("minikube tunnel", "port-forward service/k8s-demo-frontend 8080");
    }

    @Test
    void undeploy_may_be_run_twice() throws IOException {
        assertThat(make("undeploy").output()).contains("nothing to remove");
        assertThat(calls("kubectl")).anyMatch(call -> call.endsWith("delete namespace k8s-demo --ignore-not-found"));
    }

    @Test
    void every_command_of_the_makefile_has_its_line_of_help() throws IOException {
        String makefile = Files.readString(Path.of("..", "Makefile"));
        String help = make("help").output();
        for (String line :
                makefile.lines().filter(l -> l.startsWith(".PHONY: ")).toList()) {
            assertThat(help).contains("make " + line.substring(8));
        }
    }
}
