// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What requests cost while a cluster restarts, scales, and loses pods: the last part of {@code make bench}. */
class EventsBench {
    private static final int PER_SECOND = 200;

    @Test
    void events() {
        Cluster cluster = new Cluster("k8s-demo-bench");
        String url = cluster.deploy();
        try (Load load = new Load(url, PER_SECOND)) {
            load.start();
            await().atMost(Duration.ofMinutes(1)).until(() -> load.sent() > 20L * PER_SECOND);
            load.settle();
            System.out.printf("%nMemory when calm:%n%s%n", cluster.kubectl("top", "pods", "--containers"));
            load.forgetTheStart();
            load.during("restart of both apps", () -> {
                for (String app : new String[] {"backend", "frontend"}) {
                    cluster.kubectl("rollout", "restart", "deployment/k8s-demo-" + app);
                }
                cluster.awaitReady("backend", 2);
                cluster.awaitReady("frontend", 2);
            });
            double scaled = seconds(() -> load.during("scale 2 -> 6", () -> cluster.make("scale", "N=6")));
            load.during("scale 6 -> 2", () -> {
                cluster.make("scale", "N=2");
                cluster.awaitReady("backend", 2);
            });
            for (String app : new String[] {"frontend", "backend"}) {
                load.during("a " + app + " is deleted", () -> {
                    cluster.kubectl("delete", "pod", cluster.somePod(app));
                    cluster.awaitReady(app, 2);
                });
            }
            load.settle();
            String events = load.table() + load.percentiles();
            double released = seconds(() -> {
                cluster.make("rollout", "VERSION=v2");
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() ->
                                load.versionsOfTheLast(Duration.ofSeconds(1)).equals(Set.of("v2")));
            });
            load.stop();
            System.out.println(events);
            System.out.printf(Locale.ROOT, "From `scale 6` until all are ready: %.1f s%n", scaled);
            System.out.printf(
                    Locale.ROOT,
                    "From `make rollout VERSION=v2` until only v2 has answered for a second: %.1f s%n",
                    released);
        } finally {
            cluster.make("undeploy");
        }
    }

    private static double seconds(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
