// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What make does to a cluster. */
class DeployTest extends StandIns {
    /** Branches for a cluster with two backends of v7, all of one release. */
    private static final String[] APPS = {
        "*'jsonpath={.spec.replicas}'*) printf 2 ;;",
        "*containers*backend*) printf registry:5000/k8s-demo-backend:v7-abc ;;",
        "*containers*frontend*) printf registry:5000/k8s-demo-frontend:v7-def ;;",
        "*'labels.app'*version}*) printf v7 ;;"
    };

    private List<String> changes() throws IOException {
        return calls("kubectl").stream()
                .filter(call -> call.matches(".* (apply|delete|scale|rollout) .*"))
                .map(call -> call.replaceFirst(".* --namespace k8s-demo ", "").replaceFirst(" --timeout.*", ""))
                .toList();
    }

    // --- Deploy -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"minikube, minikube", "kind, kind-kind"})
    void deploy_loads_the_images_and_says_each_step_with_its_time(String target, String context) throws IOException {
        kubectl("*status.images*) echo 'one True docker://29' ;;");
        Command.Result result = make("deploy TARGET=" + target);
        assertSucceeded(result);
        assertThat(result.output())
                .startsWith("Using the namespace k8s-demo of the cluster here\n")
                .containsPattern(
                        "(?s)\\n0:\\d\\d  Building .*\\n0:\\d\\d  Loading .*\\n0:\\d\\d  Applying .*\\n0:\\d\\d  Done\\.")
                .contains("+ kubectl --context " + context + " --namespace k8s-demo apply -k target/deploy")
                .contains("on purpose")
                .endsWith("The page: http://203.0.113.7:8080\n");
        assertThat(calls(target)).anyMatch(call -> call.contains("target/images/k8s-demo.tar"));
        assertThat(calls("kubectl"))
                .filteredOn(call -> call.matches(".* (get|apply|rollout) .*"))
                .allMatch(call -> call.startsWith("kubectl --context " + context + " "));
        assertThat(kustomization())
                .contains("  - ../../k8s/workshop\n", "newTag: \"" + tag("backend") + '"', "version: \"v1\"");
        assertThat(project.resolve("target/images/k8s-demo.tar")).doesNotExist();
    }

    @Test
    void deploy_loads_images_only_if_a_ready_node_lacks_one() throws IOException {
        assertSucceeded(make("images"));
        String both = "containerd://2 docker.io/library/k8s-demo-backend:%s k8s-demo-frontend:%s" // as two runtimes say
                .formatted(tag("backend"), tag("frontend"));
        String older = both.replace(tag("backend"), tag("backend") + "0");
        String docker = "docker://29 " + older.substring(both.indexOf(' ') + 1);
        for (String nodes : List.of("one True " + both, "one True " + both + "\\ntwo Unknown containerd://2 x")) {
            kubectl("*status.images*) printf '" + nodes + "\\n' ;;");
            assertThat(make("deploy").output()).as(nodes).doesNotContain("Loading");
        }
        calls("docker");
        for (String node : List.of(docker, older)) {
            kubectl("*status.images*) printf 'one True " + both + "\\ntwo True " + node + "\\n' ;;");
            standIn("docker", "case \"$*\" in exec*) exit 1 ;; version*) echo amd64 ;; esac");
            assertSucceeded(make("deploy"), "Loading k8s-demo-backend:" + tag("backend") + " into");
        }
        assertThat(calls("docker")).filteredOn(call -> call.contains(" exec ")).hasSize(1);
    }

    /** What differs are two lines of its configuration: hundreds of megabytes would take half a minute for each release. */
    @Test
    void a_node_that_has_another_version_of_an_image_gets_no_layers() throws IOException {
        kubectl("*status.images*) printf 'one True containerd://2 x\\ntwo True containerd://2 x\\n' ;;");
        assertThat(make("deploy").output()).doesNotContain("Loading");
        String renamed = "docker exec --interactive two bash -s k8s-demo-frontend:" + tag("frontend");
        assertThat(calls("docker"))
                .filteredOn(call -> call.contains(" exec "))
                .hasSize(4)
                .anyMatch(call -> call.startsWith(renamed));
    }

    @Needs(Needs.Part.KUBECTL)
    @Test
    void a_cluster_that_has_mapped_ports_gets_the_node_ports_that_they_lead_to() throws IOException {
        String rendered = project.resolve("target/deploy").toString();
        kubectl(APPS);
        standIn("docker", "case \"$*\" in ps*) echo '127.0.0.1:9080->30080/tcp' ;; *) echo amd64 ;; esac");
        assertSucceeded(make("deploy TARGET=kind"), "The page: http://localhost:9080\n");
        assertThat(Command.output("kubectl", "kustomize", rendered)).contains("nodePort: 30080", "nodePort: 30000");
        assertSucceeded(make("deploy TARGET=kind NAMESPACE=beside"), "The page: http://203.0.113.7:8080\n");
        assertThat(Command.output("kubectl", "kustomize", rendered)).doesNotContain("nodePort");
    }

    @Test
    void deploy_to_gke_pushes_and_leaves_faults_off_and_without_a_registry_asks_for_one() throws IOException {
        Command.Result result = make("deploy TARGET=gke REGISTRY=example.com/repo/");
        assertSucceeded(result, "Pushing example.com/repo/k8s-demo-backend:v1-");
        assertThat(result.output()).doesNotContain("on purpose");
        assertThat(kustomization()).contains("../../k8s/gke", "newName: \"example.com/repo/k8s-demo-backend\"");
        assertFailed(make("deploy TARGET=gke"), "No registry given", "REGISTRY=");
    }

    @Test
    void an_executable_for_another_processor_than_the_nodes_is_not_even_built() throws IOException {
        kubectl("*'get nodes'*) printf 'arm64 arm64' ;;");
        assertFailed(make("deploy TARGET=gke REGISTRY=example.com/repo JVM="), "The nodes are arm64 arm64", "JVM=1");
        assertThat(calls("mvn-stand-in")).isEmpty();
        assertThat(changes()).isEmpty();
        assertSucceeded(make("deploy TARGET=gke REGISTRY=example.com/repo"));
    }

    @ParameterizedTest
    @CsvSource({
        "OVERLAY=mars, k8s/mars",
        "COMPONENTS=mars, k8s/components/mars",
        "COMPONENTS=jvm, JVM=1",
        "OVERLAY=canary, only adds to an overlay",
        "VERSION=V2, VERSION must be"
    })
    void deploy_refuses_what_is_not_there_before_it_builds_anything(String setting, String says) throws IOException {
        assertFailed(make("deploy " + setting), says);
        assertNothingWasBuiltOrChanged();
    }

    @Test
    void a_value_that_yaml_would_take_for_a_number_stays_text() throws IOException {
        assertSucceeded(make("deploy VERSION=1.0 NAMESPACE=123"));
        JsonNode written = new ObjectMapper(new YAMLFactory()).readTree(kustomization());
        assertThat(List.of(
                        written.path("namespace"),
                        written.at("/labels/0/pairs/app.kubernetes.io~1version"),
                        written.at("/labels/1/pairs/k8s-demo~1release")))
                .allMatch(JsonNode::isTextual);
    }

    @Test
    void what_an_earlier_deployment_has_brought_is_deleted_routes_first() throws IOException {
        kubectl(
                "*'get httproutes,gateways'*) echo route/old ;;",
                "*'get horizontal'*'release!='*) echo deployment/old ;;");
        assertSucceeded(make("deploy"));
        assertThat(changes())
                .endsWith("delete route/old --cascade=foreground", "delete deployment/old --cascade=foreground");
        kubectl(
                "*'get httproutes,gateways'*) echo 'the server has no resource type \"httproutes\"' >&2; exit 1 ;;",
                "*'get horizontal'*'release!='*) echo deployment/old ;;");
        assertSucceeded(make("deploy"));
        assertThat(changes())
                .as("nothing sends requests to its pods, so nothing waits for their end")
                .endsWith("delete deployment/old --cascade=background");
    }

    @Test
    void the_overlay_gateway_takes_the_class_of_the_cluster_and_waits_for_the_gateway() throws IOException {
        assertFailed(make("deploy OVERLAY=gateway"), "no controller for Gateways");
        kubectl("*gatewayclasses*) printf 'one two' ;;");
        assertFailed(make("deploy OVERLAY=gateway"), "Which class of Gateways? Choose one of: one two");
        assertNothingWasBuiltOrChanged();
        assertSucceeded(make("deploy OVERLAY=gateway GATEWAY_CLASS=two"));
        assertSucceeded(make("rollout VERSION=v2"));
        assertThat(kustomization()).contains("/spec/gatewayClassName\", \"value\": \"two\"");
        kubectl("*gatewayclasses*) printf one ;;", "*'wait gateway'*) exit 1 ;;");
        assertFailed(make("deploy OVERLAY=gateway"), "class one has not set up the Gateway", "describe gateway");
        kubectl("*gatewayclasses*) printf one ;;", "*'get gateway k8s-demo'*) printf 203.0.113.8 ;;");
        assertSucceeded(make("deploy OVERLAY=gateway"), "The page: http://203.0.113.8\n");
    }

    @Test
    void posix_tools_are_enough() throws IOException {
        onlyPosixTools();
        engineWithoutImages();
        assertSucceeded(make("deploy"), "The page: ");
        assertSucceeded(make("undeploy"));
    }

    // --- Releases ---------------------------------------------------------------------------------------------------

    @Test
    void rollout_keeps_what_the_last_deploy_has_chosen_and_the_next_deploy_does_not() throws IOException {
        assertSucceeded(make("deploy OVERLAY=gke COMPONENTS=message-log"));
        environment.put("JVM", null);
        kubectl(APPS);
        assertSucceeded(make("without SAFEGUARD=retry"), "Running without the safeguard retry", "SAFEGUARD=none");
        Command.Result rollout = make("rollout VERSION=v2");
        assertSucceeded(rollout, "Running without the safeguard retry");
        assertThat(rollout.output()).doesNotContain("on purpose");
        assertThat(kustomization())
                .contains("k8s/gke", "components/message-log", "components/jvm", "lab/retry", "\"v2\"");
        assertSucceeded(make("deploy"), "on purpose");
        assertThat(kustomization()).contains("k8s/workshop").doesNotContain("components/", "lab/");
    }

    /** Another overlay than the one that runs might switch faults on. */
    @Test
    void an_overlay_that_is_not_known_is_not_guessed() throws IOException {
        assertSucceeded(make("deploy OVERLAY=gke"));
        assertSucceeded(make("rollout VERSION=v2"));
        for (String elsewhere : List.of("NAMESPACE=other", "TARGET=kind")) {
            if (elsewhere.startsWith("TARGET")) {
                kubectl("*'config view'*) printf elsewhere ;;");
            }
            calls("kubectl");
            assertFailed(make("rollout VERSION=v2 " + elsewhere), "OVERLAY=workshop or OVERLAY=gke");
            assertThat(changes()).isEmpty();
        }
        assertSucceeded(make("rollout VERSION=v2 OVERLAY=gke"));
    }

    @Test
    void without_applies_the_images_that_run_and_none_puts_the_safeguard_back() throws IOException {
        assertSucceeded(make("deploy"));
        kubectl(APPS);
        calls("docker");
        assertSucceeded(make("without SAFEGUARD=drain"), "Running without the safeguard drain");
        assertThat(kustomization())
                .contains("k8s/lab/drain", "newName: \"registry:5000/k8s-demo-backend\", newTag: \"v7-abc\"", "\"v7\"");
        assertThat(make("without SAFEGUARD=none").output()).doesNotContain("without the safeguard");
        assertThat(kustomization()).contains("components/jvm", "v7-def").doesNotContain("k8s/lab");
        assertThat(calls("docker")).allMatch(call -> call.startsWith("docker ps "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "../k8s", "*"})
    void without_names_the_safeguards_that_there_are(String safeguard) throws IOException {
        assertFailed(
                make("without SAFEGUARD=" + safeguard),
                "must be one of: none, budget, drain, max-age, readiness, retry, serving, spread");
        assertNothingWasBuiltOrChanged();
    }

    @Needs(Needs.Part.KUBECTL)
    @Test
    void a_release_keeps_the_numbers_of_pods_that_somebody_has_set() throws IOException {
        kubectl("*backend*'jsonpath={.spec.replicas}'*) printf 5 ;;", "*'jsonpath={.spec.replicas}'*) printf 1 ;;");
        assertSucceeded(make("deploy"));
        String rendered = project.resolve("target/deploy").toString();
        assertThat(Command.output("kubectl", "kustomize", rendered))
                .containsPattern(
                        "name: k8s-demo-backend\n  namespace: k8s-demo\nspec:\n(  (min|progress).*\n)+  replicas: 5")
                .containsPattern(
                        "name: k8s-demo-frontend\n  namespace: k8s-demo\nspec:\n(  (min|progress).*\n)+  replicas: 1")
                .containsOnlyOnce("replicas: 5");
        assertSucceeded(make("deploy COMPONENTS=autoscaler"));
        assertThat(Command.output("kubectl", "kustomize", rendered)).containsOnlyOnce("replicas: 5");
        kubectl("*'jsonpath={.spec.replicas}'*) printf 0 ;;");
        assertSucceeded(make("deploy"));
        assertThat(Command.output("kubectl", "kustomize", rendered)).doesNotContain("replicas: 0");
    }

    @Test
    void an_autoscaler_that_cannot_ask_a_metrics_server_is_said_to_add_no_pods() throws IOException {
        String autoscaler = "*kustomize*) echo 'kind: HorizontalPodAutoscaler' ;;";
        kubectl(autoscaler, "*/apis/metrics.k8s.io/*) exit 1 ;;");
        assertSucceeded(make("deploy COMPONENTS=autoscaler"), "No metrics-server answers", "docs/operate.md");
        kubectl(autoscaler);
        assertThat(make("deploy COMPONENTS=autoscaler").output()).doesNotContain("metrics-server");
    }

    /** A question that fails would otherwise look like "there is none": one backend instead of ten, or faults that are on. */
    @Test
    void an_error_is_not_an_answer() throws IOException {
        assertSucceeded(make("deploy TARGET=current"));
        calls("kubectl");
        assertSucceeded(make("rollout VERSION=v2 TARGET=current"));
        List<String> questions = calls("kubectl").stream()
                .takeWhile(call -> !call.contains("component=backend"))
                .filter(call -> call.matches(".* (get|view|kustomize) .*") && !call.contains("get-contexts"))
                .map(call -> call.substring("kubectl ".length()))
                .distinct()
                .toList();
        assertThat(questions).hasSizeGreaterThan(4);
        for (String question : questions) {
            kubectl("'" + question + "') echo 'TLS handshake timeout' >&2; exit 1 ;;");
            assertFailed(make("rollout VERSION=v2 TARGET=current"), "TLS handshake timeout");
            assertThat(changes()).as(question).noneMatch(call -> call.endsWith("component=backend"));
        }
    }

    @Test
    void who_may_work_in_one_namespace_only_leaves_the_namespace_itself_alone() throws IOException {
        kubectl("*'auth can-i patch namespaces'*) echo no; exit 1 ;;");
        assertSucceeded(make("deploy"));
        assertThat(changes())
                .filteredOn(call -> call.startsWith("apply"))
                .hasSize(2)
                .allMatch(call -> call.contains("app.kubernetes.io/component="));
    }

    /** Otherwise, an environment variable that came back with an undo would stay for good. */
    @Test
    void what_came_back_with_an_undo_is_noted_so_that_the_next_release_removes_it() throws IOException {
        kubectl(
                "*'{.spec.template}'*) printf 'new|old|{\"here\":1}' ;;",
                "*set-last-applied*) cat >" + folder + "/noted ;;");
        assertSucceeded(make("deploy"));
        assertThat(folder.resolve("noted")).content().contains("\"spec\": {\"template\": {\"here\":1}}");
        kubectl("*'{.spec.template}'*) printf 'same|same|{}' ;;", "*set-last-applied*) exit 1 ;;");
        assertSucceeded(make("deploy"));
    }

    /** On a small machine, the pods that start would take the processor from those that serve. */
    @Test
    void releases_and_rollbacks_replace_one_app_after_the_other() throws IOException {
        assertSucceeded(make("deploy"));
        assertThat(changes())
                .containsExactly(
                        "apply -k target/deploy --selector !app.kubernetes.io/component",
                        "apply -k target/deploy --selector app.kubernetes.io/component=backend",
                        "rollout status deployment/k8s-demo-backend",
                        "apply -k target/deploy --selector app.kubernetes.io/component=frontend",
                        "rollout status deployment/k8s-demo-frontend");
        assertSucceeded(make("rollback"));
        assertThat(changes())
                .containsExactly(
                        "rollout undo deployment/k8s-demo-backend",
                        "rollout status deployment/k8s-demo-backend",
                        "rollout undo deployment/k8s-demo-frontend",
                        "rollout status deployment/k8s-demo-frontend");
    }

    @Test
    void after_a_rollback_the_deployment_has_the_version_of_its_pods() throws IOException {
        kubectl("*version}*) printf v1 ;;");
        assertSucceeded(make("rollback"));
        assertThat(calls("kubectl"))
                .anyMatch(call ->
                        call.endsWith("label --overwrite deployment/k8s-demo-backend app.kubernetes.io/version=v1"));
    }

    @Test
    void a_rollback_leaves_the_frontend_alone_if_the_release_failed_before_it() throws IOException {
        kubectl("*backend*k8s-demo/release}*) printf bad ;;", "*frontend*k8s-demo/release}*) printf good ;;");
        assertSucceeded(make("rollback"), "k8s-demo-frontend stays as it is");
        assertThat(changes())
                .contains("rollout undo deployment/k8s-demo-backend")
                .noneMatch(call -> call.contains("frontend"));
    }

    @ParameterizedTest
    @CsvSource({
        "'2\\n\\n',             Running,           log of,                            still serving. Fix the cause and deploy again, or go back: make rollback",
        "'\\n',                 ImagePullBackOff,  The node bad-node does not have the image, No previous version is serving. Fix the cause"
    })
    void a_failed_rollout_shows_what_is_wrong_with_the_failing_pod(
            String serving, String state, String reason, String help) throws IOException {
        kubectl(
                "*'rollout status'*) echo 'error: exceeded its progress deadline' >&2; exit 1 ;;",
                "*'get pods'*jsonpath*) printf 'pod-good True\\npod-bad False\\n' ;;",
                "*'get pod pod-bad'*nodeName*) printf bad-node ;;",
                "*'get pod pod-bad'*) printf " + state + " ;;",
                "*'get replicasets'*) printf '" + serving + "' ;;",
                "*'get events'*) echo \"events of $*\" ;;",
                "*logs*) echo \"log of $*\" ;;");
        assertFailed(make("deploy"), "k8s-demo-backend did not roll out", "involvedObject.name=pod-bad", reason, help);
        assertThat(changes()).noneMatch(call -> call.endsWith("component=frontend"));
    }

    // --- Scale, undeploy
    // ------------------------------------------------------------------------------------------------

    @Test
    void scale_adds_one_jvm_for_each_node_at_a_time_executables_together_and_removes_all_at_once() throws IOException {
        String jvm = "*'{.spec.replicas} {.spec.minReadySeconds}'*) printf '2 5' ;;";
        kubectl(jvm, "*'get nodes'*) printf 'node/a\\nnode/b\\n' ;;");
        for (String command : List.of("scale N=7", "scale N=2", "scale N=0")) {
            assertSucceeded(make(command));
        }
        kubectl(jvm, "*'get nodes'*) exit 1 ;;"); // who may not list them
        assertSucceeded(make("scale N=4"));
        kubectl("*'{.spec.replicas} {.spec.minReadySeconds}'*) printf '2 ' ;;");
        assertSucceeded(make("scale N=6"));
        assertThat(changes())
                .filteredOn(call -> call.startsWith("scale"))
                .map(call -> call.replaceFirst(".*=", ""))
                .containsExactly("4", "6", "7", "2", "0", "3", "4", "6");
        assertFailed(make("scale"), "How many backends? For example: make scale N=4");
    }

    @Test
    void scale_says_who_owns_the_number_of_pods() throws IOException {
        kubectl("*'get horizontalpodautoscalers'*) printf k8s-demo-backend ;;");
        assertFailed(
                make("scale N=2"), "The autoscaler k8s-demo-backend sets the number", "edit horizontalpodautoscaler");
        assertThat(changes()).isEmpty();
    }

    @Test
    void the_log_of_a_pod_that_comes_later_is_followed_too() throws IOException {
        kubectl(
                "*'get pods'*) echo pod/one; if [ -f " + folder + "/seen ]; then echo pod/two; fi ;;",
                "*'logs pod/one'*) echo 'log of one'; touch " + folder + "/seen; sleep 60 ;;",
                "*'logs pod/two'*) echo 'log of two'; kill -TERM $(cat " + folder + "/make) ;;");
        Command.Result result =
                run("bash", "-c", "echo $$ >" + folder + "/make; FOLLOW=true exec scripts/cluster logs");
        assertThat(result.output()).contains("log of one", "log of two");
    }

    @Test
    void a_scale_that_cannot_complete_says_how_many_pods_serve() throws IOException {
        kubectl("*--timeout=120s) exit 1 ;;", "*readyReplicas*) printf 3 ;;");
        Command.Result result = make("scale N=40");
        assertFailed(result, "3 pods are ready and serving", "run make scale N=40 again", "make scale N=3");
        assertThat(result.output()).doesNotContain("previous version");
        assertSucceeded(make("scale N=2 ROLLOUT_TIMEOUT=5m"));
    }

    /** Ctrl-C comes while a node takes no pods. */
    @Test
    void a_demo_lets_everything_happen_and_leaves_the_cluster_as_it_was() throws IOException {
        assertSucceeded(make("deploy"));
        Path make = folder.resolve("make");
        Path round = folder.resolve("round");
        kubectl(
                "*'{.spec.replicas}'*) printf 3 ;;",
                "*'labels.app'*version}*) printf v7 ;;",
                "*'[-1:].metadata.name}'*) printf a-pod ;;",
                "*'[-1:].spec.nodeName}'*) printf a-node ;;",
                "*'rollout status'*backend*=20s) exit 1 ;;",
                "*unschedulable*) if [ -e %s.over ]; then echo node/a-node; fi ;;".formatted(round),
                "*drain*) if [ -e %1$s ]; then touch %1$s.over; kill -TERM $(cat %2$s); fi; touch %1$s ;;"
                        .formatted(round, make));
        environment.put("PAUSE", "1");
        Command.Result result = run("bash", "-c", "echo $$ >" + make + "; exec scripts/lab demo");
        assertThat(result.status()).as(result.output()).isEqualTo(130);
        List<String> all = calls("kubectl").stream()
                .map(call ->
                        call.replaceFirst(".* --namespace k8s-demo ", "").replaceFirst(" --(timeout|ignore).*", ""))
                .toList();
        assertThat(all)
                .containsSubsequence(
                        "scale deployment/k8s-demo-backend --replicas=6",
                        "delete pod a-pod --grace-period=0 --force",
                        "drain a-node",
                        "uncordon a-node",
                        "rollout undo deployment/k8s-demo-backend",
                        "scale deployment/k8s-demo-backend --replicas=3",
                        "drain a-node",
                        "uncordon node/a-node",
                        "scale deployment/k8s-demo-backend --replicas=3",
                        "rollout status deployment/k8s-demo-frontend");
        assertThat(kustomization()).contains("version: \"v7\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "scale N=2", "open", "status", "logs", "demo"})
    void commands_for_deployed_apps_say_that_there_are_none(String command) throws IOException {
        kubectl("*'get deployment/'*) exit 1 ;;");
        assertFailed(make(command), "The apps are not in this cluster", "make deploy");
    }

    @Test
    void undeploy_succeeds_when_there_is_nothing_to_delete() throws IOException {
        assertSucceeded(make("undeploy"), "nothing to delete");
        assertThat(changes()).isEmpty();
        kubectl(
                "*'get namespace k8s-demo --ignore-not-found -o name'*) echo namespace/k8s-demo ;;",
                "*'get namespace k8s-demo'*) printf 'k8s-demo k8s-demo' ;;");
        assertSucceeded(make("undeploy"), "up to a minute");
        assertThat(changes())
                .as("with --namespace, kubectl would warn")
                .containsExactly("kubectl --context minikube delete namespace k8s-demo --ignore-not-found");
    }

    @Test
    void a_deployment_waits_for_the_end_of_a_namespace_that_is_being_deleted() throws IOException {
        kubectl("*'{.status.phase}'*) printf Terminating ;;");
        assertSucceeded(make("deploy"), "still being deleted");
        assertThat(calls("kubectl"))
                .filteredOn(call -> call.matches(".* (wait|apply) .*"))
                .first()
                .asString()
                .contains("wait --for=delete namespace/k8s-demo");
    }

    @Test
    void an_interrupt_is_not_taken_for_a_failure() throws IOException {
        kubectl(
                "*'rollout status'*|*'delete namespace'*) kill -INT $PPID; exit 1 ;;",
                "*'{.spec.replicas} {.spec.minReadySeconds}'*) printf '2 ' ;;",
                "*'get namespace k8s-demo --ignore-not-found -o name'*) echo namespace/k8s-demo ;;",
                "*'get namespace k8s-demo'*) printf 'k8s-demo k8s-demo' ;;");
        for (String command : List.of("deploy", "undeploy", "rollback", "scale N=0")) {
            Command.Result result = make(command);
            assertFailed(result, "Interrupted. What the cluster was told to do goes on.");
            assertThat(result.output()).doesNotContain("did not roll out", "--force", "Not all pods");
        }
    }

    /** The pods of a node that is down wait for its kubelet. */
    @Test
    void an_undeploy_that_does_not_end_says_how_to_end_it() throws IOException {
        kubectl(
                "*'get namespace k8s-demo --ignore-not-found -o name'*) echo namespace/k8s-demo ;;",
                "*'get namespace k8s-demo'*) printf 'k8s-demo k8s-demo' ;;",
                "*'delete namespace'*--timeout=*) echo 'timed out' >&2; exit 1 ;;");
        assertFailed(make("undeploy"), "a node is down", "delete pods --all --grace-period=0 --force");
    }

    @ParameterizedTest
    @CsvSource({
        "theirs,      namespace theirs is not this project's, kubectl --context minikube label namespace theirs",
        "kube-system, namespace kube-system belongs to Kubernetes, NAMESPACE=k8s-demo"
    })
    void a_namespace_of_somebody_else_is_refused(String namespace, String says, String help) throws IOException {
        kubectl("*'get namespace'*) printf '" + namespace + " ' ;;");
        for (String command : List.of("deploy", "undeploy")) {
            assertFailed(make(command + " NAMESPACE=" + namespace), says, help);
        }
        assertNothingWasBuiltOrChanged();
    }
}
