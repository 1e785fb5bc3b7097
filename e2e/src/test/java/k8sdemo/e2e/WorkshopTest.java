// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the workshop in a copy of the project, chapter by chapter, as an attendee does. See {@link Chapter}. */
class WorkshopTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Pattern PAGE = Pattern.compile("The page: +(http://\\S+:\\d+)");

    /** Settings of the project: chapters start from the defaults, whatever the environment says. */
    private static final Pattern PROJECT_SETTING =
            Pattern.compile("CI|E2E|VERSION|TARGET|NAMESPACE|OVERLAY|COMPONENTS|CHAPTER|MAKE.*|MFLAGS"
                    + "|(BACKEND|FRONTEND|GREETING|WORKSHOP|QUARKUS)_.*");

    @TempDir
    static Path folder;

    private static Browser browser;
    private static final Map<String, String> ENVIRONMENT = new LinkedHashMap<>();

    private final Map<String, Process> terminals = new LinkedHashMap<>();
    private Page page;
    private String address = "http://localhost:8080";

    static Stream<String> chapters() {
        String chosen = System.getenv().getOrDefault("CHAPTER", "");
        return Command.files("workshop/[0-9]-*.md").stream()
                .map(file -> file.replace("workshop/", ""))
                .filter(name -> name.startsWith(chosen));
    }

    @BeforeAll
    static void copyProject() throws IOException {
        if (missing("workshop") != null) {
            return;
        }
        Command.copyProject(folder);
        takeBaseFromEngine();
        System.getenv().keySet().stream()
                .filter(PROJECT_SETTING.asMatchPredicate())
                .forEach(variable -> ENVIRONMENT.put(variable, null));
        if (Command.succeeds("kubectl", "config", "current-context")) {
            ENVIRONMENT.putAll(Cluster.settings());
        }
        browser = new Browser();
        undeploy(); // on a local cluster, the page may occupy the ports that the first chapters use
    }

    /** The Dockerfile of chapter 2, too, takes its base image from the engine on a machine without a registry. */
    private static void takeBaseFromEngine() throws IOException {
        String base = System.getenv().getOrDefault("BASE_IMAGE", "");
        if (base.startsWith("docker://")) {
            Path dockerfile = folder.resolve("workshop/files/Dockerfile");
            String text = Files.readString(dockerfile);
            Files.writeString(dockerfile, text.replaceFirst("FROM .*", "FROM " + base.substring("docker://".length())));
        }
    }

    @AfterAll
    static void close() {
        if (browser == null) {
            return;
        }
        browser.close();
        undeploy();
    }

    private static void undeploy() {
        if (ENVIRONMENT.get("TARGET") != null && missing("cluster") == null) {
            Command.runIn(folder.toFile(), ENVIRONMENT, PATIENCE, "make", "undeploy");
            // what the chapters write by hand
            Command.succeeds(
                    "kubectl", "delete", "--now", "--ignore-not-found", "-f", Command.ROOT + "/workshop/files");
        }
    }

    /** @return why this machine cannot run a chapter with this need; null if it can */
    private static String missing(String need) {
        return switch (need) {
            case "workshop" ->
                (Needs.CI && !Cluster.isLeftOut()) || "true".equals(System.getenv("WORKSHOP"))
                        ? Needs.Part.BROWSER.missing()
                        : "the chapters are run by `make test CHAPTER=all`";
            case "engine" -> Needs.Part.IMAGES.missing();
            case "cluster" -> Cluster.missing();
            case "plug" -> Plug.missing();
            case "ports" -> busyPort();
            case "gke" -> "it needs a Google Cloud project and costs money";
            default -> throw new IllegalArgumentException("unknown need: " + need);
        };
    }

    /** Chapters type these ports. A server that has just stopped gets some time to release them. */
    private static String busyPort() {
        for (int port : List.of(8000, 8080)) {
            try {
                await().atMost(Duration.ofSeconds(10)).until(() -> isFree(port));
            } catch (ConditionTimeoutException e) {
                return "port " + port + " is busy: stop the server that uses it (`make run` in another terminal?)";
            }
        }
        return null;
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        }
    }

    private static void require(String need) {
        String missing = missing(need);
        if (need.equals("gke") || (need.equals("workshop") && Cluster.isLeftOut())) { // even with CI=true
            Assumptions.assumeTrue(missing == null, missing);
        }
        Needs.Part.require(missing);
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void every_step_does_what_the_chapter_says(String name) throws InterruptedException {
        Chapter chapter = Chapter.read(Command.read("workshop/" + name));
        require("workshop");
        chapter.needs().forEach(WorkshopTest::require);
        boolean pullsPlug = chapter.steps().stream().anyMatch(step -> step.has("plug"));
        String noPlug = pullsPlug ? missing("plug") : null;
        if (Needs.CI) {
            Needs.Part.require(noPlug);
        }
        List<String> skipped = new ArrayList<>();
        try {
            for (Chapter.Step step : chapter.steps()) {
                String where = "workshop/" + name + ":" + step.line();
                String on = step.setting("on", null);
                if (step.has("skip")) {
                    skipped.add(where);
                } else if (on != null && !ENVIRONMENT.containsValue(on)) {
                    skipped.add(where + " (" + on + " only)");
                } else if (step.has("plug") && noPlug != null) {
                    skipped.add(where + " (" + noPlug + ")");
                } else {
                    run(step, where);
                }
            }
        } finally {
            if (pullsPlug && noPlug == null) { // a chapter that failed must not leave the cluster without a node
                Plug.nodes().forEach(Plug::putBack);
            }
            terminals.values().forEach(WorkshopTest::interrupt);
            if (page != null) {
                page.context().close();
            }
        }
        System.out.printf(
                "[workshop] %s: ran %d steps, skipped: %s%n",
                name, chapter.steps().size() - skipped.size(), skipped.isEmpty() ? "none" : skipped);
    }

    private void run(Chapter.Step step, String where) throws InterruptedException {
        if (step.has("interrupt")) {
            interrupt(Objects.requireNonNull(terminals.remove(step.setting("interrupt", "")), "unknown terminal"));
        }
        try {
            if (step.page() != null) {
                doOnPage(step.page());
            } else if (step.has("terminal")) {
                startTerminal(step.setting("terminal", ""), step);
            } else {
                type(step);
            }
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(where + ": " + failure.getMessage(), failure);
        }
    }

    private void type(Chapter.Step step) throws InterruptedException {
        Duration patience = Duration.ofSeconds(Long.parseLong(step.setting("until", "0")));
        long deadline = System.nanoTime() + patience.toNanos();
        String wrong = tryOnce(step);
        while (wrong != null && System.nanoTime() < deadline) {
            Thread.sleep(500);
            wrong = tryOnce(step);
        }
        if (wrong != null) {
            throw new AssertionError(wrong);
        }
    }

    /** @return what was wrong; null if the command did what the chapter says */
    private String tryOnce(Chapter.Step step) {
        Command.Result result = Command.runIn(folder.toFile(), ENVIRONMENT, PATIENCE, "bash", "-c", step.command());
        Matcher found = PAGE.matcher(result.output());
        if (found.find()) {
            address = found.group(1);
        }
        String wrong = "";
        String missing = Chapter.mismatch(step.output(), result.output());
        if (missing != null) {
            wrong = "did not print `" + missing + "` in the expected place";
        } else if (result.status() != Integer.parseInt(step.setting("status", "0"))) {
            wrong = "exited with " + result.status();
        }
        return wrong.isEmpty() ? null : "`" + step.command() + "` " + wrong + ". Its output:\n" + result.output();
    }

    /** Starts a command in the background, and returns when it has printed the expected output. */
    private void startTerminal(String name, Chapter.Step step) {
        Path output = folder.resolve("terminal-" + name + ".log");
        ProcessBuilder builder = new ProcessBuilder("setsid", "bash", "-c", step.command())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        ENVIRONMENT.forEach((variable, value) -> Command.set(builder.environment(), variable, value));
        try {
            Process process = builder.start();
            terminals.put(name, process);
            await().atMost(PATIENCE)
                    .until(() ->
                            Chapter.mismatch(step.output(), Files.readString(output)) == null || !process.isAlive());
            assertThat(Chapter.mismatch(step.output(), Files.readString(output)))
                    .as("`%s` did not print this. Its output:%n%s", step.command(), Files.readString(output))
                    .isNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends Ctrl-C as a terminal does: to every process that runs in it. */
    private static void interrupt(Process terminal) {
        Command.succeeds("kill", "-INT", "--", "-" + terminal.pid());
        try {
            if (!terminal.waitFor(20, TimeUnit.SECONDS)) {
                Command.succeeds("kill", "-KILL", "--", "-" + terminal.pid());
                throw new AssertionError("the command did not stop within 20 s of Ctrl-C");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Does on the page what the chapter tells the reader to do, or checks what the reader should see. */
    private void doOnPage(String what) {
        if (page == null) {
            page = browser.open(new NewContextOptions()
                    .setViewportSize(1920, 1080)
                    // without a graphics card, pulses take half a core from the pods
                    .setReducedMotion(ReducedMotion.REDUCE));
            page.navigate(address);
        }
        String[] words = what.split(" ", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "greet" -> {
                page.locator("#name").fill(rest);
                page.getByText("Say hello").click();
                assertThat(page.locator(".message")).containsText("Hello " + rest + " from ");
            }
            case "reload" -> page.reload();
            case "start" -> {
                page.locator("#rate").fill("50");
                page.locator("#start").click();
                assertThat(page.locator("#legend tbody tr").first()).isVisible();
            }
            case "fault" -> {
                page.locator("#nodes .pod:not(.gone)").first().click();
                page.getByText(rest, new Page.GetByTextOptions().setExact(true)).click();
                assertThat(page.locator("#faults")).isHidden();
            }
            case "sees" ->
                assertThat(page.getByText(Pattern.compile(rest)).first()).isVisible();
            case "pods" ->
                assertThat(page.locator("#legend tbody tr:not(.gone)")).hasCount(Integer.parseInt(rest));
            case "failed" -> assertFailed(rest);
            default -> throw new IllegalArgumentException("unknown page step: " + what);
        }
    }

    private void assertFailed(String count) {
        Locator failed = page.locator("#failed");
        if (count.equals("some")) {
            assertThat(failed).not().hasText("0");
        } else {
            assertThat(page.locator("#failures").textContent())
                    .as("failed requests")
                    .isEmpty();
            assertThat(failed).hasText(count);
        }
    }
}
