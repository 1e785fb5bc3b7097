// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The apps on the cluster that kubectl points to, with everything that happens to a cluster, under load. */
@Needs({Needs.Part.KUBECTL, Needs.Part.IMAGES, Needs.Part.CLUSTER, Needs.Part.BROWSER})
class ClusterTest {
    private static final int PER_SECOND = 210;

    private static final String PROGRAMMED = """
            {"status": {"conditions": [{"type": "Programmed", "status": "True", "reason": "Programmed", "message": "",
              "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}""";

    private static final Cluster CLUSTER = new Cluster("k8s-demo-e2e");
    private static String url;

    @BeforeAll
    static void deploy() {
        url = CLUSTER.deploy();
    }

    @AfterAll
    static void undeploy() {
        CLUSTER.make("undeploy");
    }

    @Test
    void the_load_balancer_reaches_the_form() {
        try (Browser browser = new Browser()) {
            Page page = browser.open(new NewContextOptions());
            page.navigate(url);
            page.locator("#name").fill("Ana");
            page.getByText("Say hello").click();
            assertThat(page.locator(".message")).hasText(Pattern.compile("Hello Ana from k8s-demo-backend-.*!"));
            Browser.screenshot(page, "cluster");
        }
    }

    @Test
    void a_second_deploy_of_the_same_source_changes_nothing() {
        CLUSTER.make("deploy"); // whatever ran before
        String before = generations();
        CLUSTER.make("deploy");
        assertThat(generations()).isEqualTo(before);
    }

    private static String generations() {
        return CLUSTER.kubectl(
                "get", "deployments,poddisruptionbudgets",
                "-o", "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.generation}{\"\\n\"}{end}");
    }

    @Test
    void a_pod_that_breaks_the_restricted_standard_is_refused() {
        String run = "kubectl --namespace %s run privileged --image=any --privileged".formatted(CLUSTER.namespace());
        Command.Result result = Command.run(Map.of(), Duration.ofMinutes(1), run.split(" "));
        assertThat(result.status()).isNotZero();
        assertThat(result.output()).contains("violates PodSecurity \"restricted");
    }

    /** Without a controller, this test says that the Gateway is there. A real one is tested with {@code make e2e OVERLAY=gateway}. */
    @Test
    @Needs(Needs.Part.GATEWAY_CRDS)
    void an_api_server_accepts_the_gateway_and_its_canary_and_the_next_deploy_takes_them_away() throws Exception {
        String definitions = Command.output("scripts/gateway-crds").strip();
        boolean known = Command.succeeds("kubectl", "get", "crd", "httproutes.gateway.networking.k8s.io");
        try {
            if (!known) {
                Cluster.kubectlAnywhere("apply", "--server-side", "-f", definitions);
                Cluster.kubectlAnywhere("wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
            }
            boolean controlled = !Cluster.kubectlAnywhere("get", "gatewayclasses", "-o", "name")
                    .isBlank();
            String gatewayClass = "GATEWAY_CLASS=" + (controlled ? "" : "any");
            CompletableFuture<String> deployed =
                    CompletableFuture.supplyAsync(() -> CLUSTER.make("deploy", "OVERLAY=gateway", gatewayClass));
            if (!controlled) {
                await().atMost(Duration.ofMinutes(3)).until(() -> CLUSTER.kubectl("get", "gateways", "-o", "name")
                        .contains("k8s-demo"));
                CLUSTER.kubectl(
                        "patch", "gateway", "k8s-demo", "--subresource=status", "--type=merge", "--patch", PROGRAMMED);
            }
            deployed.get(5, TimeUnit.MINUTES);
            CLUSTER.make("canary", "VERSION=v2", "WEIGHT=10");
            assertThat(objectsOfTheGateway()).hasSize(4);
            String canary = "/api/v1/namespaces/%s/services/k8s-demo-backend-canary:8000/proxy/Ana";
            assertThat(Cluster.kubectlAnywhere("get", "--raw", canary.formatted(CLUSTER.namespace())))
                    .startsWith("Hello Ana from k8s-demo-backend-canary-");
            CLUSTER.make("deploy", "OVERLAY=workshop");
            assertThat(objectsOfTheGateway()).isEmpty();
        } finally {
            CLUSTER.make("deploy");
            if (!known) {
                Cluster.kubectlAnywhere("delete", "--ignore-not-found", "-f", definitions);
            }
        }
    }

    private static List<String> objectsOfTheGateway() {
        return CLUSTER.kubectl("get", "gateways,httproutes,deployments", "-o", "name")
                .lines()
                .filter(name -> !name.matches("deployment.*(backend|frontend)"))
                .toList();
    }

    @Test
    void nothing_that_happens_to_a_cluster_costs_a_request() {
        CLUSTER.build("v2");
        CLUSTER.build("v3-broken");
        try (Browser browser = new Browser();
                Load load = new Load(url, PER_SECOND)) {
            Page page = pageWithTraffic(browser);
            load.start();
            load.settle();
            load.forgetTheStart(); // how an app warms up is another question
            load.during("nothing", () -> awaitPods(load, 2, page));
            ClusterEvents events = new ClusterEvents(CLUSTER, load, 2, backends -> awaitPods(load, backends, page));
            String before =
                    load.versionsOfTheLast(Duration.ofSeconds(1)).iterator().next();
            String next = before.equals("v1") ? "v2" : "v1";
            events.canary(next);
            events.release(next); // to all, which ends the canary
            events.rollback(before);
            events.scale(2, 6);
            events.scale(6, 2);
            events.kill("backend");
            events.drain();
            if (CLUSTER.faults(CLUSTER.somePod("backend"))
                    .contains("\"enabled\":true")) { // not with the overlay gateway
                events.fault("panic"); // and chapter 7 of the workshop lets a process hang
                events.sickPod(Duration.ofMinutes(1));
            }
            events.brokenRelease();
            long least = Long.parseLong(System.getenv().getOrDefault("REQUESTS", "0"));
            if (load.sent() < least) {
                load.during("nothing, up to " + least + " requests", () -> await().atMost(Duration.ofHours(1))
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> load.sent() >= least));
            }
            load.stop();
            page.locator("#start").click();
            Browser.screenshot(page, "cluster-live");
            System.out.println(load.table());
            assertThat(load.failures().stream().limit(5)).as(load.table()).isEmpty();
            assertThat(page.locator("#log").textContent())
                    .as("what the page saw")
                    .doesNotContain("A request failed");
            assertThat(page.locator("#failed")).hasText("0");
            assertThat(page.locator("#events")).not().containsText("v3-broken");
            assertThat(load.versions()).containsExactly("v1", "v2");
        }
    }

    /** Nobody else serves: nodes fall back on it, because it says that it is ready. Behind a Gateway, its controller decides. */
    @Test
    @DisabledIfEnvironmentVariable(
            named = "OVERLAY",
            matches = "gateway",
            disabledReason = "Envoy Gateway also sends requests to the pod that starts (k8s/gateway/README.md)")
    void the_only_pod_of_an_app_serves_until_the_next_one_does() {
        CLUSTER.build("v2");
        CLUSTER.scale(1);
        CLUSTER.awaitGone();
        try (Load load = new Load(url, PER_SECOND)) {
            load.start();
            load.settle();
            load.forgetTheStart();
            ClusterEvents one = new ClusterEvents(CLUSTER, load, 1, backends -> {});
            one.deleteAll();
            one.drain(); // which evicts
            one.release("v2");
            load.stop();
            System.out.println(load.table());
            assertThat(load.failures().stream().limit(5)).as(load.table()).isEmpty();
            assertThat(load.costs()).as(load.table()).allMatch(cost -> cost.gap() <= 1000);
        } finally {
            CLUSTER.scale(2);
        }
    }

    /** Through {@code make room}, whose frontend runs outside of the cluster. */
    @Test
    void sixty_phones_see_a_release_and_none_fails(@TempDir Path folder) throws InterruptedException {
        CLUSTER.build("v2");
        CLUSTER.make("deploy");
        String port = Integer.toString(App.freePort());
        Process room = CLUSTER.start(
                folder.resolve("room"), Map.of("FRONTEND_PORT", port, "ADDRESS", "127.0.0.1"), "scripts/room");
        try (Load load = new Load("http://127.0.0.1:" + port, 120)) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> App.statusOf("http://127.0.0.1:" + port + "/room") == 200);
            load.startPhones(60);
            load.during("nothing, with 60 phones", () -> await().until(
                            () -> load.podsOfTheLast(Duration.ofSeconds(1)).size() == 2));
            new ClusterEvents(CLUSTER, load, 2, backends -> {}).release("v2"); // it sweeps through the room
            load.stop();
            System.out.println(load.table() + load.percentiles());
            assertThat(load.failures().stream().limit(5)).as(load.table()).isEmpty();
            assertThat(load.versions()).containsExactly("v1", "v2");
        } finally {
            room.destroy();
            assertThat(room.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /**
     * Cuts off each node that may die, one after the other, while the page is open and another load runs. The load does not
     * retry, so its requests to the dead node fail; the page does. It takes two minutes for each node, so it is left to {@code
     * make e2e}; chapter 7 of the workshop, which is a test too, cuts off one.
     */
    @Test
    @Needs(Needs.Part.PLUG)
    @EnabledIfEnvironmentVariable(
            named = "E2E",
            matches = "true",
            disabledReason = "`make e2e` cuts off every node; chapter 7 of the workshop one")
    void a_node_that_dies_costs_the_page_no_request() {
        try (Browser browser = new Browser();
                Load load = new Load(url, 50)) {
            spread();
            Page page = pageWithTraffic(browser);
            load.start();
            load.during("nothing", () -> awaitPods(load, 2, page));
            for (String node : Plug.nodes()) {
                load.during(node + " dies", () -> {
                    long cut = System.nanoTime();
                    try {
                        Plug.pull(node);
                        assertThat(page.locator("#nodes .dark[data-node='" + node + "']"))
                                .isVisible();
                        await().atMost(Duration.ofMinutes(2)).until(() -> readyElsewhere(node) == 4);
                        System.out.printf(
                                "[load] replaced %.1f s after %s died%n", (System.nanoTime() - cut) / 1e9, node);
                        Browser.screenshot(page, "cluster-node-dead");
                        awaitPods(load, 2, page);
                        assertThat(page.locator("#events")).containsText("in place of");
                    } finally {
                        Plug.putBack(node);
                    }
                });
                load.during(node + " comes back", () -> {
                    await().atMost(Duration.ofMinutes(3)).until(() -> pods().size() == 4);
                    spread();
                });
            }
            load.stop();
            page.locator("#start").click();
            System.out.println(load.table());
            System.out.println("[load] The page: longest gap "
                    + page.locator("#longest-gap").textContent() + ", retried "
                    + page.locator("#retried").textContent());
            assertThat(page.locator("#failures").textContent())
                    .as("failed requests")
                    .isEmpty();
            assertThat(page.locator("#failed")).hasText("0");
        }
    }

    /** Kubernetes never moves a running pod, but each release spreads its pods over all nodes. */
    private static void spread() {
        CLUSTER.kubectl("rollout", "restart", "deployment");
        CLUSTER.awaitReady("backend", 2);
        CLUSTER.awaitReady("frontend", 2);
        await().until(() -> pods().size() == 4);
        assertThat(pods())
                .extracting(pod -> pod.app() + " on " + pod.node())
                .as("one pod of each app on each node")
                .doesNotHaveDuplicates();
    }

    private record Pod(String app, String node, boolean ready) {}

    /** @return all pods, also those that are shutting down */
    private static List<Pod> pods() {
        return CLUSTER.kubectl(
                        "get",
                        "pods",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.labels.app\\.kubernetes\\.io/component} {.spec.nodeName}"
                                + " {.status.conditions[?(@.type==\"Ready\")].status}{.metadata.deletionTimestamp}{\"\\n\"}{end}")
                .lines()
                .map(line -> line.split(" "))
                .map(words -> new Pod(words[0], words[1], words[words.length - 1].equals("True")))
                .toList();
    }

    private static long readyElsewhere(String node) {
        return pods().stream()
                .filter(pod -> pod.ready() && !pod.node().equals(node))
                .count();
    }

    /** Opens the page, and sends 50 requests a second from it. It draws no pulses, which would take half a core from the pods. */
    private static Page pageWithTraffic(Browser browser) {
        Page page =
                browser.open(new NewContextOptions().setViewportSize(1280, 720).setReducedMotion(ReducedMotion.REDUCE));
        page.navigate(url);
        page.locator("#rate").fill("50");
        page.locator("#start").click();
        return page;
    }

    /** Waits until exactly that many pods respond, because each ready pod gets requests, and the page shows as many. */
    private static void awaitPods(Load load, int count, Page page) {
        await().until(() -> load.podsOfTheLast(Duration.ofSeconds(2)).size() == count);
        assertThat(page.locator("#legend tbody tr:not(.gone)")).hasCount(count);
    }
}
