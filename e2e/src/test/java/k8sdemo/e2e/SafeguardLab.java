// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What each safeguard is worth: {@code make lab}. Takes one away at a time (k8s/lab), triggers the same events under load, and
 * counts what they cost; scripts/lab puts everything back.
 */
class SafeguardLab {
    private static final int PER_SECOND = 200;

    /**
     * Why requests are lost without each. Without the last two, pods vanish while nodes still send them connections. For two
     * minutes, a node sends a new connection from the same client port to the same dead pod, which the next safeguard would pay for.
     */
    private static final Map<String, String> WHY = new LinkedHashMap<>();

    static {
        WHY.put("serving", "When all pods shut down, no node sends requests to them, although they still serve.");
        WHY.put("retry", "The requests that a dead pod had begun are lost, and so are those that still go to it.");
        WHY.put(
                "readiness",
                "A pod gets requests before it can respond, and keeps getting them when it says that it cannot.");
        WHY.put("max-age", "The frontend keeps its connections to a pod that is no longer ready.");
        WHY.put(
                "spread",
                "Both backends are on one node, so when it fails, nothing responds until they have restarted.");
        WHY.put("drain", "A pod that shuts down ends before all nodes know, so they still send requests to it.");
        WHY.put(
                "budget",
                "When all nodes are drained at once, all pods are evicted at once, and end before others can start.");
    }

    private final Cluster cluster = new Cluster(System.getenv().getOrDefault("NAMESPACE", "k8s-demo"));

    @Test
    void each_safeguard_is_worth_something() {
        cluster.attach();
        String url = Cluster.url(cluster.make("open"));
        cluster.build("v1");
        cluster.build("v2");
        String only = System.getenv().getOrDefault("SAFEGUARD", "");
        cluster.make("without", "SAFEGUARD=none");
        List<Load.Cost> with = costs(url, "nothing", Duration.ofMinutes(1));
        List<String> rows = new ArrayList<>(List.of(row("nothing", with, "")));
        List<String> worthless = new ArrayList<>();
        WHY.forEach((safeguard, why) -> {
            if (only.isEmpty() || only.equals(safeguard)) {
                cluster.make("without", "SAFEGUARD=" + safeguard);
                List<Load.Cost> without = costs(url, safeguard, Duration.ofSeconds(3));
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

    /**
     * Lets everything happen once.
     *
     * @param patience how much time the frontends have to leave a sick pod alone
     * @return what each event cost, and the whole
     */
    private List<Load.Cost> costs(String url, String safeguard, Duration patience) {
        System.out.println("[lab] without " + safeguard);
        try (Load load = new Load(url, PER_SECOND)) {
            ClusterEvents events = new ClusterEvents(cluster, load, 2, backends -> {});
            load.start();
            load.settle();
            boolean first = load.versionsOfTheLast(Duration.ofSeconds(1)).contains("v1");
            load.forgetTheStart(); // how an app warms up is another question
            events.release(first ? "v2" : "v1");
            cluster.make("scale", "N=4");
            events.scale(4, 2);
            events.crash();
            events.sickPod(patience);
            events.drainAll();
            cluster.scale(1); // otherwise, twice as many pods start at once, which is another question
            cluster.awaitGone();
            new ClusterEvents(cluster, load, 1, backends -> {}).deleteAll();
            cluster.scale(2);
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
}
