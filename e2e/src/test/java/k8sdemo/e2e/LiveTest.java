// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.WaitUntilState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Live traffic to several backends of two versions, behind one frontend. */
@Tag("page")
@Needs(Needs.Part.BROWSER)
class LiveTest {
    /** How the names of the pods begin: as a Deployment gives them, so that the page shows only the end. */
    private static final String POD = "k8s-demo-backend-6f7d8c9b5-";

    private static Browser browser;
    private static Balancer service;
    private static App frontend;
    /** What the tests before have left alive and without a fault, by its settings: to start one takes seconds. */
    private static final Map<Map<String, String>, App> IDLE = new HashMap<>();

    private final List<App> backends = new ArrayList<>();
    private final Map<App, Map<String, String>> settings = new HashMap<>();
    private Page page;

    @BeforeAll
    static void start() {
        browser = new Browser();
        service = new Balancer();
        frontend = App.start("frontend", Map.of("BACKEND_URL", service.url()));
    }

    @AfterAll
    static void stop() {
        IDLE.values().forEach(App::close);
        frontend.close();
        service.close();
        browser.close();
    }

    @BeforeEach
    void twoBackends() {
        add("bbbbb", "node-1", "v1");
        add("ccccc", "node-2", "v1");
        page = open(new NewContextOptions().setViewportSize(1280, 720));
    }

    @AfterEach
    void close() {
        page.navigate("about:blank"); // no more traffic
        backends.forEach(backend -> {
            service.remove(backend);
            if (isWell(backend)) {
                IDLE.put(settings.get(backend), backend);
            } else {
                backend.close();
            }
        });
        service.disconnect(); // or one of these answers the first request of the next test
        page.context().close();
        browser.assertNoErrors();
    }

    private boolean isWell(App backend) {
        return backend.isAlive()
                && page.request().get(backend.url() + "/faults/status").text().contains("\"active\":{}");
    }

    private void add(String name, String node, String version) {
        add(Map.of("HOSTNAME", POD + name, "NODE_NAME", node, "GREETING_VERSION", version, "WORKSHOP_FAULTS", "true"));
    }

    private void add(Map<String, String> environment) {
        App idle = IDLE.remove(environment);
        App backend = idle != null ? idle : App.start("backend", environment);
        settings.put(backend, environment);
        backends.add(backend);
        service.add(backend);
    }

    private Page open(NewContextOptions options) {
        Page opened = browser.open(options);
        opened.navigate(frontend.url());
        return opened;
    }

    private void startTraffic(int rate) {
        page.locator("#rate").fill(Integer.toString(rate));
        page.locator("#start").click();
    }

    private void stopTraffic() {
        page.locator("#start").click();
        await().until(() -> number("sent") == number("answered") + number("failed"));
    }

    /** Waits for so many that the page has run for three seconds: only then, a new pod may replace another. */
    private void awaitMoreAnswers() {
        int before = number("answered");
        await().atMost(Duration.ofSeconds(60)).until(() -> number("answered") > before + 160);
    }

    private Locator cell(String pod) {
        return page.locator("#nodes [data-pod=" + POD + pod + "]");
    }

    private Locator box(String node) {
        return page.locator("#nodes [data-node=" + node + "]");
    }

    /** @return what the page says happened */
    private Locator event(String text) {
        return page.locator("#events").getByText(text);
    }

    private Locator event(Pattern text) {
        return page.locator("#events").getByText(text);
    }

    /** Does what the leader of a workshop does: clicks a pod on the map, and chooses a fault. */
    private void inject(String pod, String fault) {
        cell(pod).click();
        page.locator("[data-fault=" + fault + "]").click();
        assertThat(page.locator("#faults")).isHidden();
    }

    private Locator legend(String pod) {
        return page.locator("#legend tr[data-pod=" + POD + pod + "]");
    }

    private void assertFailed(int count) {
        assertThat(page.locator("#failed")).hasText(Integer.toString(count));
    }

    private int number(String id) {
        return Integer.parseInt(page.locator("#" + id).textContent());
    }

    @Test
    void shows_which_pods_answer_and_how_much() {
        assertThat(page.getByText("Press Start")).isVisible();
        startTraffic(50);
        assertThat(page.getByText("Press Start")).isHidden();
        await().atMost(Duration.ofSeconds(30)).until(() -> number("answered") > 300);
        stopTraffic();
        assertFailed(0);
        assertThat(page.locator("#legend tbody tr")).hasCount(2);
        int sum = 0;
        for (String pod : List.of("bbbbb", "ccccc")) {
            assertThat(legend(pod).locator(".version")).hasText("v1");
            assertThat(legend(pod).locator(".latency")).hasText(Pattern.compile("\\d.* m?s / \\d.* m?s"));
            int answers = Integer.parseInt(legend(pod).locator(".answers").textContent());
            assertThat(answers).as("answers from " + pod).isGreaterThan(number("answered") / 5);
            sum += answers;
        }
        assertThat(sum).isEqualTo(number("answered"));
    }

    @Test
    void a_killed_backend_goes_silent_with_its_node_and_no_request_fails() {
        startTraffic(50);
        assertThat(legend("bbbbb")).isVisible();
        assertThat(legend("ccccc")).isVisible();
        App killed = backends.get(0);
        killed.kill();
        service.remove(killed);
        assertThat(event("Pod bbbbb on node-1 no longer answers")).isVisible();
        assertThat(legend("bbbbb")).hasClass("gone");
        assertThat(cell("bbbbb")).containsText("silent ");
        assertThat(cell("bbbbb")).isDisabled();
        Browser.screenshot(page, "live-killed");
        assertThat(event("node-1 has stopped answering")).isVisible();
        assertThat(box("node-1")).hasClass("node dark");
        assertThat(box("node-1")).containsText("silent for");
        Browser.screenshot(page, "live-dark");
        killed.start();
        service.add(killed);
        assertThat(event("Pod bbbbb on node-1 answers again")).isVisible();
        assertThat(legend("bbbbb")).not().hasClass("gone");
        assertThat(cell("bbbbb")).isEnabled();
        assertThat(box("node-1")).hasClass("node");
        assertFailed(0);
    }

    @Test
    void a_rollout_shows_the_new_version_taking_over() {
        startTraffic(50);
        for (String[] change : new String[][] {{"bbbbb", "ddddd", "node-1"}, {"ccccc", "fffff", "node-2"}}) {
            awaitMoreAnswers();
            App old = backends.get(change[0].equals("bbbbb") ? 0 : 1);
            String place = change[1] + " on " + change[2];
            add(change[1], change[2], "v2");
            assertThat(event("Pod " + place + " answers: version v2")).isVisible();
            service.remove(old);
            assertThat(event("Pod " + change[0] + " on " + change[2] + " no longer answers: " + place
                            + " has taken its place"))
                    .isVisible();
        }
        assertFailed(0);
        assertThat(cell("bbbbb")).hasCount(0);
        assertThat(cell("fffff")).containsText("v2");
        assertThat(page.locator("#nodes .dark")).hasCount(0);
        Browser.screenshot(page, "live-release");
    }

    /** The end of the first chapter: the only server panics. */
    @Test
    void when_nothing_answers_nothing_looks_alive_and_no_request_fails() {
        try (Balancer nodes = new Balancer()) {
            nodes.add(frontend);
            page.navigate(nodes.url());
            startTraffic(50);
            assertThat(cell("bbbbb")).isVisible();
            assertThat(cell("ccccc")).isVisible();
            nodes.cut(frontend);
            assertThat(event(Pattern.compile("Nothing is answering: (bbbbb and ccccc|ccccc and bbbbb) are silent")))
                    .isVisible();
            assertThat(page.locator("#story")).hasText(Pattern.compile("No answer for \\d+ s\\."));
            assertThat(page.locator("#map.silent .pod.gone")).hasCount(2);
            assertThat(cell("bbbbb")).containsText("silent ");
            String text = page.locator("#story").textContent();
            assertThat(page.locator("#story")).not().hasText(text); // it counts
            Browser.screenshot(page, "live-silent");
            nodes.mend(frontend);
            assertThat(event("Answers come again, after")).isVisible();
            assertThat(page.locator("#nodes .pod.gone")).hasCount(0);
            stopTraffic();
            assertFailed(0);
            assertThat(number("retried")).isPositive();
            assertThat(event("no longer answers")).hasCount(0);
        }
    }

    @Test
    void failures_stand_out_and_say_why() {
        startTraffic(20);
        cell("bbbbb").click();
        page.locator("#percent").selectOption("100");
        page.locator("[data-fault=errors]").click();
        assertThat(event("Pod bbbbb fails 100 % of its requests, until ")).isVisible();
        assertThat(page.locator("#failures li").first()).containsText("Fault injection failed this request.");
        assertThat(event("A request failed").first()).isVisible();
        assertThat(page.locator("#totals .failed")).hasClass("failed some");
        Browser.screenshot(page, "live-errors");
    }

    @Test
    void a_pod_shows_all_its_faults_and_how_long_they_are_active() {
        startTraffic(10);
        cell("bbbbb").click();
        page.locator("#seconds option").first().evaluate("option => option.value = 5");
        page.locator("#seconds").selectOption("5");
        page.locator("[data-fault=slow]").click();
        assertThat(event(Pattern.compile("Pod bbbbb answers 2 s later than usual, until \\d\\d:\\d\\d:\\d\\d")))
                .isVisible();
        cell("bbbbb").click();
        page.locator("#seconds").selectOption("120");
        page.locator("[data-fault=unready]").click();
        assertThat(cell("bbbbb")).containsText(Pattern.compile("slow \\d+ s, unready \\d+ s"));
        await().until(() -> backends.get(0).status("/q/health/ready") == 503);
        assertThat(legend("bbbbb").locator(".latency")).containsText("2.0 s");
        inject("ccccc", "hang");
        await().until(() -> backends.get(1).status("/q/health/live") == 503);
        assertThat(event("Pod ccccc fails its liveness probe"))
                .hasText(Pattern.compile(".*: the cluster restarts the container$")); // nobody knows when
        assertThat(event("The fault slow in bbbbb has ended")).isVisible();
        assertThat(cell("bbbbb")).containsText(Pattern.compile("^\\s*bbbbb\\s*unready"));
        assertThat(page.locator("#retried")).hasText("0");
        assertFailed(0);
    }

    @Test
    void the_list_of_faults_stays_while_pods_come_and_go_and_nothing_moves() {
        BoundingBox start = page.locator("#start").boundingBox();
        startTraffic(50);
        assertThat(cell("ccccc")).isVisible();
        BoundingBox pod = cell("ccccc").boundingBox();
        cell("bbbbb").click();
        add("ddddd", "node-3", "v1");
        assertThat(cell("ddddd")).isVisible();
        service.remove(backends.get(2));
        assertThat(event("Pod ddddd on node-3 no longer answers")).isVisible();
        assertThat(page.locator("[data-fault=panic]")).isFocused();
        assertThat(page.locator("#faults")).containsText("Break pod bbbbb");
        assertThat(page.locator("#start").boundingBox())
                .usingRecursiveComparison()
                .isEqualTo(start);
        assertThat(cell("ccccc").boundingBox().y).isEqualTo(pod.y);
    }

    @Test
    void goes_on_while_the_page_is_hidden() {
        startTraffic(50);
        assertThat(cell("bbbbb")).isVisible();
        page.evaluate("""
                Object.defineProperty(document, "hidden", { value: true });
                document.dispatchEvent(new Event("visibilitychange"));""");
        awaitMoreAnswers();
        assertFailed(0);
    }

    @Test
    void a_fault_can_be_started_by_keyboard_alone_strikes_this_pod_and_no_request_fails() {
        startTraffic(20);
        page.keyboard().press("Shift");
        cell("bbbbb").focus();
        assertThat(cell("bbbbb").evaluate("""
                        cell => {
                          const { outlineStyle, outlineOffset, outlineWidth } = getComputedStyle(cell);
                          return outlineStyle !== "none" && parseFloat(outlineOffset) + parseFloat(outlineWidth) <= 0;
                        }"""))
                .as("the focus shows, and inside the cell, because the list around it cuts off what is outside")
                .isEqualTo(true);
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-fault=panic]")).isFocused();
        page.keyboard().press("Escape");
        assertThat(page.locator("#faults")).isHidden();
        assertThat(cell("bbbbb")).isFocused();
        page.keyboard().press("Enter");
        page.keyboard().press("Enter");
        assertThat(event("Pod bbbbb panics: its process dies, and the cluster restarts the container"))
                .isVisible();
        await().until(() -> !backends.get(0).isAlive());
        service.remove(backends.get(0));
        assertThat(backends.get(1).isAlive()).isTrue();
        assertThat(event("Pod bbbbb on node-1 no longer answers")).isVisible();
        assertFailed(0);
    }

    @Test
    void every_pod_is_seen_and_nothing_is_below_the_fold_while_traffic_runs() {
        AtomicInteger pods = new AtomicInteger(6);
        AtomicInteger nodes = new AtomicInteger(3);
        AtomicInteger responses = new AtomicInteger();
        page.route("**/api/greetings", route -> {
            int pod = responses.getAndIncrement() % pods.get();
            String body = "{\"message\":\"Hello Ana!\",\"pod\":\"pod-%d\",\"version\":\"v1\",\"node\":\"node-%d\"}"
                    .formatted(10_000 + pod, pod % nodes.get());
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(body));
        });
        for (int[] size : new int[][] {{1280, 720}, {1920, 1080}}) {
            page.setViewportSize(size[0], size[1]);
            for (int[] cluster : new int[][] {{6, 3}, {20, 5}}) {
                pods.set(cluster[0]);
                nodes.set(cluster[1]);
                page.reload();
                startTraffic(50);
                assertAllIsSeen(pods.get(), size[0]);
            }
        }
    }

    private void assertAllIsSeen(int pods, int width) {
        assertThat(page.locator("#nodes .pod")).hasCount(pods);
        page.waitForCondition(() -> (boolean) page.evaluate("""
                () => [...document.querySelectorAll("#nodes, #nodes ul")]
                  .every(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight + 2)"""));
        Browser.screenshot(page, "live-" + pods + "-" + width);
        for (boolean numbers : new boolean[] {false, true}) {
            assertThat(page.evaluate("document.documentElement.scrollHeight <= innerHeight"))
                    .as("at %d with numbers: %s", width, numbers)
                    .isEqualTo(true);
            page.locator("#numbers").click();
        }
    }

    /** @return whether anything is drawn on a canvas now */
    private boolean isDrawnOn(String canvas) {
        return (boolean) page.evaluate("""
                id => {
                  const canvas = document.getElementById(id);
                  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
                  copy.drawImage(canvas, 0, 0);
                  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
                  return data.some(value => value);
                }""", canvas);
    }

    /** Half of the connections end at a node whose cable is cut, and so does one of the backends. */
    @Test
    void a_node_whose_cable_is_cut_costs_no_request() {
        try (Balancer nodes = new Balancer();
                App second = App.start("frontend", Map.of("BACKEND_URL", service.url()))) {
            nodes.add(frontend);
            nodes.add(second);
            page.navigate(nodes.url());
            startTraffic(50);
            awaitMoreAnswers();
            assertThat(legend("ccccc")).isVisible();
            nodes.cut(second);
            backends.get(1).kill();
            service.remove(backends.get(1));
            assertThat(event("Pod ccccc on node-2 no longer answers")).isVisible();
            say("Ana");
            awaitMoreAnswers();
            add("ddddd", "node-1", "v1");
            assertThat(event(Pattern.compile("Pod ddddd on node-1 answers: version v1,"
                            + " in place of ccccc on node-2, which fell silent .* ago")))
                    .isVisible();
            awaitMoreAnswers();
            nodes.remove(second);
            stopTraffic();
            assertFailed(0);
            Browser.screenshot(page, "live-cut");
        }
    }

    private void say(String name) {
        page.locator("#name").fill(name);
        page.getByText("Say hello").click();
        assertThat(page.locator(".message")).containsText("Hello " + name);
    }

    @Test
    void pods_cannot_be_clicked_where_faults_are_off() {
        backends.forEach(backend -> {
            service.remove(backend);
            backend.kill();
        });
        add(Map.of("HOSTNAME", POD + "ddddd"));
        page.waitForResponse("**/api/faults/status", () -> page.reload());
        startTraffic(20);
        assertThat(cell("ddddd")).isDisabled();
    }

    /** Every script arrives after the first paint, and the answer about faults after that: neither moves anything. */
    @Test
    void nothing_moves_while_the_page_loads() {
        for (int[] size : new int[][] {{390, 844}, {768, 1024}, {1280, 720}, {1920, 1080}}) {
            List<Route> held = new ArrayList<>();
            Page loading = browser.open(new NewContextOptions().setViewportSize(size[0], size[1]));
            loading.addInitScript("""
                    window.moved = 0;
                    new PerformanceObserver(list => list.getEntries().forEach(shift => window.moved += shift.value))
                      .observe({ type: "layout-shift", buffered: true });""");
            loading.route(Pattern.compile("\\.js$|/api/faults/status$"), held::add);
            loading.navigate(frontend.url(), new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
            loading.waitForCondition(() -> isPainted(loading));
            loading.waitForCondition(() -> {
                nextFrame(loading);
                while (!held.isEmpty()) {
                    held.remove(0).resume();
                }
                return loading.locator("#map[data-faults]").count() == 1;
            });
            nextFrame(loading);
            assertThat(loading.evaluate("window.moved"))
                    .as("layout shift at " + size[0])
                    .isEqualTo(0);
            loading.context().close();
        }
    }

    private static boolean isPainted(Page page) {
        return (boolean) page.evaluate("performance.getEntriesByName('first-contentful-paint').length > 0");
    }

    /** Waits until the browser has painted what there is. */
    private static void nextFrame(Page page) {
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))");
    }

    @Test
    void nothing_is_animated_for_people_who_prefer_reduced_motion() {
        startTraffic(20);
        assertThat(legend("bbbbb")).isVisible();
        String animated = """
                [...document.querySelectorAll("*")].map(element => getComputedStyle(element))
                  .filter(style => style.transitionDuration !== "0s" || style.animationName !== "none").length""";
        assertThat((Integer) page.evaluate(animated)).isPositive();
        await().until(() -> isDrawnOn("pulses"));
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        assertThat(page.evaluate(animated)).isEqualTo(0);
        await().until(() -> !isDrawnOn("pulses"));
        awaitMoreAnswers();
        assertThat(isDrawnOn("pulses")).isFalse();
    }

    @Test
    void browsers_do_not_translate_the_names_of_pods_and_versions() {
        startTraffic(20);
        page.locator("#name").fill("Ana");
        page.getByText("Say hello").click();
        assertThat(page.locator(".message")).isVisible();
        assertThat(legend("bbbbb")).isVisible();
        inject("bbbbb", "ready");
        assertThat(event("passes its readiness probe again")).isVisible();
        assertThat((List<?>) page.evaluate("""
                () => {
                  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                  const found = [];
                  while (texts.nextNode()) {
                    const { data, parentElement } = texts.currentNode;
                    if (/\\b(bbbbb|ccccc|v1|Ana)\\b/.test(data)) found.push(`${parentElement.translate} ${data}`);
                  }
                  return found;
                }""")).hasSizeGreaterThan(5).allMatch(text -> text.toString()
                .startsWith("false "));
    }

    @Test
    void the_past_can_be_looked_at_and_a_run_saved_and_replayed() {
        startTraffic(50);
        assertThat(cell("ccccc")).isEnabled();
        service.remove(backends.get(1));
        assertThat(event("Pod ccccc on node-2 no longer answers")).isVisible();
        awaitMoreAnswers();
        BoundingBox timeline = page.locator("#timeline").boundingBox();
        page.mouse().move(timeline.x + timeline.width - 5, timeline.y + 50);
        page.mouse().down();
        page.mouse().move(timeline.x + 5, timeline.y + 50);
        page.mouse().up();
        assertThat(page.locator("#past")).containsText("Past");
        assertThat(event("no longer answers")).hasCount(0);
        await().until(() -> {
            page.locator("#seek").press("ArrowRight"); // second by second, until the traffic has started
            return cell("ccccc").isVisible();
        });
        assertThat(number("answered")).isPositive();
        assertThat(cell("ccccc")).isDisabled(); // or a click would break the pod of now
        Browser.assertAccessible(page);
        Browser.screenshot(page, "live-past");
        page.locator("#back").click();
        assertThat(page.locator("#past")).isHidden();
        stopTraffic();
        int answered = number("answered");
        Path run = page.waitForDownload(() -> page.locator("#save").click()).path();

        page.reload();
        page.locator("#file").setInputFiles(run);
        assertThat(page).hasTitle(Pattern.compile("^Replay: "));
        assertThat(page.locator("#past")).containsText("Replay");
        assertThat(page.getByText("This is a replay.")).isVisible();
        await().until(() -> number("answered") > 0); // it plays
        page.locator("#seek").press("End");
        assertThat(page.locator("#answered")).hasText(Integer.toString(answered));
        assertThat(event("no longer answers")).hasCount(1);
        Browser.assertAccessible(page);
        page.setViewportSize(390, 844);
        Browser.assertAccessible(page);
        Browser.screenshot(page, "live-replay");
        page.locator("#close").click();
        assertThat(page.locator("#name")).isVisible();
        assertThat(page.locator("#sent")).hasText("0");
    }

    @Test
    void a_recorded_run_of_a_cluster_can_be_watched_even_where_no_app_responds() {
        page.locator("#watch").click();
        assertThat(page).hasTitle(Pattern.compile("^Replay: "));
        page.locator("#close").click();
        assertThat(page.locator("#name")).isVisible();

        List<String> asked = new ArrayList<>();
        page.onRequest(request -> asked.add(request.url()));
        page.navigate(frontend.url() + "/?replay");
        assertThat(page).hasTitle(Pattern.compile("^Replay: "));
        page.locator("#seek").press("End");
        assertThat(page.locator("#failed")).hasText("0");
        assertThat(event("make rollback")).hasCount(1);
        assertThat(page.locator("#close")).isHidden();
        assertThat(asked).anyMatch(url -> url.endsWith("/run.json")).noneMatch(url -> url.matches(".*/(api|room)/.*"));
    }

    @Test
    void is_accessible_in_light_and_dark_at_every_width() {
        say("Ana");
        startTraffic(50);
        await().atMost(Duration.ofSeconds(30)).until(() -> number("answered") > 50);
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (int[] size : new int[][] {{1280, 720}, {390, 844}, {3840, 2160}}) {
                page.setViewportSize(size[0], size[1]);
                Browser.assertAccessible(page);
                assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                        .isEqualTo(true);
                Browser.screenshot(page, "live-" + scheme.name().toLowerCase() + "-" + size[0]);
                page.locator("#nodes .pod").first().click();
                Browser.assertAccessible(page);
                Browser.screenshot(page, "live-faults-" + scheme.name().toLowerCase() + "-" + size[0]);
                page.keyboard().press("Escape");
            }
        }
    }
}
