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

    /** @return the settings with which make uses the cluster that kubectl points to */
    static Map<String, String> settings() {
        // the name, and who has written it: minikube says so in an extension
        String[] context = kubectlAnywhere(
                        "config",
                        "view",
                        "--minify",
                        "-o",
                        "jsonpath={.current-context} {.contexts[0].context.extensions[*].extension.provider}")
                .split(" ");
        if (context.length > 1 && context[1].equals("minikube.sigs.k8s.io")) {
            return Map.of("TARGET", "minikube", "MINIKUBE_PROFILE", context[0]);
        }
        return context[0].startsWith("kind-")
                ? Map.of("TARGET", "kind", "KIND_CLUSTER", context[0].substring(5))
                : Map.of("TARGET", "current");
    }

    /** Deploys the apps anew. @return the address of the page */
    String deploy() {
        environment.putAll(settings());
        environment.put("NAMESPACE", namespace);
        make("undeploy");
        String output = make("deploy");
        Matcher page = Pattern.compile("The page: (\\S+)").matcher(output);
        assertThat(page.find())
                .as("make deploy prints an address that answers:\n" + output)
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
