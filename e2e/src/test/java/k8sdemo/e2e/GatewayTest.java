// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static k8sdemo.e2e.Manifests.number;
import static k8sdemo.e2e.Manifests.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The overlay {@code k8s/gateway}. ({@link ClusterTest} asks an API server whether it is valid.) */
@Needs(Needs.Part.KUBECTL)
class GatewayTest {
    private static final String CANARY = "k8s-demo-backend-canary";
    private final Manifests overlay = Manifests.rendered("k8s/gateway");

    @Test
    void both_routes_belong_to_the_one_gateway_and_lead_to_ports_that_services_have() {
        JsonNode gateway = overlay.get("Gateway/k8s-demo");
        for (String route : List.of("frontend", "backend")) {
            JsonNode spec = overlay.spec("HTTPRoute", route);
            assertThat(spec.at("/parentRefs")).hasSize(1);
            assertThat(spec.at("/parentRefs/0/name")).isEqualTo(gateway.at("/metadata/name"));
            assertThat(spec.at("/rules/0/backendRefs")).isNotEmpty().allSatisfy(backend -> assertThat(
                            overlay.get("Service/" + text(backend, "/name")).at("/spec/ports/0/port"))
                    .isEqualTo(backend.at("/port")));
        }
    }

    @Test
    void of_a_hundred_greetings_ninety_go_to_v1_and_ten_to_v2() {
        assertThat(overlay.spec("HTTPRoute", "backend").at("/rules/0/backendRefs"))
                .extracting(backend -> text(backend, "/name") + " " + number(backend, "/weight"))
                .containsExactly("k8s-demo-backend 90", CANARY + " 10");
        assertThat(overlay.container("backend-canary").at("/env").toString())
                .contains("{\"name\":\"GREETING_VERSION\",\"value\":\"v2\"}");
    }

    @Test
    void the_canary_shares_no_pods_with_the_backend() {
        JsonNode pods = overlay.spec("Deployment", "backend-canary").at("/selector/matchLabels");
        assertThat(text(pods, "/app.kubernetes.io~1name")).isEqualTo(CANARY);
        assertThat(overlay.spec("Service", "backend-canary").at("/selector")).isEqualTo(pods);
        assertThat(overlay.spec("PodDisruptionBudget", "backend-canary").at("/selector/matchLabels"))
                .isEqualTo(pods);
        assertThat(overlay.pod("backend-canary").at("/topologySpreadConstraints/0/labelSelector/matchLabels"))
                .isEqualTo(pods);
        assertThat(text(overlay.spec("Service", "backend"), "/selector/app.kubernetes.io~1name"))
                .isEqualTo("k8s-demo-backend");
    }
}
