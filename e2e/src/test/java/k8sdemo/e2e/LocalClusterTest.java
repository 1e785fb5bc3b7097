// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    private final String page = Integer.toString(App.freePort());
    private final String api = Integer.toString(App.freePort());

    /**
     * Tools whose cluster lasts from call to call.
     *
     * @param nodes those that it has already, separated by spaces
     * @param known how many of them the API server knows
     */
    private void localTools(String nodes, int known) throws IOException {
        Path there = Files.writeString(folder.resolve("nodes"), nodes);
        environment.put("FRONTEND_PORT", page);
        environment.put("BACKEND_PORT", api);
        standIn("kind", """
                case "$*" in
                  "create cluster"*) cat >%2$s/config; echo k8s-demo-control-plane k8s-demo-worker >%1$s ;;
                  "get nodes"*) xargs -n 1 <%1$s ;;
                  delete*) : >%1$s ;;
                esac""".formatted(there, folder));
        standIn("minikube", """
                case "$*" in
                  start*30080*) echo k8s-demo >%1$s ;;
                  "node list"*) [ -s %1$s ] && for node in $(cat %1$s); do printf '%%s\\t192.0.2.1\\n' $node; done ;;
                  "node add"*) echo k8s-demo-m02 >>%1$s ;;
                  delete*) : >%1$s ;;
                esac""".formatted(there));
        ports(page, api);
        kubectl(
                "*'get nodes -o name'*) printf '%%.0snode/x\\n' $(seq %d) ;;".formatted(known),
                // nodes report at every fourth question
                "*'get leases'*) echo >>%1$s; echo a $(($(wc -l <%1$s) / 4)) ;;".formatted(folder.resolve("reports")),
                "*taints*) echo node-role.kubernetes.io/control-plane ;;");
    }

    @Test
    void minikube_gets_two_nodes_and_ports_of_this_machine_and_is_started_again_stopped_and_deleted()
            throws IOException {
        localTools("", 2);
        environment.put("MINIKUBE_PROFILE", "work");
        assertSucceeded(
                make("cluster TARGET=minikube"),
                "The page will be at http://localhost:" + page + ", and the backend's API at http://localhost:" + api,
                "+ minikube start --profile k8s-demo --driver docker ",
                "Next: make deploy");
        assertThat(changes("minikube"))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .matches(
                                        ".* start .*--kubernetes-version v1\\.[0-9]+\\.[0-9]+ --addons metrics-server .*")
                                .endsWith("--ports 127.0.0.1:%s:30080,127.0.0.1:%s:30000".formatted(page, api)),
                        second -> assertThat(second).isEqualTo("minikube start --profile k8s-demo --ports="),
                        third -> assertThat(third).isEqualTo("minikube node add --profile k8s-demo"));
        assertSucceeded(make("cluster TARGET=minikube"), "Next: make deploy");
        assertThat(changes("minikube")).containsExactly("minikube start --profile k8s-demo");
        assertSucceeded(make("cluster-stop TARGET=minikube"), "its ports are free");
        assertSucceeded(make("cluster-delete TARGET=minikube"));
        assertThat(changes("minikube"))
                .containsExactly(
                        "minikube stop --profile k8s-demo --keep-context-active", "minikube delete --profile k8s-demo");
    }

    private List<String> changes(String tool) throws IOException {
        return calls(tool).stream()
                .filter(call -> call.matches("\\w+ (node add|start|stop|create|delete|unpause|export).*"))
                .toList();
    }

    @Test
    void kind_gets_two_nodes_that_take_pods_and_ports_of_this_machine_and_is_started_again_stopped_and_deleted()
            throws IOException {
        localTools("", 2);
        assertSucceeded(
                make("cluster TARGET=kind"),
                "The page will be at http://localhost:" + page,
                "+ kind create cluster --name k8s-demo",
                "hostPort: " + page,
                "Next: make deploy");
        JsonNode nodes = new ObjectMapper(new YAMLFactory())
                .readTree(folder.resolve("config").toFile())
                .path("nodes");
        assertThat(nodes.findValuesAsText("role")).containsExactly("control-plane", "worker");
        assertThat(nodes.at("/0/extraPortMappings")).hasToString("""
                [{"listenAddress":"127.0.0.1","hostPort":%s,"containerPort":30080},\
                {"listenAddress":"127.0.0.1","hostPort":%s,"containerPort":30000}]""".formatted(page, api));
        assertThat(calls("kubectl")).anyMatch(call -> call.endsWith("control-plane:NoSchedule-"));
        changes("kind");
        assertSucceeded(make("cluster TARGET=kind"), "Next: make deploy");
        assertThat(calls("docker")).contains("docker start k8s-demo-control-plane k8s-demo-worker");
        assertThat(calls("kubectl"))
                .as("until the nodes have reported anew")
                .filteredOn(call -> call.contains("get leases"))
                .hasSize(4);
        assertThat(changes("kind")).containsExactly("kind export kubeconfig --name k8s-demo");
        assertSucceeded(make("cluster-stop TARGET=kind"), "its ports are free");
        assertThat(calls("docker")).contains("docker stop k8s-demo-control-plane k8s-demo-worker");
        assertSucceeded(make("cluster-delete TARGET=kind"));
        assertThat(changes("kind")).containsExactly("kind delete cluster --name k8s-demo");
    }

    @ParameterizedTest
    @CsvSource({
        "minikube, k8s-demo,                                  1",
        "kind,     k8s-demo-control-plane,                    1",
        "kind,     k8s-demo-control-plane k8s-demo-worker,    1"
    })
    void a_cluster_that_was_never_finished_is_named_and_replaced(String target, String nodes, int known)
            throws IOException {
        localTools(nodes, known);
        assertSucceeded(make("cluster TARGET=" + target), "was never finished, so it is replaced. It has: " + nodes);
        assertThat(changes(target)).anyMatch(call -> call.matches(".* delete .*k8s-demo"));
    }

    @Test
    void what_an_interrupted_creation_has_made_is_removed() throws IOException {
        localTools("", 2);
        standIn("kind", "case $1 in create) kill -INT $PPID; sleep 0.2; exit 130 ;; esac");
        assertFailed(make("cluster TARGET=kind"), "Removing what is half made");
        assertThat(changes("kind")).last().isEqualTo("kind delete cluster --name k8s-demo");
    }

    @Test
    void what_is_paused_goes_on_before_it_is_started_or_deleted() throws IOException {
        localTools("k8s-demo-control-plane k8s-demo-worker", 2);
        standIn("docker", "case \"$*\" in *paused*) echo k8s-demo-worker ;; esac");
        assertSucceeded(make("cluster TARGET=kind"), "without ports of this machine", "make cluster-delete cluster");
        assertThat(calls("docker"))
                .containsSubsequence(
                        "docker unpause k8s-demo-worker", "docker start k8s-demo-control-plane k8s-demo-worker");
        standIn("minikube", "case \"$*\" in status*) echo 'apiserver: Paused'; exit 2 ;; esac");
        assertSucceeded(make("cluster-delete TARGET=minikube"));
        assertThat(changes("minikube"))
                .containsExactly(
                        "minikube unpause --all-namespaces --profile k8s-demo", "minikube delete --profile k8s-demo");
    }

    @Test
    void a_port_that_is_taken_is_named_before_a_cluster_is_made() throws IOException {
        localTools("", 2);
        try (ServerSocket busy = new ServerSocket(Integer.parseInt(page))) {
            assertFailed(make("cluster TARGET=kind"), "In use: " + busy.getLocalPort(), "make cluster FRONTEND_PORT=");
        }
        assertThat(changes("kind")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, x86_64, releases/download/v[0-9.]+/minikube-linux-amd64 .*releases/download/v[0-9.]+/kind-linux-amd64 ",
        "Linux, aarch64, .*minikube-linux-arm64 .*kind-linux-arm64 ",
        "Darwin, arm64, .*minikube-darwin-arm64 .*kind-darwin-arm64 "
    })
    void without_either_tool_it_says_how_to_install_one_on_this_system(String system, String machine, String lines)
            throws IOException {
        without("minikube");
        Files.delete(tools.resolve("kind"));
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
                "make cluster");
    }
}
