// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Cuts off a node as if it had died, which every kind of cluster does differently: {@code NODE_DOWN} and {@code NODE_UP} are
 * commands of the shell in which {@code $NODE} is the name of the node, such as {@code minikube node stop $NODE}.
 */
final class Plug {
    private Plug() {}

    /** @return why no node can be cut off, or null */
    static String missing() {
        if (nodes().isEmpty()) {
            return "no node is cut off: the cluster has only one";
        }
        return System.getenv("NODE_DOWN") == null || System.getenv("NODE_UP") == null
                ? "no node is cut off: set NODE_DOWN and NODE_UP to the commands for it"
                        + " (after make cluster: see chapter 7 of the workshop)"
                : null;
    }

    /** @return the nodes that may die: all but those that run the control plane, without which nothing is replaced */
    static List<String> nodes() {
        return names("").size() < 2 ? List.of() : names("!node-role.kubernetes.io/control-plane");
    }

    private static List<String> names(String selector) {
        return Cluster.kubectlAnywhere("get", "nodes", "-o", "name", "--selector=" + selector)
                .lines()
                .map(name -> name.substring("node/".length()))
                .toList();
    }

    static void pull(String node) {
        run("NODE_DOWN", node);
    }

    /** Returns when the node is ready. */
    static void putBack(String node) {
        run("NODE_UP", node);
        Cluster.kubectlAnywhere("wait", "--for=condition=Ready", "node/" + node, "--timeout=180s");
    }

    private static void run(String variable, String node) {
        String command = System.getenv(variable);
        Command.Result result = Command.run(Map.of("NODE", node), Duration.ofMinutes(5), "bash", "-c", command);
        assertThat(result.status()).as(command + ":\n" + result.output()).isZero();
    }
}
