// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images in a real container engine, with the security options of the manifests. */
@Needs(Needs.Part.IMAGES)
class ContainersTest {
    private static final String NETWORK =
            "k8s-demo-test-" + ProcessHandle.current().pid();
    /** How long a backend drains here: long enough to see it, and shorter than in a cluster, where nodes learn of it late. */
    private static final String[] SHORT_DRAIN = {"--env", "QUARKUS_SHUTDOWN_DELAY=5s"};

    private static final List<String> started = new ArrayList<>();

    @BeforeAll
    static void build() {
        for (String version : List.of("v1", "v2")) {
            Command.Result result = Command.run(Map.of("VERSION", version), Duration.ofMinutes(30), "make", "images");
            assertThat(result.status()).as(result.output()).isZero();
        }
        Command.output("docker", "network", "create", NETWORK);
    }

    @AfterAll
    static void remove() {
        started.forEach(container -> Command.succeeds("docker", "rm", "--force", container));
        Command.succeeds("docker", "network", "rm", NETWORK);
    }

    /** Starts an image with the options of the Deployment, and waits until it is ready. */
    private static String start(String app, String version, String... options) {
        String container = "k8s-demo-%s-%s-%d-%d"
                .formatted(app, version, ProcessHandle.current().pid(), started.size());
        started.add(container);
        String command =
                "docker run --detach --name %s --hostname %s --network %s --network-alias k8s-demo-%s --publish 127.0.0.1::%d"
                                .formatted(container, container, NETWORK, app, port(app))
                        + " --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --user 65532:65532 --memory 320m"
                        + " --env BACKEND_URL=http://k8s-demo-backend:8000 %s k8s-demo-%s:%s"
                                .formatted(String.join(" ", options), app, version);
        Command.output(command.split(" +"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> App.statusOf(url(container, app) + "/q/health/ready") == 200);
        return container;
    }

    private static int port(String app) {
        return app.equals("backend") ? 8000 : 8080;
    }

    private static String url(String container, String app) {
        String published = Command.output("docker", "port", container, Integer.toString(port(app)))
                .lines()
                .findFirst()
                .orElseThrow();
        return "http://" + published;
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend", "frontend"})
    void an_image_runs_as_an_ordinary_user_who_can_write_to_nothing_but_tmp(String app) {
        String container = start(app, "v1");
        assertThat(Command.output("docker", "exec", container, "id", "-u")).isEqualTo("65532\n");
        for (String place : List.of("x", "/x", "/home/x")) { // the first one is beside the app
            assertThat(Command.succeeds("docker", "exec", container, "touch", place))
                    .as("write to " + place)
                    .isFalse();
        }
        assertThat(Command.output(
                        "docker", "image", "inspect", "--format", "{{.Config.User}}", "k8s-demo-" + app + ":v1"))
                .as("the user of the image itself")
                .isEqualTo("65532:65532\n");
        String page = app.equals("backend") ? "/q/swagger-ui/swagger-ui-bundle.js" : "/style.css";
        assertThat(App.statusOf(url(container, app) + page)).isEqualTo(200);
        assertThat(Command.output("docker", "logs", container)).doesNotContain("WARN", "ERROR");
        Command.output("docker", "rm", "--force", container);
    }

    /** With AOTMode=on the JVM fails if it cannot use the cache. */
    @EnabledIfEnvironmentVariable(named = "JVM", matches = "1", disabledReason = "native images have no JVM")
    @ParameterizedTest
    @ValueSource(strings = {"backend", "frontend"})
    void the_jvm_takes_its_classes_from_the_aot_cache(String app) {
        String container = start(
                app,
                "v1",
                "--env JAVA_TOOL_OPTIONS=-XX:AOTMode=on --env JDK_JAVA_OPTIONS=-Xlog:class+load:file=/tmp/classes");
        String classes = Command.output("docker", "exec", container, "cat", "/tmp/classes");
        List<String> ours =
                classes.lines().filter(line -> line.contains("k8sdemo.")).toList();
        assertThat(ours).isNotEmpty();
        long cached = classes.lines()
                .filter(line -> line.contains("source: shared objects file"))
                .count();
        System.out.printf(
                "[aot] %s: %d of %d classes come from the cache%n",
                app, cached, classes.lines().count());
        assertThat(cached).isGreaterThan(classes.lines().count() * 8 / 10);
        assertThat(ours.stream().filter(line -> line.contains("source: shared objects file")))
                .hasSizeGreaterThan(ours.size() / 2);
        Command.output("docker", "rm", "--force", container);
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend", "frontend"})
    void an_image_carries_labels_that_say_what_it_is(String app) {
        String labels = Command.output(
                "docker", "image", "inspect", "--format", "{{json .Config.Labels}}", "k8s-demo-" + app + ":v2");
        assertThat(labels)
                .contains(
                        "\"org.opencontainers.image.title\":\"k8s-demo-" + app + "\"",
                        "\"org.opencontainers.image.version\":\"v2\"",
                        "\"org.opencontainers.image.licenses\":\"Apache-2.0\"",
                        "org.opencontainers.image.revision",
                        "org.opencontainers.image.source");
    }

    @Test
    void the_same_source_stays_the_same_image() {
        String v1 = inspect("{{.Id}}", "k8s-demo-backend:v1");
        Command.output("make", "images");
        assertThat(inspect("{{.Id}}", "k8s-demo-backend:v1")).isEqualTo(v1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend", "frontend"})
    void a_release_is_the_same_app_with_its_version(String app) {
        String v1 = "k8s-demo-" + app + ":v1";
        String v2 = "k8s-demo-" + app + ":v2";
        assertThat(inspect("{{.RootFS.Layers}}", v1)).isEqualTo(inspect("{{.RootFS.Layers}}", v2));
        assertThat(inspect("{{.Id}}", v1)).isNotEqualTo(inspect("{{.Id}}", v2));
        assertThat(inspect("{{.Config.Env}}", v1)).contains("GREETING_VERSION=v1");
        assertThat(inspect("{{.Config.Env}}", v2)).contains("GREETING_VERSION=v2");
    }

    private static String inspect(String format, String image) {
        return Command.output("docker", "image", "inspect", "--format", format, image);
    }

    @Test
    void a_draining_pod_serves_until_it_ends() {
        String backend = start("backend", "v1", SHORT_DRAIN);
        String url = url(backend, "backend");
        Command.output("docker", "kill", "--signal", "TERM", backend);
        for (String path : List.of("/Ana", "/q/health/ready", "/q/health/live")) {
            assertThat(App.statusOf(url + path)).as(path).isEqualTo(200);
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Command.output("docker", "inspect", "--format", "{{.State.Status}}", backend)
                        .equals("exited\n"));
    }

    @Test
    void the_message_log_prints_what_is_written_and_ends_at_once_when_stopped() {
        List<String> command = new ArrayList<>();
        Manifests.committed("k8s/components/message-log/sidecar.yml")
                .pod("backend")
                .at("/initContainers/0/command")
                .forEach(word -> command.add(word.asText()));
        String log = "k8s-demo-message-log-" + ProcessHandle.current().pid();
        started.add(log);
        List<String> run = new ArrayList<>(List.of(("docker run --detach --name " + log
                        + " --read-only --mount type=tmpfs,destination=/messages,tmpfs-mode=0777" + " --entrypoint "
                        + command.get(0) + " k8s-demo-backend:v1")
                .split(" ")));
        run.addAll(command.subList(1, command.size()));
        Command.output(run.toArray(String[]::new));
        Command.output("docker", "exec", log, "sh", "-c", "echo 'Hello Ana' >/messages/messages.log");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Command.output("docker", "logs", log).equals("Hello Ana\n"));
        Command.output("docker", "stop", "--time", "20", log);
        assertThat(Command.output("docker", "inspect", "--format", "{{.State.ExitCode}}", log))
                .as("137 if it had to be killed")
                .isEqualTo("0\n");
    }

    @Test
    void no_request_is_lost_while_backends_stop_start_and_are_killed_or_replaced() {
        String first = start("backend", "v1", SHORT_DRAIN);
        String second = start("backend", "v1", SHORT_DRAIN);
        String frontend = start("frontend", "v1");
        try (Load load = new Load(url(frontend, "frontend"), 200)) {
            load.start();
            load.during("two backends", () -> awaitPods(load, 2));
            load.during("one is stopped (SIGTERM)", () -> {
                Command.output("docker", "stop", "--time", "30", first);
                awaitPods(load, 1);
            });
            load.during("it is started again", () -> {
                Command.output("docker", "start", first);
                awaitPods(load, 2);
            });
            load.during("one is killed (SIGKILL)", () -> {
                Command.output("docker", "kill", second);
                awaitPods(load, 1);
            });
            load.during("it is started again", () -> {
                Command.output("docker", "start", second);
                awaitPods(load, 2);
            });
            load.during("v2 replaces both, one by one", () -> {
                for (String old : List.of(first, second)) {
                    start("backend", "v2", SHORT_DRAIN);
                    Command.output("docker", "stop", "--time", "30", old);
                }
                awaitPods(load, 2);
            });
            load.stop();
            System.out.println(load.table());
            assertThat(load.failures().stream().limit(5)).as(load.table()).isEmpty();
            assertThat(load.versions()).containsExactly("v1", "v2");
        }
    }

    /** Waits until exactly that many backends have answered within the last second. */
    private static void awaitPods(Load load, int count) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> load.podsOfTheLast(Duration.ofSeconds(1)).size() == count);
    }
}
