package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cluster is told, from the committed files and from the overlays as kubectl renders them. */
class ManifestsTest {
    private static final String NAME = "app.kubernetes.io/name";
    private static final String PART_OF = "app.kubernetes.io/part-of";
    private static final String VERSION = "app.kubernetes.io/version";

    static Stream<String> apps() {
        return Stream.of("backend", "frontend");
    }

    private static int port(String app) {
        return app.equals("backend") ? 8000 : 8080;
    }

    private static Manifests base(String app) {
        return Manifests.committed("k8s/base/" + app + ".yml");
    }

    private static Deployment deployment(String app) {
        return base(app).get(Deployment.class, "k8s-demo-" + app);
    }

    private static PodSpec pod(String app) {
        return deployment(app).getSpec().getTemplate().getSpec();
    }

    private static Container container(String app) {
        return pod(app).getContainers().get(0);
    }

    @ParameterizedTest
    @MethodSource("apps")
    void are_what_the_build_generates(String app) {
        assertThat(Path.of("..", "k8s", "base", app + ".yml"))
                .as("k8s/base/%s.yml is generated: run make manifests", app)
                .hasSameTextualContentAs(Path.of("..", app, "target", "kubernetes", "kubernetes.yml"));
    }

    @Test
    void a_field_that_kubernetes_does_not_know_is_an_error() {
        assertThatThrownBy(() -> Manifests.parse("x", "apiVersion: v1\nkind: Service\nspec: {prots: []}"))
                .hasMessageContaining("prots");
    }

    @ParameterizedTest
    @MethodSource("apps")
    void deployment_service_and_budget_select_the_same_pods_and_never_by_version(String app) {
        Map<String, String> selector = Map.of(NAME, "k8s-demo-" + app, PART_OF, "k8s-demo");
        Deployment deployment = deployment(app);
        assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(selector);
        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels()).containsAllEntriesOf(selector);
        assertThat(base(app).get(Service.class, "k8s-demo-" + app).getSpec().getSelector())
                .isEqualTo(selector);
        PodDisruptionBudget budget = base(app).get(PodDisruptionBudget.class, "k8s-demo-" + app);
        assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(selector);
        assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(pod(app).getTopologySpreadConstraints()).singleElement().satisfies(spread -> {
            assertThat(spread.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
            assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(selector);
        });
    }

    @ParameterizedTest
    @MethodSource("apps")
    void the_service_is_a_load_balancer_on_the_container_s_own_port(String app) {
        Service service = base(app).get(Service.class, "k8s-demo-" + app);
        assertThat(service.getSpec().getType()).isEqualTo("LoadBalancer");
        assertThat(service.getSpec().getPorts()).singleElement().satisfies(p -> {
            assertThat(p.getPort()).isEqualTo(port(app));
            assertThat(p.getTargetPort().getIntVal()).isEqualTo(port(app));
        });
        assertThat(container(app).getPorts()).singleElement().satisfies(p -> assertThat(p.getContainerPort())
                .isEqualTo(port(app)));
    }

    @ParameterizedTest
    @MethodSource("apps")
    void a_release_takes_no_pod_away_before_another_is_ready(String app) {
        var strategy = deployment(app).getSpec().getStrategy();
        assertThat(strategy.getType()).isEqualTo("RollingUpdate");
        assertThat(strategy.getRollingUpdate().getMaxUnavailable().getStrVal()).isEqualTo("0%");
        assertThat(strategy.getRollingUpdate().getMaxSurge().getStrVal()).isNotEqualTo("0%");
        assertThat(deployment(app).getSpec().getReplicas()).isGreaterThan(1);
    }

    @ParameterizedTest
    @MethodSource("apps")
    void a_pod_has_longer_to_end_than_it_needs_to_drain(String app) throws IOException {
        Map<Object, Object> config = new java.util.Properties();
        try (var in = java.nio.file.Files.newBufferedReader(
                Path.of("..", app, "src", "main", "resources", "application.properties"))) {
            ((java.util.Properties) config).load(in);
        }
        assertThat(config).containsEntry("quarkus.shutdown.delay-enabled", "true");
        assertThat(pod(app).getTerminationGracePeriodSeconds())
                .isGreaterThan(seconds(config.get("quarkus.shutdown.delay"))
                        + seconds(config.get("quarkus.shutdown.timeout")));
    }

    private static int seconds(Object duration) {
        return Integer.parseInt(duration.toString().replace("s", ""));
    }

    @ParameterizedTest
    @MethodSource("apps")
    void probes_bring_a_pod_in_within_a_second_and_out_within_three(String app) {
        Container container = container(app);
        for (Probe probe :
                List.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())) {
            assertThat(probe.getHttpGet().getPort().getIntVal()).isEqualTo(port(app));
            assertThat(probe.getInitialDelaySeconds()).isZero();
            assertThat(probe.getTimeoutSeconds()).isLessThanOrEqualTo(2);
        }
        Probe startup = container.getStartupProbe();
        assertThat(startup.getPeriodSeconds()).isEqualTo(1);
        assertThat(startup.getFailureThreshold()).isGreaterThanOrEqualTo(30);
        Probe readiness = container.getReadinessProbe();
        assertThat(readiness.getPeriodSeconds()).isEqualTo(1);
        assertThat(readiness.getFailureThreshold() * readiness.getPeriodSeconds() + readiness.getTimeoutSeconds())
                .isLessThanOrEqualTo(3);
        Probe liveness = container.getLivenessProbe();
        assertThat(liveness.getFailureThreshold() * liveness.getPeriodSeconds()).isBetween(5, 15);
    }

    @ParameterizedTest
    @MethodSource("apps")
    void the_app_answers_where_the_probes_ask(String app) {
        Container container = container(app);
        try (App running = App.start(app, Map.of())) {
            for (Probe probe :
                    List.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())) {
                assertThat(running.status(probe.getHttpGet().getPath()))
                        .as(probe.getHttpGet().getPath())
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("apps")
    void keep_to_the_restricted_pod_security_standard(String app) {
        assertRestricted(pod(app));
        assertThat(pod(app).getAutomountServiceAccountToken()).isFalse();
        assertThat(pod(app).getEnableServiceLinks()).isFalse();
    }

    private static void assertRestricted(PodSpec pod) {
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isGreaterThan(10_000);
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        for (Container container : Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .toList()) {
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(container.getSecurityContext().getPrivileged()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("apps")
    void ask_for_cpu_and_memory_and_bound_the_memory(String app) {
        var resources = container(app).getResources();
        assertThat(resources.getRequests()).containsKeys("cpu", "memory");
        assertThat(resources.getLimits()).containsOnlyKeys("memory");
        assertThat(Quantity.getAmountInBytes(resources.getLimits().get("memory")))
                .isGreaterThanOrEqualTo(
                        Quantity.getAmountInBytes(resources.getRequests().get("memory")));
    }

    @ParameterizedTest
    @MethodSource("apps")
    void carry_the_recommended_labels(String app) {
        for (HasMetadata object : base(app).all()) {
            assertThat(object.getMetadata().getLabels())
                    .as("%s", object.getKind())
                    .containsKeys(NAME, PART_OF, "app.kubernetes.io/component", "app.kubernetes.io/managed-by");
        }
    }

    @ParameterizedTest
    @MethodSource("apps")
    void carry_nothing_that_differs_from_build_to_build(String app) {
        for (HasMetadata object : base(app).all()) {
            assertThat(object.getMetadata().getAnnotations().keySet())
                    .noneMatch(key -> key.contains("timestamp") || key.contains("commit") || key.contains("vcs"));
        }
    }

    @Test
    void the_frontend_finds_the_backend_by_its_service() {
        Service backend = base("backend").get(Service.class, "k8s-demo-backend");
        assertThat(container("frontend").getEnv()).anySatisfy(variable -> {
            assertThat(variable.getName()).isEqualTo("BACKEND_URL");
            assertThat(variable.getValue())
                    .isEqualTo(
                            "http://%s:%d",
                            backend.getMetadata().getName(),
                            backend.getSpec().getPorts().get(0).getPort());
        });
    }

    @Test
    void the_namespace_enforces_the_restricted_standard() {
        Namespace namespace = Manifests.committed("k8s/base/namespace.yml").get(Namespace.class, "k8s-demo");
        assertThat(namespace.getMetadata().getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    }

    @Test
    void the_namespace_carries_the_label_by_which_undeploy_knows_it() {
        Namespace namespace = Manifests.committed("k8s/base/namespace.yml").get(Namespace.class, "k8s-demo");
        assertThat(namespace.getMetadata().getLabels()).containsEntry("app.kubernetes.io/part-of", "k8s-demo");
    }

    @Nested
    @Needs(Needs.Part.KUBECTL)
    class Overlays {
        @ParameterizedTest
        @ValueSource(strings = {"k8s/minikube", "k8s/gke", "k8s/minikube-message-log"})
        void render_one_namespace_with_everything_in_it_and_a_version_in_no_selector(String overlay) {
            Manifests manifests = Manifests.rendered(overlay);
            for (HasMetadata object : manifests.all()) {
                if (!(object instanceof Namespace)) {
                    assertThat(object.getMetadata().getNamespace())
                            .as("%s", object)
                            .isEqualTo("k8s-demo");
                }
                assertThat(object.getMetadata().getLabels()).containsEntry(VERSION, "v1");
            }
            apps().forEach(app -> {
                Deployment deployment = manifests.get(Deployment.class, "k8s-demo-" + app);
                assertThat(deployment.getSpec().getSelector().getMatchLabels()).doesNotContainKey(VERSION);
                assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                        .containsEntry(VERSION, "v1");
                assertRestricted(deployment.getSpec().getTemplate().getSpec());
                assertThat(deployment
                                .getSpec()
                                .getTemplate()
                                .getSpec()
                                .getContainers()
                                .get(0)
                                .getImage())
                        .doesNotContain("latest")
                        .endsWith(":v1");
                assertThat(deployment
                                .getSpec()
                                .getTemplate()
                                .getSpec()
                                .getContainers()
                                .get(0)
                                .getImagePullPolicy())
                        .isEqualTo("IfNotPresent");
            });
        }

        @Test
        void minikube_runs_two_backends() {
            Deployment backend = Manifests.rendered("k8s/minikube").get(Deployment.class, "k8s-demo-backend");
            assertThat(backend.getSpec().getReplicas()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(strings = {"backend", "frontend"})
        void gke_leaves_a_rollout_the_time_to_make_a_node(String app) {
            Deployment deployment = Manifests.rendered("k8s/gke").get(Deployment.class, "k8s-demo-" + app);
            assertThat(deployment.getSpec().getProgressDeadlineSeconds()).isEqualTo(600);
        }

        @Test
        void gke_runs_three_backends_and_more_under_load() {
            Manifests gke = Manifests.rendered("k8s/gke");
            var autoscaler =
                    gke.get(HorizontalPodAutoscaler.class, "k8s-demo-backend").getSpec();
            Deployment backend = gke.get(Deployment.class, "k8s-demo-backend");
            assertThat(backend.getSpec().getReplicas())
                    .as("the autoscaler's to set")
                    .isNull();
            assertThat(autoscaler.getMinReplicas()).isEqualTo(3);
            assertThat(autoscaler.getMaxReplicas()).isGreaterThan(3);
            assertThat(autoscaler.getScaleTargetRef().getKind()).isEqualTo("Deployment");
            assertThat(autoscaler.getScaleTargetRef().getName())
                    .isEqualTo(backend.getMetadata().getName());
            assertThat(backend.getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .get(0)
                            .getResources()
                            .getRequests())
                    .as("what the utilization is a share of")
                    .containsKey("cpu");
        }

        @ParameterizedTest
        @CsvSource({"backend, 8000", "frontend, 8080"})
        void gke_lets_connections_in_on_the_app_s_port_alone(String app, int port) {
            Manifests gke = Manifests.rendered("k8s/gke");
            NetworkPolicy policy = gke.get(NetworkPolicy.class, "k8s-demo-" + app);
            assertThat(policy.getSpec().getPodSelector().getMatchLabels())
                    .isEqualTo(gke.get(Deployment.class, "k8s-demo-" + app)
                            .getSpec()
                            .getSelector()
                            .getMatchLabels());
            assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
            assertThat(policy.getSpec().getIngress()).singleElement().satisfies(rule -> assertThat(rule.getPorts())
                    .singleElement()
                    .satisfies(p -> assertThat(p.getPort().getIntVal()).isEqualTo(port)));
        }

        @Test
        void gke_lets_no_pod_but_the_frontend_reach_the_backend() {
            NetworkPolicy policy = Manifests.rendered("k8s/gke").get(NetworkPolicy.class, "k8s-demo-backend");
            assertThat(policy.getSpec().getIngress().get(0).getFrom())
                    .filteredOn(peer -> peer.getPodSelector() != null || peer.getNamespaceSelector() != null)
                    .singleElement()
                    .satisfies(peer -> {
                        assertThat(peer.getNamespaceSelector()).isNull();
                        assertThat(peer.getPodSelector().getMatchLabels()).containsEntry(NAME, "k8s-demo-frontend");
                    });
        }

        @Test
        void native_executables_ask_for_a_fraction_of_the_memory() throws IOException {
            Path folder = java.nio.file.Files.createDirectories(Path.of("..", "target", "native-overlay"));
            java.nio.file.Files.writeString(folder.resolve("kustomization.yml"), """
                    resources: [../../k8s/minikube]
                    components: [../../k8s/native]
                    """);
            Manifests manifests = Manifests.rendered("target/native-overlay");
            apps().forEach(app -> {
                var resources = manifests
                        .get(Deployment.class, "k8s-demo-" + app)
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getResources();
                assertThat(Quantity.getAmountInBytes(resources.getRequests().get("memory"))
                                .multiply(new java.math.BigDecimal(3)))
                        .isLessThan(Quantity.getAmountInBytes(
                                container(app).getResources().getRequests().get("memory")));
                assertThat(resources.getLimits()).containsOnlyKeys("memory");
            });
        }

        @Test
        void the_message_log_is_a_native_sidecar_that_shares_a_bounded_volume() {
            PodSpec pod = Manifests.rendered("k8s/minikube-message-log")
                    .get(Deployment.class, "k8s-demo-backend")
                    .getSpec()
                    .getTemplate()
                    .getSpec();
            assertThat(pod.getInitContainers()).singleElement().satisfies(sidecar -> {
                assertThat(sidecar.getName()).isEqualTo("message-log");
                assertThat(sidecar.getRestartPolicy()).isEqualTo("Always");
                assertThat(sidecar.getImage())
                        .isEqualTo(pod.getContainers().get(0).getImage());
                assertThat(sidecar.getVolumeMounts().get(0).getReadOnly()).isTrue();
            });
            assertThat(pod.getVolumes()).singleElement().satisfies(volume -> assertThat(
                            volume.getEmptyDir().getSizeLimit())
                    .isNotNull());
        }
    }
}
