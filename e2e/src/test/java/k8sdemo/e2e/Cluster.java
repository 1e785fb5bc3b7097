// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The cluster that kubectl points to, and a namespace of it that belongs to a test. */
final class Cluster {
    private final Map<String, String> environment = new HashMap<>();
    private final String namespace;

    Cluster(String namespace) {
        this.namespace = namespace;
    }

    /** @return whether the tests on a cluster are left out on purpose, even with {@code CI=true} */
    static boolean isLeftOut() {
        return "false".equals(System.getenv("E2E"));
    }

    String namespace() {
        return namespace;
    }

    /** Deploys the apps anew. @return the address of the page */
    String deploy() {
        String context = kubectlAnywhere("config", "view", "--minify", "-o", "jsonpath={.current-context}");
        environment.putAll(Map.of("NAMESPACE", namespace, "TARGET", "current"));
        if (context.equals("minikube")) {
            environment.put("TARGET", "minikube");
        } else if (context.startsWith("kind-")) {
            environment.putAll(Map.of("TARGET", "kind", "KIND_CLUSTER", context.substring(5)));
        }
        make("undeploy");
        String output = make("deploy");
        Matcher page = Pattern.compile("The page: (\\S+)").matcher(output);
        assertThat(page.find())
                .as("The service needs an external address (minikube tunnel provides one):\n" + output)
                .isTrue();
        return page.group(1);
    }

    Command.Result tryToMake(String... arguments) {
        List<String> command = new ArrayList<>(List.of("make", "--no-print-directory"));
        command.addAll(List.of(arguments));
        return Command.run(environment, Duration.ofMinutes(30), command.toArray(String[]::new));
    }

    String make(String... arguments) {
        Command.Result result = tryToMake(arguments);
        assertThat(result.status())
                .as("make " + String.join(" ", arguments) + ":\n" + result.output())
                .isZero();
        return result.output();
    }

    /** Builds the images of a version in advance, so that no compiler runs under load. */
    void build(String version) {
        String registry = System.getenv().getOrDefault("REGISTRY", "");
        make(registry.isBlank() ? "images" : "push", "VERSION=" + version);
    }

    static String kubectlAnywhere(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return Command.output(command.toArray(String[]::new));
    }

    String kubectl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("--namespace", namespace));
        command.addAll(List.of(arguments));
        return kubectlAnywhere(command.toArray(String[]::new));
    }

    /** @return the newest pod, because an older one may be shutting down */
    String somePod(String app) {
        return kubectl(
                        "get",
                        "pods",
                        "--selector",
                        "app.kubernetes.io/name=k8s-demo-" + app,
                        "--field-selector",
                        "status.phase=Running",
                        "--sort-by=.metadata.creationTimestamp",
                        "-o",
                        "jsonpath={.items[-1:].metadata.name}")
                .trim();
    }

    void awaitReady(String app, int replicas) {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> kubectl(
                                "get",
                                "deployment/k8s-demo-" + app,
                                "-o",
                                "jsonpath={.status.availableReplicas}/{.status.replicas}/{.status.updatedReplicas}")
                        .equals(replicas + "/" + replicas + "/" + replicas));
    }
}
