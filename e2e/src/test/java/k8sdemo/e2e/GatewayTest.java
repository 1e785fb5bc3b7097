// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The overlay {@code k8s/gateway}: what it says, and whether the Gateway API's own schema allows it. */
@Needs(Needs.Part.KUBECTL)
class GatewayTest {
    private final Manifests overlay = Manifests.rendered("k8s/gateway");

    @Test
    void both_routes_belong_to_the_one_gateway_and_lead_to_ports_that_services_have() {
        Gateway gateway = overlay.get(Gateway.class, "k8s-demo");
        for (String name : List.of("k8s-demo-frontend", "k8s-demo-backend")) {
            HTTPRoute route = overlay.get(HTTPRoute.class, name);
            assertThat(route.getSpec().getParentRefs()).singleElement().satisfies(parent -> assertThat(parent.getName())
                    .isEqualTo(gateway.getMetadata().getName()));
            assertThat(backends(route)).allSatisfy(backend -> assertThat(overlay.get(Service.class, backend.getName())
                            .getSpec()
                            .getPorts())
                    .extracting(ServicePort::getPort)
                    .contains(backend.getPort()));
        }
    }

    @Test
    void of_a_hundred_greetings_ninety_go_to_v1_and_ten_to_v2() {
        assertThat(backends(overlay.get(HTTPRoute.class, "k8s-demo-backend")))
                .extracting(HTTPBackendRef::getName, HTTPBackendRef::getWeight)
                .containsExactly(tuple("k8s-demo-backend", 90), tuple("k8s-demo-backend-canary", 10));
        assertThat(overlay.get(Deployment.class, "k8s-demo-backend-canary")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getEnv())
                .contains(new EnvVar("GREETING_VERSION", "v2", null));
    }

    private static List<HTTPBackendRef> backends(HTTPRoute route) {
        return route.getSpec().getRules().stream()
                .flatMap(rule -> rule.getBackendRefs().stream())
                .toList();
    }

    @Test
    void the_canary_shares_no_pods_with_the_backend() {
        var canary = overlay.get(Deployment.class, "k8s-demo-backend-canary").getSpec();
        var pods = canary.getSelector().getMatchLabels();
        assertThat(canary.getTemplate().getMetadata().getLabels()).containsAllEntriesOf(pods);
        assertThat(overlay.get(Service.class, "k8s-demo-backend-canary")
                        .getSpec()
                        .getSelector())
                .isEqualTo(pods);
        assertThat(overlay.get(PodDisruptionBudget.class, "k8s-demo-backend-canary")
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .isEqualTo(pods);
        assertThat(canary.getTemplate().getSpec().getTopologySpreadConstraints())
                .allSatisfy(spread ->
                        assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(pods));
        assertThat(overlay.get(Service.class, "k8s-demo-backend").getSpec().getSelector())
                .doesNotContainEntry("app.kubernetes.io/name", pods.get("app.kubernetes.io/name"));
    }

    @Test
    void its_readme_installs_the_version_that_is_tested() throws IOException {
        Pattern version = Pattern.compile("(?<=gateway-api@|download/)v[0-9.]+");
        Path root = Command.ROOT.toPath();
        assertThat(version.matcher(Files.readString(root.resolve("k8s/gateway/README.md")))
                        .results()
                        .map(MatchResult::group))
                .containsExactly(version.matcher(Files.readString(root.resolve("scripts/gateway-crds")))
                        .results()
                        .map(MatchResult::group)
                        .toArray(String[]::new));
    }

    /** Checked as an API server does that is strict: a field that the schema does not have is an error. */
    @Nested
    @Needs(Needs.Part.GATEWAY_CRDS)
    class Schema {
        private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

        @Test
        void allows_the_gateway_and_both_routes() throws IOException {
            List<JsonNode> objects = objects();
            assertThat(objects).hasSize(3);
            for (JsonNode object : objects) {
                assertThat(violations(object))
                        .as(object.at("/metadata/name").asText())
                        .isEmpty();
            }
        }

        @ParameterizedTest
        @CsvSource({
            "/spec/rules/0/backendRefs/0, weight, -1",
            "/spec/rules/0/backendRefs/0, port, 0",
            "/spec/rules/0/backendRefs/0, wieght, 90",
            "/spec/rules/0/filters/0, type, Rewrite",
        })
        void refuses_a_route_with_a_mistake(String where, String field, String value) throws IOException {
            ObjectNode route = (ObjectNode) objects().stream()
                    .filter(object -> object.at("/metadata/name").asText().equals("k8s-demo-backend"))
                    .findFirst()
                    .orElseThrow();
            ((ObjectNode) route.at(where)).set(field, YAML.readTree(value));
            assertThat(violations(route)).singleElement().asString().contains(field);
        }

        private static List<JsonNode> objects() throws IOException {
            try (var documents = YAML.readerFor(JsonNode.class)
                    .<JsonNode>readValues(Command.output("kubectl", "kustomize", "k8s/gateway"))) {
                return documents.readAll().stream()
                        .filter(object -> object.at("/apiVersion").asText().startsWith("gateway.networking.k8s.io/"))
                        .toList();
            }
        }

        private static Set<ValidationMessage> violations(JsonNode object) throws IOException {
            String plural = object.at("/kind").asText().toLowerCase() + "s";
            Path file = Path.of(
                    Command.output("scripts/gateway-crds").strip(), "gateway.networking.k8s.io_" + plural + ".yaml");
            JsonNode definition = YAML.readTree(file.toFile());
            for (JsonNode version : definition.at("/spec/versions")) {
                if (object.at("/apiVersion")
                        .asText()
                        .endsWith("/" + version.at("/name").asText())) {
                    JsonNode schema =
                            strict(version.at("/schema/openAPIV3Schema").deepCopy());
                    return validator(schema).validate(object);
                }
            }
            throw new AssertionError(file + " does not define " + object.at("/apiVersion"));
        }

        private static JsonSchema validator(JsonNode schema) {
            return JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(schema);
        }

        /** A JSON schema allows fields that it does not name; a structural schema of Kubernetes does not. */
        private static JsonNode strict(JsonNode schema) {
            if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
                object.put(
                        "additionalProperties",
                        object.path("x-kubernetes-preserve-unknown-fields").asBoolean());
            }
            schema.forEach(Schema::strict);
            return schema;
        }
    }
}
