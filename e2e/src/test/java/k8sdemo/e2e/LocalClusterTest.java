// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which cluster make uses, how it makes one, and what it says about one that does not answer. */
class LocalClusterTest extends StandIns {
    // --- Which one
    // ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "'',                                  minikube kind, '',                    --context minikube",
        "'',                                  kind,          '',                    --context kind-kind",
        "'other minikube',                    minikube kind, '',                    --context minikube",
        "'k8s-demo minikube kind-k8s-demo',   minikube kind, '',                    --context k8s-demo",
        "'minikube kind-k8s-demo kind-other', minikube kind, '',                    --context kind-k8s-demo",
        "'k8s-demo',                          minikube kind, KIND_CLUSTER=mine,     --context kind-mine",
        "'kind-k8s-demo',                     minikube kind, MINIKUBE_PROFILE=mine, --context mine"
    })
    void commands_use_the_cluster_that_is_named_or_make_has_made_or_the_tool_that_is_there(
            String contexts, String there, String setting, String context) throws IOException {
        onlyPosixTools();
        if (!there.contains("minikube")) {
            without("minikube");
        }
        if (!setting.isEmpty()) {
            environment.put(setting.split("=")[0], setting.split("=")[1]);
        }
        kubectl("*get-contexts*) printf '%%s\\n' %s ;;".formatted(contexts));
        assertSucceeded(run("scripts/k", "get", "pods"));
        assertThat(calls("kubectl")).contains("kubectl " + context + " --namespace k8s-demo get pods");
    }

    @Test
    void commands_use_the_chosen_profile_of_minikube() throws IOException {
        standIn("minikube", "if [ \"$*\" = profile ]; then echo chosen; fi");
        assertSucceeded(run("scripts/k", "get", "pods"));
        assertThat(calls("kubectl")).contains("kubectl --context chosen --namespace k8s-demo get pods");
    }

    // --- Making one
    // ---------------------------------------------------------------------------------------------------

    @Test
    void minikube_gets_two_nodes_and_is_started_again() throws IOException {
        environment.put("MINIKUBE_PROFILE", "work");
        assertSucceeded(make("cluster"), "Next: make deploy");
        assertThat(calls("minikube"))
                .anyMatch(
                        call -> call.matches(
                                "minikube start --profile k8s-demo --nodes 2 .*--kubernetes-version v1\\.[0-9]+\\.[0-9]+ .*metrics-server.*"));
        kubectl("*get-contexts*) echo k8s-demo ;;");
        assertSucceeded(make("cluster"), "Next: make deploy");
        assertThat(calls("minikube")).contains("minikube start --profile k8s-demo");
        assertSucceeded(make("cluster-delete"));
        assertThat(calls("minikube"))
                .contains("minikube delete --profile k8s-demo")
                .noneMatch(call -> call.contains("work"));
    }

    @Test
    void kind_gets_two_nodes_that_take_pods_and_is_started_again() throws IOException {
        Path config = folder.resolve("config");
        standIn("kind", """
                case "$*" in
                  "create cluster"*) cat >%1$s ;;
                  "get nodes --name k8s-demo")
                    if [ -e %1$s ]; then echo k8s-demo-worker; echo k8s-demo-control-plane; fi ;;
                esac""".formatted(config));
        kubectl("*'get deployment/metrics-server'*) exit 1 ;;", "*'apply -f -') cat >%s.applied ;;".formatted(config));
        standIn("curl", "printf '  - --metric-resolution=15s\\n'");
        assertSucceeded(make("cluster TARGET=kind"), "Next: make deploy");
        assertThat(new ObjectMapper(new YAMLFactory())
                        .readTree(config.toFile())
                        .path("nodes")
                        .findValuesAsText("role"))
                .containsExactly("control-plane", "worker");
        assertThat(calls("kubectl")).anyMatch(call -> call.endsWith("control-plane:NoSchedule-"));
        assertThat(Path.of(config + ".applied"))
                .hasContent("  - --metric-resolution=15s\n  - --kubelet-insecure-tls\n");
        calls("kind");
        kubectl();
        assertSucceeded(make("cluster TARGET=kind"), "Next: make deploy");
        assertThat(calls("docker")).contains("docker start k8s-demo-worker k8s-demo-control-plane");
        assertThat(calls("kind")).noneMatch(call -> call.contains("create"));
        assertSucceeded(make("cluster-delete TARGET=kind"));
        assertThat(calls("kind")).contains("kind delete cluster --name k8s-demo");
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, x86_64, releases/download/v[0-9.]+/minikube-linux-amd64 .*releases/download/v[0-9.]+/kind-linux-amd64 ",
        "Linux, aarch64, .*minikube-linux-arm64 .*kind-linux-arm64 ",
        "Darwin, arm64, brew install minikube .*brew install kind "
    })
    void without_either_tool_it_says_how_to_install_one_on_this_system(String system, String machine, String lines)
            throws IOException {
        without("minikube");
        java.nio.file.Files.delete(tools.resolve("kind"));
        standIn("uname", "if [ \"$1\" = -m ]; then echo %s; else echo %s; fi".formatted(machine, system));
        Command.Result result = make("cluster");
        assertFailed(result, "No minikube found. Install minikube or kind:");
        assertThat(result.output()).containsPattern("(?s)" + lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster TARGET=gke", "cluster-delete TARGET=current"})
    void a_cluster_elsewhere_is_neither_made_nor_deleted(String command) {
        assertFailed(make(command), "Choose minikube or kind");
    }

    // --- One that does not answer
    // -------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"gke, gcloud container clusters get-credentials", "current, kubectl config use-context"})
    void a_cluster_elsewhere_is_named_with_how_to_point_to_it(String target, String help) throws IOException {
        kubectl("*readyz*) echo 'connection refused' >&2; exit 1 ;;");
        assertFailed(make("deploy TARGET=" + target), "The cluster does not answer", "connection refused", help);
        assertNothingWasBuiltOrChanged();
    }

    @Test
    void a_kubectl_that_knows_no_cluster_is_told_where_to_get_one() throws IOException {
        kubectl("*current-context*) exit 1 ;;");
        assertFailed(make("deploy TARGET=current"), "kubectl knows no cluster", "make cluster", "KUBECONFIG");
    }

    @ParameterizedTest
    @CsvSource({
        "'host: Running\napiserver: Paused',  minikube unpause --profile mine",
        "'host: Stopped\napiserver: Stopped', minikube start --profile mine",
        "'Profile \"mine\" not found.',       make cluster"
    })
    void a_cluster_of_minikube_is_shown_with_its_state(String state, String help) throws IOException {
        kubectl("*readyz*) echo 'connection refused' >&2; exit 1 ;;");
        standIn("minikube", "if [ \"$1\" = status ]; then printf '%s\n'; exit 7; fi".formatted(state));
        assertFailed(
                make("deploy TARGET=minikube MINIKUBE_PROFILE=mine"),
                "connection refused",
                "  " + state.replace("\n", "\n  "),
                help);
    }

    @Test
    void a_cluster_of_kind_is_shown_with_its_state() throws IOException {
        kubectl("*readyz*) echo 'connection refused' >&2; exit 1 ;;");
        standIn(
                "docker",
                "case \"$*\" in *cluster=mine*) printf 'mine-worker Exited\nmine-control-plane Exited' ;; esac");
        assertFailed(
                make("deploy TARGET=kind KIND_CLUSTER=mine"),
                "connection refused",
                "mine-worker Exited",
                "docker start mine-worker mine-control-plane",
                "kind export kubeconfig --name mine",
                "make cluster TARGET=kind");
    }
}
