// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static k8sdemo.e2e.Manifests.number;
import static k8sdemo.e2e.Manifests.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cluster is told: one test for each promise. ({@code scripts/lint} checks the fields, and much more.) */
@Needs(Needs.Part.KUBECTL)
class ManifestsTest {
    private static final Path ROOT = Command.ROOT.toPath();
    private static final List<String> APPS = List.of("backend", "frontend");
    private static final String VERSION = "app.kubernetes.io/version";

    @ParameterizedTest
    @ValueSource(strings = {"backend", "frontend"})
    @Retention(RetentionPolicy.RUNTIME)
    private @interface EachApp {}

    private static Manifests workshop;
    private static Manifests gke;

    @BeforeAll
    static void render() {
        workshop = Manifests.rendered("k8s/workshop");
        gke = Manifests.rendered("k8s/gke");
    }

    @EachApp
    void are_what_the_build_generates(String app) throws IOException {
        String generated = Files.readString(App.packaged(app).resolve("kubernetes/kubernetes.yml"));
        assertThat(Manifests.committed("k8s/base/" + app + ".yml").objects())
                .as("k8s/base/%s.yml is generated: run make format", app)
                .isEqualTo(Manifests.parse(generated).objects());
    }

    /** make deploy applies the namespace first, which not everyone may, and then one app after the other. */
    @Test
    void every_object_but_the_namespace_belongs_to_an_app() {
        for (Manifests overlay : List.of(workshop, gke, Manifests.rendered("k8s/gateway"))) {
            assertThat(overlay.objects().values())
                    .filteredOn(object -> !object.at("/metadata/labels").has("app.kubernetes.io/component"))
                    .extracting(object -> text(object, "/kind"))
                    .containsExactly("Namespace");
        }
    }

    @EachApp
    void deployment_service_and_budget_select_the_same_pods_of_every_version(String app) {
        JsonNode selector = workshop.spec("Deployment", app).at("/selector/matchLabels");
        assertThat(workshop.spec("PodDisruptionBudget", app).at("/selector/matchLabels"))
                .isEqualTo(selector);
        Set<Map.Entry<String, JsonNode>> labels =
                workshop.spec("Deployment", app).at("/template/metadata/labels").properties();
        for (JsonNode each : List.of(selector, workshop.spec("Service", app).at("/selector"))) {
            assertThat(each).isNotEmpty();
            assertThat(each.has(VERSION)).isFalse();
            assertThat(labels).containsAll(each.properties());
        }
    }

    @EachApp
    void the_service_is_a_load_balancer_on_the_port_of_the_container(String app) {
        int port = number(workshop.container(app), "/ports/0/containerPort");
        assertThat(port).isPositive();
        assertThat(text(workshop.spec("Service", app), "/type")).isEqualTo("LoadBalancer");
        assertThat(number(workshop.spec("Service", app), "/ports/0/port")).isEqualTo(port);
        assertThat(number(workshop.spec("Service", app), "/ports/0/targetPort")).isEqualTo(port);
    }

    @EachApp
    void a_release_removes_no_pod_before_another_is_ready(String app) {
        JsonNode strategy = workshop.spec("Deployment", app).at("/strategy/rollingUpdate");
        assertThat(text(strategy, "/maxUnavailable")).isEqualTo("0%");
        assertThat(text(strategy, "/maxSurge")).isNotEqualTo("0%");
        assertThat(number(workshop.spec("Deployment", app), "/replicas")).isGreaterThan(1);
    }

    @EachApp
    void a_drain_evicts_one_pod_at_a_time_and_never_waits_for_one_that_is_broken(String app) {
        assertThat(number(workshop.spec("PodDisruptionBudget", app), "/maxUnavailable"))
                .isEqualTo(1);
        assertThat(text(workshop.spec("PodDisruptionBudget", app), "/unhealthyPodEvictionPolicy"))
                .isEqualTo("AlwaysAllow");
    }

    @Test
    void prometheus_finds_each_pod_once() {
        assertThat(text(workshop.spec("Deployment", "backend"), "/template/metadata/annotations/prometheus.io~1port"))
                .isEqualTo(text(workshop.container("backend"), "/ports/0/containerPort"));
        assertThat(workshop.get("Service/k8s-demo-backend").toString()).doesNotContain("prometheus.io");
    }

    @EachApp
    void a_connection_stays_open_for_longer_than_a_load_balancer_keeps_it(String app) throws IOException {
        assertThat(seconds(shared(), "quarkus.http.idle-timeout")).isGreaterThan(60);
        for (Manifests google : List.of(gke, Manifests.rendered("k8s/gateway"))) {
            assertThat(google.container(app).at("/env").toString())
                    .contains("{\"name\":\"QUARKUS_HTTP_IDLE_TIMEOUT\",\"value\":\"620s\"}");
        }
    }

    @EachApp
    void a_container_can_write_to_its_temporary_files_only(String app) {
        assertThat(text(workshop.container(app), "/volumeMounts/0/mountPath")).isEqualTo("/tmp");
        assertThat(workshop.pod(app).at("/volumes/0/emptyDir").has("sizeLimit")).isTrue();
    }

    /** On nodes without zones, as on a laptop, a constraint over zones would switch off the one over nodes. */
    @EachApp
    void each_release_spreads_its_own_pods_over_nodes_and_in_the_cloud_over_zones_too(String app) {
        String node = "kubernetes.io/hostname";
        for (Manifests cluster : List.of(workshop, gke)) {
            JsonNode spread = cluster.pod(app).at("/topologySpreadConstraints");
            assertThat(spread)
                    .extracting(constraint -> text(constraint, "/topologyKey"))
                    .containsExactlyElementsOf(
                            cluster == gke ? List.of(node, "topology.kubernetes.io/zone") : List.of(node));
            assertThat(spread)
                    .allMatch(
                            constraint -> text(constraint, "/matchLabelKeys/0").equals("pod-template-hash"))
                    .noneMatch(constraint ->
                            constraint.at("/labelSelector/matchLabels").isEmpty());
        }
    }

    @EachApp
    void a_pod_has_longer_to_end_than_it_needs_to_drain(String app) throws IOException {
        Properties config = shared();
        assertThat((long) number(workshop.pod(app), "/terminationGracePeriodSeconds"))
                .isGreaterThan(seconds(config, "quarkus.shutdown.delay") + seconds(config, "quarkus.shutdown.timeout"));
    }

    private static Properties shared() throws IOException {
        return properties("common/src/main/resources/META-INF/microprofile-config.properties");
    }

    private static Properties properties(String file) throws IOException {
        Properties config = new Properties();
        config.load(new StringReader(Command.read(file)));
        return config;
    }

    private static long seconds(Properties config, String setting) {
        return Duration.parse("PT" + config.getProperty(setting)).toSeconds();
    }

    @EachApp
    void a_pod_that_is_not_ready_is_left_alone_at_once_and_a_slow_one_is_not_restarted(String app) {
        JsonNode container = workshop.container(app);
        assertThat(seconds(container, "readiness")).isLessThanOrEqualTo(2);
        assertThat(seconds(container, "startup")).isGreaterThanOrEqualTo(30);
        assertThat(seconds(container, "liveness")).isBetween(5, 15);
        assertThat(number(container, "/livenessProbe/timeoutSeconds"))
                .isGreaterThan(number(container, "/readinessProbe/timeoutSeconds"));
    }

    /** @return how long a probe must fail before something is done about it */
    private static int seconds(JsonNode container, String probe) {
        JsonNode node = container.at("/" + probe + "Probe");
        return number(node, "/failureThreshold") * number(node, "/periodSeconds");
    }

    @EachApp
    void a_pod_is_replaced_soon_after_its_node_has_died(String app) {
        for (Manifests overlay : List.of(workshop, gke)) {
            assertThat(overlay.pod(app).at("/tolerations"))
                    .extracting(taint -> text(taint, "/key"))
                    .containsExactlyInAnyOrder("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
            assertThat(overlay.pod(app).at("/tolerations"))
                    .allMatch(taint -> taint.at("/tolerationSeconds").asInt(300) <= 10);
        }
    }

    @EachApp
    void pods_keep_to_the_restricted_pod_security_standard(String app) {
        for (Manifests overlay : List.of(workshop, gke)) {
            assertRestricted(overlay.pod(app));
            assertThat(text(overlay.get("Namespace/k8s-demo"), "/metadata/labels/pod-security.kubernetes.io~1enforce"))
                    .isEqualTo("restricted");
        }
    }

    /** The standard has more rules; checkov checks them all. */
    private static void assertRestricted(JsonNode pod) {
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(text(pod, "/securityContext/seccompProfile/type")).isEqualTo("RuntimeDefault");
        assertThat(pod.findValues("readOnlyRootFilesystem")).isNotEmpty().allMatch(JsonNode::asBoolean);
        assertThat(pod.findValues("allowPrivilegeEscalation")).isNotEmpty().noneMatch(JsonNode::asBoolean);
    }

    @EachApp
    void a_container_requests_what_it_needs_and_is_limited_in_all_but_the_processor(String app) {
        JsonNode resources = workshop.container(app).at("/resources");
        assertThat(resources.at("/requests").fieldNames()).toIterable().contains("cpu", "memory", "ephemeral-storage");
        assertThat(resources.at("/limits").fieldNames()).toIterable().containsOnly("memory", "ephemeral-storage");
    }

    @Test
    void everything_is_in_one_namespace_with_the_recommended_labels() {
        for (Manifests overlay : List.of(workshop, gke)) {
            overlay.objects().forEach((name, object) -> {
                JsonNode labels = object.at("/metadata/labels");
                assertThat(text(object, "/metadata/namespace"))
                        .as(name)
                        .isEqualTo(name.startsWith("Namespace/") ? "" : "k8s-demo");
                assertThat(text(labels, "/app.kubernetes.io~1part-of")).as(name).isEqualTo("k8s-demo");
                assertThat(text(labels, "/app.kubernetes.io~1version")).as(name).isEqualTo("v1");
            });
        }
    }

    @EachApp
    void an_image_has_a_tag_of_its_own_and_is_pulled_once(String app) {
        assertThat(workshop.spec("Deployment", app)
                        .at("/template/metadata/labels")
                        .has(VERSION))
                .isTrue();
        assertThat(text(workshop.container(app), "/image")).isEqualTo("k8s-demo-" + app + ":v1");
        assertThat(text(workshop.container(app), "/imagePullPolicy")).isEqualTo("IfNotPresent");
    }

    @Test
    void the_frontend_finds_the_service_of_the_backend_and_the_backend_its_node() {
        assertThat(workshop.container("frontend").at("/env").toString())
                .contains("{\"name\":\"BACKEND_URL\",\"value\":\"http://k8s-demo-backend:%s\"}"
                        .formatted(workshop.spec("Service", "backend").at("/ports/0/port")));
        assertThat(workshop.container("backend").at("/env").toString()).contains("\"fieldPath\":\"spec.nodeName\"");
    }

    @Test
    void another_setting_is_another_config_map_so_pods_that_name_it_are_new(@TempDir Path folder) throws IOException {
        Manifests other = workshopWith(
                "configMapGenerator: [{name: k8s-demo-backend, behavior: merge, literals: [GREETING_WORD=Servus]}]",
                folder);
        for (Manifests overlay : List.of(workshop, gke, other)) {
            assertThat(text(settings(overlay, "backend"), "/data/GREETING_WORD"))
                    .isEqualTo(overlay == other ? "Servus" : "Hello");
        }
        assertThat(settings(other, "backend").at("/metadata/name"))
                .isNotEqualTo(settings(workshop, "backend").at("/metadata/name"));
    }

    /** @return the ConfigMap that the container of an app names */
    private static JsonNode settings(Manifests overlay, String app) {
        return overlay.get("ConfigMap/" + text(overlay.container(app), "/envFrom/0/configMapRef/name"));
    }

    @Test
    void a_setting_is_the_same_with_and_without_a_cluster() throws IOException {
        Properties config = properties("backend/src/main/resources/application.properties");
        settings(workshop, "backend").at("/data").properties().forEach(setting -> assertThat(
                        config.getProperty(setting.getKey().toLowerCase().replace('_', '.')))
                .as(setting.getKey())
                .isEqualTo(setting.getValue().asText()));
    }

    @Test
    void an_autoscaler_owns_the_number_of_backends_and_a_chapter_says_which(@TempDir Path folder) throws IOException {
        Manifests laptop = workshopWith("components: [k8s/components/autoscaler]", folder);
        for (Manifests cluster : List.of(laptop, gke)) {
            JsonNode autoscaler = cluster.spec("HorizontalPodAutoscaler", "backend");
            assertThat(cluster.spec("Deployment", "backend").has("replicas")).isFalse();
            assertThat(text(autoscaler, "/scaleTargetRef/name")).isEqualTo("k8s-demo-backend");
            assertThat(number(autoscaler, "/minReplicas")).isGreaterThan(1);
            assertThat(Command.read(cluster == gke ? "workshop/9-your-own-cluster.md" : "workshop/8-take-one-away.md"))
                    .contains("between %d and %d"
                            .formatted(number(autoscaler, "/minReplicas"), number(autoscaler, "/maxReplicas")));
        }
        JsonNode behavior = laptop.spec("HorizontalPodAutoscaler", "backend").at("/behavior");
        assertThat(number(behavior, "/scaleUp/policies/0/value"))
                .as("pods that start leave the processor to those that serve")
                .isEqualTo(1);
        assertThat(number(behavior, "/scaleDown/stabilizationWindowSeconds")).isBetween(1, 60);
        assertThat(gke.spec("HorizontalPodAutoscaler", "backend").has("behavior"))
                .isFalse();
    }

    @Test
    void gke_gives_a_rollout_time_to_add_a_node() {
        for (String app : APPS) {
            assertThat(number(gke.spec("Deployment", app), "/progressDeadlineSeconds"))
                    .isGreaterThanOrEqualTo(600);
        }
    }

    @Test
    void gke_lets_only_the_frontend_connect_to_the_backend_and_the_frontend_to_nothing_else() {
        for (String app : APPS) {
            JsonNode policy = gke.spec("NetworkPolicy", app);
            assertThat(gke.spec("Deployment", app)
                            .at("/template/metadata/labels")
                            .properties())
                    .containsAll(policy.at("/podSelector/matchLabels").properties());
            assertThat(policy.at("/policyTypes")).hasSize(2);
            assertThat(policy.at("/ingress")).hasSize(1);
            assertThat(policy.at("/ingress/0/ports/0/port"))
                    .isEqualTo(workshop.container(app).at("/ports/0/containerPort"));
        }
        JsonNode backend = gke.spec("NetworkPolicy", "backend");
        JsonNode frontend = gke.spec("NetworkPolicy", "frontend");
        assertThat(backend.at("/ingress/0/from").findValues("podSelector"))
                .containsExactly(frontend.at("/podSelector"));
        assertThat(backend.at("/ingress/0/from").findValues("namespaceSelector"))
                .isEmpty();
        assertThat(backend.at("/egress")).isEmpty();
        assertThat(frontend.at("/egress").findValues("podSelector")).containsExactly(backend.at("/podSelector"));
    }

    @Test
    void the_message_log_is_a_native_sidecar_that_shares_a_bounded_volume(@TempDir Path folder) throws IOException {
        JsonNode pod =
                workshopWith("components: [k8s/components/message-log]", folder).pod("backend");
        JsonNode sidecar = pod.at("/initContainers/0");
        assertRestricted(pod);
        assertThat(text(sidecar, "/restartPolicy")).isEqualTo("Always");
        assertThat(sidecar.at("/image")).isEqualTo(pod.at("/containers/0/image"));
        assertThat(sidecar.at("/volumeMounts/0/readOnly").asBoolean()).isTrue();
        assertThat(text(sidecar, "/command/2"))
                .contains(MessageLogTest.component().get("QUARKUS_LOG_HANDLER_FILE_MESSAGES_PATH"));
        assertThat(pod.at("/volumes").findValues("emptyDir")).allMatch(volume -> volume.has("sizeLimit"));
    }

    @Test
    void each_folder_of_the_lab_takes_something_away(@TempDir Path folder) throws IOException {
        for (String file : Command.files("k8s/lab/*/kustomization.yml")) {
            Manifests without = workshopWith("components: [" + file.replace("/kustomization.yml", "") + "]", folder);
            assertThat(without.objects().keySet())
                    .as(file)
                    .isEqualTo(workshop.objects().keySet());
            assertThat(without.objects()).as(file).isNotEqualTo(workshop.objects());
        }
    }

    /**
     * @param more fields of a kustomization, in which {@code k8s} stands for that folder
     * @return the workshop overlay with them
     */
    private static Manifests workshopWith(String more, Path folder) throws IOException {
        Path k8s = folder.toRealPath().relativize(ROOT.toRealPath().resolve("k8s"));
        String fields = "{resources: [k8s/workshop], " + more + "}";
        Files.writeString(folder.resolve("kustomization.yml"), fields.replaceAll("\\bk8s/", k8s + "/"));
        return Manifests.rendered(folder.toString());
    }
}
