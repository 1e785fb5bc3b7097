// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

    /** @return why no cluster can be used, or null */
    static String missing() {
        return Command.succeeds("kubectl", "get", "nodes", "--request-timeout=10s")
                ? null
                : "no cluster answers to `kubectl get nodes`: start one (make cluster)";
    }

    String namespace() {
        return namespace;
    }

    /** @return the settings with which make uses the cluster that kubectl points to */
    static Map<String, String> settings() {
        // the name, and who has written it: minikube says so in an extension
        String names = "jsonpath={.current-context} {.contexts[0].context.extensions[*].extension.provider}";
        String[] context =
                kubectlAnywhere("config", "view", "--minify", "-o", names).split(" ");
        if (context.length > 1 && context[1].equals("minikube.sigs.k8s.io")) {
            return Map.of("TARGET", "minikube", "MINIKUBE_PROFILE", context[0]);
        }
        return context[0].startsWith("kind-")
                ? Map.of("TARGET", "kind", "KIND_CLUSTER", context[0].substring(5))
                : Map.of("TARGET", "current");
    }

    /** Deploys the apps anew. @return the URL of the page */
    String deploy() {
        attach();
        make("undeploy");
        return url(make("deploy"));
    }

    /** Uses the apps that run. */
    void attach() {
        environment.putAll(settings());
        String overlay = System.getenv("OVERLAY"); // make e2e OVERLAY=gateway
        if (overlay != null) {
            environment.put("OVERLAY", overlay);
        }
        environment.put("NAMESPACE", namespace);
    }

    /** @return the URL of the page, which make has printed */
    static String url(String output) {
        Matcher page = Pattern.compile("The page: +(\\S+)").matcher(output);
        assertThat(page.find())
                .as("make prints a URL that responds:\n" + output)
                .isTrue();
        return page.group(1);
    }

    Command.Result tryToMake(String... arguments) {
        List<String> command = new ArrayList<>(List.of("make", "--no-print-directory"));
        command.addAll(List.of(arguments));
        return Command.run(environment, Duration.ofMinutes(30), command.toArray(String[]::new));
    }

    /** Starts a command with the settings of this cluster; what it writes goes to a file. */
    Process start(Path output, Map<String, String> settings, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Command.ROOT)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        builder.environment().putAll(settings);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        make("images", "VERSION=" + version);
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

    /** @return the newest pod that runs and is not shutting down */
    String somePod(String app) {
        List<String> pods = pods(app, "status.phase=Running");
        return pods.get(pods.size() - 1);
    }

    /** @return the names of all nodes */
    static List<String> nodes() {
        return kubectlAnywhere("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}")
                .lines()
                .flatMap(line -> Stream.of(line.split(" ")))
                .toList();
    }

    /** @return the node of a pod */
    String nodeOf(String pod) {
        return kubectl("get", "pod", pod, "-o", "jsonpath={.spec.nodeName}");
    }

    /** @return the backends of a node */
    List<String> backendsOf(String node) {
        return pods("backend", "spec.nodeName=" + node);
    }

    /** @return the pods of an app that are not shutting down, the newest last */
    private List<String> pods(String app, String fieldSelector) {
        String lines = "jsonpath={range .items[*]}{.metadata.name} {.metadata.deletionTimestamp}{'\\n'}{end}";
        String selector = "app.kubernetes.io/name=k8s-demo-" + app;
        List<String> command = new ArrayList<>(List.of("get", "pods", "--selector", selector, "-o", lines));
        command.addAll(List.of("--field-selector", fieldSelector, "--sort-by=.metadata.creationTimestamp"));
        return kubectl(command.toArray(String[]::new))
                .lines()
                .filter(line -> line.endsWith(" "))
                .map(String::strip)
                .toList();
    }

    /** Evicts the apps from a node, and keeps new pods away from it. @return whether all were gone in that time */
    boolean drain(String node, Duration limit) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--namespace", namespace, "drain", node));
        command.addAll(
                List.of("--ignore-daemonsets", "--delete-emptydir-data", "--timeout=" + limit.toSeconds() + "s"));
        command.add("--pod-selector=app.kubernetes.io/part-of=k8s-demo");
        return Command.run(Map.of(), limit.plusMinutes(1), command.toArray(String[]::new))
                        .status()
                == 0;
    }

    /** Gives each app that many pods, and waits until they are ready. */
    void scale(int replicas) {
        kubectl("scale", "deployment", "--all", "--replicas=" + replicas);
        awaitReady("backend", replicas);
        awaitReady("frontend", replicas);
    }

    /** Waits until no pod is shutting down. Until then, it may serve in place of others. */
    void awaitGone() {
        String jsonpath = "jsonpath={.items[*].metadata.deletionTimestamp}";
        await().pollInterval(Duration.ofSeconds(1))
                .until(() -> kubectl("get", "pods", "-o", jsonpath).isBlank());
    }

    /** Injects a fault into one pod, through the Kubernetes API. A pod that dies of it does not respond. */
    void inject(String pod, String fault) {
        Command.run(
                Map.of(), Duration.ofMinutes(1), "kubectl", "create", "--raw", proxied(pod, fault), "-f", "/dev/null");
    }

    /** @return the active faults of a pod, as JSON */
    String faults(String pod) {
        return kubectlAnywhere("get", "--raw", proxied(pod, "status"));
    }

    private String proxied(String pod, String fault) {
        return "/api/v1/namespaces/%s/pods/%s:8000/proxy/faults/%s".formatted(namespace, pod, fault);
    }

    /** @return how often the containers of all backends were restarted */
    int restarts() {
        String selector = "app.kubernetes.io/name=k8s-demo-backend";
        String jsonpath = "jsonpath={.items[*].status.containerStatuses[0].restartCount}";
        String counts = kubectl("get", "pods", "--selector", selector, "-o", jsonpath);
        return Stream.of(counts.trim().split("\\s+"))
                .mapToInt(Integer::parseInt)
                .sum();
    }

    /** Waits until an app has that many pods, all ready and of its newest release. */
    void awaitReady(String app, int replicas) {
        String jsonpath = "jsonpath={.status.readyReplicas}/{.status.replicas}/{.status.updatedReplicas}";
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> kubectl("get", "deployment/k8s-demo-" + app, "-o", jsonpath)
                        .equals("%1$d/%1$d/%1$d".formatted(replicas)));
    }
}
