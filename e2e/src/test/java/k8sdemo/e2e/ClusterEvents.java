// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What happens to a cluster, under load. Each event begins when the one before has settled, and is over when all pods are ready
 * again.
 *
 * @param replicas how many pods each app has, unless an event says otherwise
 * @param afterwards what else must be true at the end of each event, given the number of backends
 */
record ClusterEvents(Cluster cluster, Load load, int replicas, IntConsumer afterwards) {
    /** @return how long it took until only this version answered */
    Duration release(String version) {
        return load.during("rollout of " + version, () -> {
            cluster.make("rollout", "VERSION=" + version);
            awaitVersion(version);
        });
    }

    void rollback(String version) {
        load.during("rollback to " + version, () -> {
            cluster.make("rollback");
            awaitVersion(version);
        });
    }

    /** A second version gets a share of the requests, until the next release. */
    void canary(String version) {
        load.during("canary of " + version, () -> {
            cluster.make("canary", "VERSION=" + version, "WEIGHT=10");
            await().until(() -> load.versionsOfTheLast(Duration.ofSeconds(1)).contains(version));
        });
    }

    private void awaitVersion(String version) {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> load.versionsOfTheLast(Duration.ofSeconds(1)).equals(Set.of(version)));
        awaitAll(replicas);
    }

    /** A release that is never ready, and the way back from it. */
    void brokenRelease() {
        load.during("a release that is never ready", () -> {
            Command.Result release = cluster.tryToMake("rollout", "VERSION=v3-broken", "ROLLOUT_TIMEOUT=20s");
            assertThat(release.status()).as(release.output()).isNotZero();
            assertThat(release.output()).contains("did not roll out", "Events of", "make rollback");
        });
        load.during("rollback from it", () -> {
            cluster.make("rollback");
            awaitAll(replicas);
        });
    }

    void restart() {
        load.during("restart of both apps", () -> {
            cluster.kubectl("rollout", "restart", "deployment");
            awaitAll(replicas);
        });
    }

    /** @return how long it took until all were ready */
    Duration scale(int from, int to) {
        return load.during("scale " + from + " -> " + to, () -> {
            cluster.make("scale", "N=" + to);
            awaitAll(to);
        });
    }

    void delete(String app) {
        load.during("a " + app + " pod is deleted", () -> {
            cluster.kubectl("delete", "pod", cluster.somePod(app));
            awaitAll(replicas);
        });
    }

    void kill(String app) {
        load.during("a " + app + " pod is killed", () -> {
            cluster.kubectl("delete", "pod", cluster.somePod(app), "--grace-period=0", "--force");
            awaitAll(replicas);
        });
    }

    /** Until new pods have started, there are none but those that shut down. */
    void deleteAll() {
        load.during("all pods are deleted", () -> {
            cluster.kubectl("delete", "pods", "--all"); // returns when they are gone
            awaitAll(replicas);
        });
    }

    /** The cluster restarts a process that has died (panic), or that does not respond (hang). */
    void fault(String fault) {
        load.during(fault, () -> {
            int before = cluster.restarts();
            cluster.inject(cluster.somePod("backend"), fault);
            awaitRestarts(before + 1);
        });
    }

    /** All backends of one node die at once: one, if they are spread over the nodes. */
    void crash() {
        load.during("crash", () -> {
            int before = cluster.restarts();
            List<String> pods = cluster.backendsOf(cluster.nodeOf(cluster.somePod("backend")));
            pods.parallelStream().forEach(pod -> cluster.inject(pod, "panic"));
            awaitRestarts(before + pods.size());
        });
    }

    private void awaitRestarts(int restarts) {
        await().atMost(Duration.ofMinutes(2)).until(() -> cluster.restarts() >= restarts);
        awaitAll(replicas);
    }

    /**
     * A pod says that it cannot serve, and when the frontends had time to leave it alone, it fails every request.
     *
     * @param patience how much time they have; later, they may have left it by chance, because no idle connection lives for long
     */
    void sickPod(Duration patience) {
        load.during("sick pod", () -> {
            String pod = load.busiestPodOfTheLast(Duration.ofSeconds(1)); // without max-age, some get nothing
            cluster.inject(pod, "unready?seconds=300");
            try {
                await().atMost(patience)
                        .until(() -> !load.podsOfTheLast(Duration.ofMillis(500)).contains(pod));
            } catch (ConditionTimeoutException e) {
                System.out.println("[load] the pod that is not ready still gets requests");
            }
            cluster.inject(pod, "errors?percent=100&seconds=6");
            await().until(() -> !cluster.faults(pod).contains("errors"));
            cluster.inject(pod, "ready");
            awaitAll(replicas);
        });
    }

    /** Drains the node of a backend, if the cluster has another node. */
    void drain() {
        if (Cluster.nodes().size() < 2) {
            System.out.println("[load] The cluster has one node, so none is drained.");
            return;
        }
        load.during("a node is drained", () -> {
            String node = cluster.nodeOf(cluster.somePod("backend"));
            try {
                assertThat(cluster.drain(node, Duration.ofMinutes(3))).isTrue();
                awaitAll(replicas);
            } finally {
                cluster.kubectl("uncordon", node);
            }
        });
    }

    /** For longer than a pod serves after SIGTERM, no node takes a pod, and all are drained as far as the budgets allow. */
    void drainAll() {
        load.during("all nodes drained", () -> {
            try {
                Cluster.nodes().parallelStream().forEach(node -> cluster.drain(node, Duration.ofSeconds(30)));
            } finally {
                Cluster.nodes().forEach(node -> cluster.kubectl("uncordon", node));
            }
            awaitAll(replicas);
        });
    }

    private void awaitAll(int backends) {
        cluster.awaitReady("backend", backends);
        cluster.awaitReady("frontend", replicas);
        afterwards.accept(backends);
    }
}
