// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/**
 * What each safeguard is worth: {@code make lab}. Takes one away at a time, lets the same things happen under load, and counts what
 * they cost. They are the folders of k8s/lab; scripts/lab puts everything back.
 */
class SafeguardLab {
    private static final int PER_SECOND = 200;

    /** Why requests are lost without each. */
    private static final Map<String, String> WHY = new LinkedHashMap<>();

    static {
        WHY.put("drain", "A pod that shuts down ends before all nodes know, so they still send requests to it.");
        WHY.put("retry", "The requests that a dead pod had begun are lost, and so are those that still go to it.");
        WHY.put(
                "readiness",
                "A pod gets requests before it can answer, and keeps getting them when it says that it cannot.");
        WHY.put("max-age", "The frontend keeps its connections to a pod that is no longer ready.");
        WHY.put(
                "spread",
                "Both backends are on one node, so when it fails, nobody answers until they have started again.");
        WHY.put("budget", "When all nodes are drained at once, all pods are evicted at once.");
    }

    private final Cluster cluster = new Cluster(System.getenv().getOrDefault("NAMESPACE", "k8s-demo"));
    private String version;

    @Test
    void each_safeguard_is_worth_something() {
        String url = cluster.attach();
        for (String release : List.of("v1", "v2")) {
            cluster.build(release);
        }
        version = cluster.kubectl(
                "get",
                "deployment/k8s-demo-backend",
                "-o",
                "jsonpath={.spec.template.metadata.labels.app\\.kubernetes\\.io/version}");
        String only = System.getenv().getOrDefault("SAFEGUARD", "");
        cluster.make("without", "SAFEGUARD=none");
        List<Load.Cost> with = costs(url, "nothing");
        List<String> rows = new ArrayList<>(List.of(row("nothing", with, "")));
        List<String> worthless = new ArrayList<>();
        WHY.forEach((safeguard, why) -> {
            if (only.isEmpty() || only.equals(safeguard)) {
                cluster.make("without", "SAFEGUARD=" + safeguard);
                List<Load.Cost> without = costs(url, safeguard);
                rows.add(row(safeguard, without, why));
                if (last(without).failed() <= last(with).failed()
                        && last(without).gap() <= last(with).gap()) {
                    worthless.add(safeguard);
                }
            }
        });
        System.out.println("\n| without | requests | failed | most of them in | longest gap | p99 | why |");
        System.out.println("|---|---:|---:|---|---:|---:|---|");
        rows.forEach(System.out::println);
        assertThat(last(with).failed()).as("failed requests with everything on").isZero();
        assertThat(worthless).as("safeguards without which nothing was lost").isEmpty();
    }

    private static Load.Cost last(List<Load.Cost> costs) {
        return costs.get(costs.size() - 1);
    }

    private static String row(String safeguard, List<Load.Cost> costs, String why) {
        Load.Cost all = last(costs);
        String worst = costs.stream()
                .filter(cost -> cost != all && cost.failed() > 0 && 4 * cost.failed() >= all.failed())
                .map(Load.Cost::event)
                .collect(Collectors.joining(", "));
        return "| %s | %,d | %,d | %s | %,d ms | %,d ms | %s |"
                .formatted(safeguard, all.requests(), all.failed(), worst, all.gap(), all.p99(), why);
    }

    /** Lets everything happen once. @return what each event cost, and the whole */
    private List<Load.Cost> costs(String url, String safeguard) {
        System.out.println("[lab] without " + safeguard);
        try (Load load = new Load(url, PER_SECOND)) {
            load.start();
            load.settle();
            load.forgetTheStart(); // how an app warms up is another question
            load.during("release", () -> {
                version = version.equals("v2") ? "v1" : "v2";
                cluster.make("rollout", "VERSION=" + version);
            });
            cluster.make("scale", "N=4");
            load.during("scale-down", () -> {
                cluster.make("scale", "N=2");
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> load.podsOfTheLast(Duration.ofSeconds(1)).size() <= 2);
            });
            crash(cluster, load);
            load.during("sick pod", () -> beSick(load));
            load.during("drained node", () -> {
                String node = cluster.nodeOf(cluster.somePod("backend"));
                try {
                    cluster.drain(node, Duration.ofMinutes(2));
                } finally {
                    cluster.kubectl("uncordon", node);
                }
                awaitBoth();
            });
            load.during("all nodes drained", () -> {
                try {
                    Cluster.nodes().parallelStream().forEach(node -> cluster.drain(node, Duration.ofSeconds(12)));
                } finally {
                    Cluster.nodes().forEach(node -> cluster.kubectl("uncordon", node));
                }
                awaitBoth();
            });
            load.settle();
            load.stop();
            System.out.println(load.table());
            load.failures().stream()
                    .map(sample -> sample.failure().replaceFirst("^(status \\d+).*|.*: ", "$1"))
                    .collect(Collectors.groupingBy(failure -> failure, Collectors.counting()))
                    .forEach((failure, count) -> System.out.println(count + " x " + failure));
            return load.costs();
        }
    }

    private void awaitBoth() {
        cluster.awaitReady("backend", 2);
        cluster.awaitReady("frontend", 2);
    }

    /** All backends of one node die at once: one, if they are spread over the nodes. */
    private static void crash(Cluster cluster, Load load) {
        load.during("crash", () -> {
            int before = cluster.restarts();
            List<String> pods = cluster.backendsOf(cluster.nodeOf(cluster.somePod("backend")));
            pods.parallelStream().forEach(pod -> cluster.inject(pod, "panic"));
            await().atMost(Duration.ofMinutes(1)).until(() -> cluster.restarts() >= before + pods.size());
            cluster.awaitReady("backend", 2);
        });
    }

    /**
     * A pod says that it cannot serve, and when the frontends had time to leave it alone, it fails every request. They have
     * three seconds: later, they may have left it by chance, because an idle connection does not live for long either.
     */
    private void beSick(Load load) {
        String pod = load.busiestPodOfTheLast(Duration.ofSeconds(1)); // without max-age, some get nothing
        cluster.inject(pod, "unready?seconds=20");
        try {
            await().atMost(Duration.ofSeconds(3))
                    .until(() -> !load.podsOfTheLast(Duration.ofMillis(500)).contains(pod));
        } catch (ConditionTimeoutException e) {
            System.out.println("[lab] the pod that is not ready still gets requests");
        }
        cluster.inject(pod, "errors?percent=100&seconds=6");
        String status = "/api/v1/namespaces/%s/pods/%s:8000/proxy/faults/status".formatted(cluster.namespace(), pod);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    String faults = Cluster.kubectlAnywhere("get", "--raw", status);
                    return !faults.contains("errors") && !faults.contains("unready");
                });
        cluster.awaitReady("backend", 2);
    }
}
