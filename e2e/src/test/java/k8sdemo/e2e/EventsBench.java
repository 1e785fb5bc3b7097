// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What requests cost while a cluster restarts, scales, and loses pods: the last part of {@code make bench}. */
class EventsBench {
    private static final int PER_SECOND = 200;

    @Test
    void events() {
        Cluster cluster = new Cluster("k8s-demo-bench");
        String url = cluster.deploy();
        try (Load load = new Load(url, PER_SECOND)) {
            ClusterEvents events = new ClusterEvents(cluster, load, 2, backends -> {});
            load.start();
            await().until(() -> load.sent() > 20L * PER_SECOND);
            load.settle();
            System.out.printf("%nMemory when calm:%n%s%n", cluster.kubectl("top", "pods", "--containers"));
            load.forgetTheStart();
            events.restart();
            Duration scaled = events.scale(2, 6);
            events.scale(6, 2);
            events.delete("frontend");
            events.delete("backend");
            Duration released = events.release("v2");
            load.stop();
            System.out.println(load.table() + load.percentiles());
            System.out.printf(Locale.ROOT, "From `scale 6` until all are ready: %.1f s%n", scaled.toMillis() / 1e3);
            System.out.printf(
                    Locale.ROOT,
                    "From `make rollout VERSION=v2` until only v2 responds: %.1f s%n",
                    released.toMillis() / 1e3);
        } finally {
            cluster.make("undeploy");
        }
    }
}
