// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code make canary}, with stand-ins for the cluster, and the real kustomize. */
@Needs(Needs.Part.KUBECTL)
class CanaryTest extends StandIns {
    private static final String CANARY = "backend-canary";

    private void backends(int count) throws IOException {
        kubectl("*gatewayclasses*) printf any ;;", "*'jsonpath={.spec.replicas}'*) printf " + count + " ;;");
    }

    private static Manifests rendered() {
        return Manifests.rendered(project.resolve("target/canary").toString());
    }

    @Test
    void a_canary_is_the_backend_once_more_with_another_image_and_the_service_selects_both() throws IOException {
        backends(2);
        assertSucceeded(make("deploy REGISTRY=example.com"));
        assertSucceeded(
                make("canary VERSION=v2 WEIGHT=10 REGISTRY=example.com"),
                "apply -k target/canary --selector app.kubernetes.io/component=backend",
                "v2 has 1 of 3 backends, and so 33 % of the requests.");
        Manifests all = rendered();
        JsonNode container = all.container(CANARY);
        assertThat(container.at("/image").asText()).startsWith("example.com/k8s-demo-backend:v2-");
        assertThat(container.at("/env").toString()).contains("WORKSHOP_FAULTS", "NODE_NAME");
        String settings = container.at("/envFrom/0/configMapRef/name").asText();
        assertThat(all.get("ConfigMap/" + settings).at("/data/GREETING_WORD").asText())
                .isEqualTo("Hello");
        JsonNode pods = all.spec("Deployment", CANARY).at("/selector/matchLabels");
        JsonNode labels = all.spec("Deployment", CANARY).at("/template/metadata/labels");
        assertThat(labels.properties()).containsAll(pods.properties());
        assertThat(labels.at("/app.kubernetes.io~1version").asText()).isEqualTo("v2");
        Manifests stable = Manifests.rendered(project.resolve("target/deploy").toString());
        JsonNode other = stable.spec("Deployment", "backend");
        assertThat(labels.properties())
                .containsAll(stable.spec("Service", "backend").at("/selector").properties())
                .as("no other Deployment counts these pods")
                .doesNotContainAnyElementsOf(other.at("/selector/matchLabels").properties().stream()
                        .filter(label -> label.getKey().endsWith("/name"))
                        .toList());
        assertThat(all.spec("PodDisruptionBudget", CANARY).at("/selector/matchLabels"))
                .isEqualTo(pods);
    }

    @ParameterizedTest
    @CsvSource({"2, 10, 1", "9, 10, 1", "18, 10, 2", "2, 50, 2", "10, 33, 5", "3, 1, 1"})
    void a_canary_has_pods_enough_for_its_share(int backends, int weight, int pods) throws IOException {
        backends(backends);
        assertSucceeded(make("deploy"));
        assertSucceeded(make("canary VERSION=v2 WEIGHT=" + weight));
        assertThat(rendered().spec("Deployment", CANARY).at("/replicas").asInt())
                .isEqualTo(pods);
    }

    @Test
    void a_gateway_divides_the_greetings_once_the_canary_is_ready() throws IOException {
        backends(2);
        assertSucceeded(make("deploy OVERLAY=gateway"));
        calls("kubectl");
        assertSucceeded(make("canary VERSION=v2 WEIGHT=20"), "sends 20 of 100 greetings of the page to v2");
        assertThat(calls("kubectl"))
                .filteredOn(call -> call.matches(".* (apply|rollout) .*"))
                .map(call -> call.replaceFirst(".*[ =/]", ""))
                .containsExactly("backend", "660s", "canary");
        Manifests all = rendered();
        JsonNode backends = all.spec("HTTPRoute", CANARY).at("/rules/0/backendRefs");
        assertThat(backends)
                .extracting(backend -> backend.path("name").asText() + " " + backend.path("weight"))
                .containsExactly("k8s-demo-backend 80", "k8s-demo-backend-canary 20");
        assertThat(all.spec("Service", CANARY).at("/ports/0/port"))
                .isEqualTo(backends.at("/0/port"))
                .isEqualTo(backends.at("/1/port"));
        assertThat(all.spec("Service", CANARY).at("/type").asText()).isEqualTo("ClusterIP");
        Manifests overlay = Manifests.rendered("k8s/gateway");
        assertThat(all.spec("HTTPRoute", CANARY).at("/parentRefs"))
                .isEqualTo(overlay.spec("HTTPRoute", "frontend").at("/parentRefs"));
        assertThat(overlay.spec("Service", "backend")
                        .at("/selector/app.kubernetes.io~1name")
                        .asText())
                .as("the other share leaves the canary alone")
                .isEqualTo("k8s-demo-backend");
    }

    @Test
    void another_weight_keeps_the_version_and_none_takes_the_canary_back() throws IOException {
        backends(2);
        assertSucceeded(make("deploy"));
        assertFailed(make("canary WEIGHT=10"), "Which version?");
        kubectl("*'jsonpath={.spec.replicas}'*) printf 2 ;;", "*backend-canary*version}*) printf v7 ;;");
        assertSucceeded(make("canary WEIGHT=50"), "v7 has 2 of 4 backends");
        assertThat(rendered()
                        .spec("Deployment", CANARY)
                        .at("/template/spec/containers/0/image")
                        .asText())
                .contains(":v7-");
        kubectl("*'get horizontal'*release=canary*) echo deployment.apps/k8s-demo-backend-canary ;;");
        calls("kubectl");
        assertSucceeded(make("canary WEIGHT=0"));
        assertThat(calls("kubectl"))
                .filteredOn(call -> call.matches(".* (apply|delete) .*"))
                .singleElement()
                .asString()
                .contains("delete deployment.apps/k8s-demo-backend-canary");
    }

    @ParameterizedTest
    @CsvSource({
        "VERSION=v2,             Which share of the greetings",
        "VERSION=v2 WEIGHT=60,   To release to all: make rollout",
        "VERSION=v2 WEIGHT=10,   nothing was to the namespace k8s-demo"
    })
    void what_makes_no_canary_is_refused_before_anything_is_built(String settings, String says) throws IOException {
        assertFailed(make("canary " + settings), says);
        assertNothingWasBuiltOrChanged();
    }

    @Test
    void a_canary_of_apps_that_are_gone_says_how_to_deploy_them() throws IOException {
        assertSucceeded(make("deploy"));
        kubectl("*'get deployment/k8s-demo-backend deployment/'*) exit 1 ;;");
        assertFailed(make("canary VERSION=v2 WEIGHT=10"), "The apps are not in this cluster", "make deploy");
    }

    @Test
    void a_canary_that_does_not_start_says_why_and_how_to_take_it_back() throws IOException {
        backends(2);
        assertSucceeded(make("deploy"));
        kubectl("*'jsonpath={.spec.replicas}'*) printf 2 ;;", "*'rollout status'*) exit 1 ;;");
        assertFailed(make("canary VERSION=v3-broken WEIGHT=10"), "gets no requests", "make canary WEIGHT=0");
    }
}
