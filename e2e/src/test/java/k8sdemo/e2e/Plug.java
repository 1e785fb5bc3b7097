// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * Cuts off a node as if it had died, which every kind of cluster does differently: {@code NODE_DOWN} and {@code NODE_UP} are
 * commands of the shell in which {@code $NODE} is the name of the node, such as {@code minikube node stop $NODE}.
 */
record Plug(String down, String up) {
    /** Skips the test, or fails it with {@code CI=true}, if no node can be cut off. */
    static Plug ofTheEnvironment() {
        String missing = missing();
        assertThat("true".equals(System.getenv("CI")) ? missing : null)
                .as("CI=true, and no node can be cut off")
                .isNull();
        Assumptions.assumeTrue(missing == null, missing);
        return new Plug(System.getenv("NODE_DOWN"), System.getenv("NODE_UP"));
    }

    /** @return why no node can be cut off, or null */
    static String missing() {
        if (nodesThatMayDie().isEmpty()) {
            return "no node is cut off: the cluster has only one";
        }
        return System.getenv("NODE_DOWN") == null || System.getenv("NODE_UP") == null
                ? "no node is cut off: set NODE_DOWN and NODE_UP to the commands for it"
                        + " (after make cluster: see chapter 7 of the workshop)"
                : null;
    }

    List<String> nodes() {
        return nodesThatMayDie();
    }

    /** All but those that run the control plane: without it, nothing is replaced. */
    private static List<String> nodesThatMayDie() {
        List<String> all = names("");
        return all.size() < 2 ? List.of() : names("--selector=!node-role.kubernetes.io/control-plane");
    }

    private static List<String> names(String selector) {
        return Cluster.kubectlAnywhere("get", "nodes", "-o", "name", selector.isEmpty() ? "--no-headers" : selector)
                .lines()
                .map(name -> name.substring("node/".length()))
                .toList();
    }

    void pull(String node) {
        run(down, node);
    }

    /** Returns when the node is ready. */
    void putBack(String node) {
        run(up, node);
        Cluster.kubectlAnywhere("wait", "--for=condition=Ready", "node/" + node, "--timeout=180s");
    }

    private static void run(String command, String node) {
        Command.Result result = Command.run(Map.of("NODE", node), Duration.ofMinutes(5), "bash", "-c", command);
        assertThat(result.status()).as(command + ":\n" + result.output()).isZero();
    }
}
