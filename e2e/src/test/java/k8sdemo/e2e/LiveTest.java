// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.WaitUntilState;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Live traffic to several backends of two versions, behind one frontend. */
@Needs(Needs.Part.BROWSER)
class LiveTest {
    /** The page shows what happened within this time, in milliseconds. */
    private static final double SOON = 2_000;

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
        add("aaa", "node-1", "v1");
        add("bbb", "node-2", "v1");
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
        add(Map.of(
                "HOSTNAME",
                "k8s-demo-backend-" + name,
                "NODE_NAME",
                node,
                "GREETING_VERSION",
                version,
                "WORKSHOP_FAULTS",
                "true"));
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
        awaitTheLastAnswer();
    }

    /** Waits until the last answer is shown: the page updates its numbers four times a second. */
    private void awaitTheLastAnswer() {
        await().pollDelay(Duration.ofMillis(500)).until(() -> number("sent") == number("answered") + number("failed"));
    }

    /** Waits for 150 answers, and for more than three seconds: to the page, a pod that comes after that may replace another. */
    private void awaitMoreAnswers() {
        int before = number("answered");
        double begin = now();
        await().atMost(Duration.ofSeconds(30)).until(() -> number("answered") > before + 150 && now() > begin + 3_100);
    }

    private Locator cell(String pod) {
        return page.locator("#nodes [data-pod=k8s-demo-backend-" + pod + "]");
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
        return page.locator("#legend tr[data-pod=k8s-demo-backend-" + pod + "]");
    }

    private void assertFailed(int count) {
        assertThat(page.locator("#failed")).hasText(Integer.toString(count));
    }

    private int number(String id) {
        return Integer.parseInt(page.locator("#" + id).textContent());
    }

    private static LocatorAssertions.IsVisibleOptions soon() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(SOON);
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
        for (String pod : List.of("aaa", "bbb")) {
            assertThat(legend(pod).locator(".version")).hasText("v1");
            assertThat(legend(pod).locator(".latency")).hasText(Pattern.compile("\\d+ ms / \\d+ ms"));
            int answers = Integer.parseInt(legend(pod).locator(".answers").textContent());
            assertThat(answers).as("answers from " + pod).isGreaterThan(number("answered") / 5);
            sum += answers;
        }
        assertThat(sum).isEqualTo(number("answered"));
    }

    @Test
    void keeps_the_rate() {
        startTraffic(50);
        await().until(() -> number("sent") > 20);
        double begin = now();
        int before = number("sent");
        await().atMost(Duration.ofSeconds(30)).until(() -> number("sent") > before + 200);
        double seconds = (now() - begin) / 1_000;
        assertThat((number("sent") - before) / seconds)
                .as("requests per second")
                .isBetween(42.5, 60.0);
    }

    /** @return the time of the page's clock, in milliseconds */
    private double now() {
        return ((Number) page.evaluate("performance.now()")).doubleValue();
    }

    @Test
    void a_killed_backend_fades_and_no_request_fails() {
        startTraffic(50);
        assertThat(legend("aaa")).isVisible();
        assertThat(legend("bbb")).isVisible();
        App killed = backends.get(0);
        killed.kill();
        service.remove(killed);
        assertThat(event("Pod aaa on node-1 no longer answers")).isVisible(soon());
        assertThat(legend("aaa")).hasClass("gone");
        assertThat(cell("aaa")).containsText("silent ");
        assertThat(cell("aaa")).isDisabled();
        Browser.screenshot(page, "live-killed");
        killed.start();
        service.add(killed);
        assertThat(event("Pod aaa on node-1 answers again")).isVisible();
        assertThat(legend("aaa")).not().hasClass("gone");
        assertThat(cell("aaa")).isEnabled();
        assertFailed(0);
    }

    @Test
    void a_rollout_shows_the_new_version_taking_over() {
        startTraffic(50);
        for (int i = 0; i < 2; i++) {
            awaitMoreAnswers();
            App old = backends.get(i);
            String node = "node-" + (i + 1);
            add("new" + i, node, "v2");
            assertThat(event("Pod new" + i + " on " + node + " answers: version v2"))
                    .isVisible(soon());
            service.remove(old);
            assertThat(event("Pod " + (i == 0 ? "aaa" : "bbb") + " on " + node + " no longer answers: new" + i + " on "
                            + node + " has taken its place"))
                    .isVisible(soon());
        }
        awaitMoreAnswers();
        assertFailed(0);
        assertThat(cell("aaa")).hasCount(0);
        assertThat(cell("new1")).containsText("v2");
        assertThat(page.locator("#nodes .dark")).hasCount(0);
        Browser.screenshot(page, "live-release");
    }

    @Test
    void a_click_on_a_pod_starts_a_fault_in_this_pod_and_no_request_fails() {
        startTraffic(20);
        inject("bbb", "panic");
        assertThat(event("Pod bbb panics")).isVisible();
        await().until(() -> !backends.get(1).isAlive());
        assertThat(backends.get(0).isAlive()).isTrue();
        service.remove(backends.get(1));
        assertThat(event("Pod bbb on node-2 no longer answers")).isVisible(soon());
        assertFailed(0);
    }

    @Test
    void failures_stand_out_and_say_why() {
        startTraffic(20);
        cell("aaa").click();
        page.locator("#percent").selectOption("100");
        page.locator("[data-fault=errors]").click();
        assertThat(event("Pod aaa fails 100 % of its requests, until ")).isVisible();
        assertThat(page.locator("#failures li").first()).containsText("Fault injection failed this request.");
        assertThat(event("A request failed").first()).isVisible();
        assertThat(page.locator("#totals .failed")).hasClass("failed some");
        Browser.screenshot(page, "live-errors");
    }

    @Test
    void a_slow_pod_shows_in_the_latency_and_how_long_that_lasts() {
        startTraffic(10);
        cell("aaa").click();
        page.locator("#seconds").selectOption("10");
        page.locator("[data-fault=slow]").click();
        assertThat(cell("aaa")).containsText(Pattern.compile("slow \\d+ s"));
        assertThat(event(Pattern.compile("Pod aaa answers 2 s later than usual, until \\d\\d:\\d\\d:\\d\\d")))
                .isVisible();
        assertThat(legend("aaa").locator(".latency")).containsText("2.0 s");
        assertFailed(0);
        assertThat(page.locator("#retried")).hasText("0");
        assertThat(event("The fault in pod aaa has ended"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(10_000 + SOON));
        assertThat(cell("aaa")).containsText("v1");
    }

    @Test
    void faults_can_be_started_by_keyboard_alone() {
        startTraffic(20);
        page.keyboard().press("Shift");
        cell("aaa").focus();
        assertThat(cell("aaa").evaluate("""
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
        assertThat(cell("aaa")).isFocused();
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        await().until(() -> backends.get(0).status("/q/health/live") == 503);
    }

    @Test
    void the_list_of_faults_stays_while_pods_come_and_go() {
        startTraffic(50);
        cell("aaa").click();
        add("ccc", "node-1", "v1");
        assertThat(cell("ccc")).isVisible();
        service.remove(backends.get(1));
        assertThat(event("Pod bbb on node-2 no longer answers")).isVisible();
        assertThat(page.locator("[data-fault=panic]")).isFocused();
        assertThat(page.locator("#faults")).containsText("Break pod aaa");
    }

    @Test
    void the_map_has_a_box_for_each_node_and_in_it_a_cell_for_each_pod() {
        startTraffic(50);
        assertThat(box("node-1").locator(".pod")).hasCount(1);
        assertThat(box("node-2").locator(".pod")).hasCount(1);
        assertThat(box("node-1")).containsText("aaa");
        assertThat(box("node-2")).containsText("bbb");
        add("ccc", "node-2", "v1");
        add("ddd", "node-3", "v1");
        assertThat(box("node-2").locator(".pod")).hasCount(2);
        assertThat(box("node-3")).containsText("ddd");
        await().until(() -> isDrawnOn("pulses"));
        Browser.screenshot(page, "live-map");
    }

    /** A drain: the pod is replaced on another node before it leaves, or soon after. */
    @Test
    void a_node_that_is_drained_is_empty() {
        startTraffic(50);
        awaitMoreAnswers();
        assertThat(cell("bbb")).isVisible();
        add("ccc", "node-1", "v1");
        assertThat(cell("ccc")).isVisible();
        service.remove(backends.get(1));
        assertThat(box("node-2")).containsText("empty");
        assertThat(cell("bbb")).hasCount(0);
        assertThat(box("node-2")).not().hasClass(Pattern.compile("dark"));
        assertThat(event("Nothing on node-2")).hasCount(0);
    }

    @Test
    void a_node_that_is_silent_goes_dark_until_it_answers_again() {
        startTraffic(50);
        assertThat(cell("bbb")).isVisible();
        backends.get(1).kill();
        service.remove(backends.get(1));
        assertThat(event("Nothing on node-2 answers any more. Longest gap in all answers: "))
                .isVisible();
        assertThat(box("node-2")).hasClass("node dark");
        assertThat(box("node-2")).containsText("silent for");
        double dark = now();
        await().until(() -> now() > dark + 2_500); // longer than a drain
        add("ccc", "node-1", "v1");
        assertThat(event(Pattern.compile(
                        "Pod ccc on node-1 answers: version v1, in place of bbb on node-2, which fell silent .* ago")))
                .isVisible();
        assertThat(cell("bbb")).hasCount(0);
        assertThat(box("node-2")).hasClass("node dark");
        Browser.screenshot(page, "live-dark");
        backends.get(1).start();
        service.add(backends.get(1));
        assertThat(cell("bbb")).isVisible();
        assertThat(box("node-2")).hasClass("node");
        assertFailed(0);
    }

    @Test
    void a_pod_that_answers_the_form_shows_up_on_the_map() {
        say("Ana");
        String pod = page.locator("#answer .pod").textContent().replace("k8s-demo-backend-", "");
        assertThat(cell(pod)).isVisible();
        assertThat(page.locator("#answer .node")).hasText(pod.equals("aaa") ? "node-1" : "node-2");
        assertThat(page.locator("#sent")).hasText("0");
    }

    @Test
    void every_page_gives_a_pod_the_same_colour_and_no_other_pod_has_it() {
        add("ccc", "node-1", "v1");
        Page other = open(new NewContextOptions());
        for (Page shown : List.of(page, other)) {
            shown.locator("#start").click();
            assertThat(shown.locator("#nodes .pod")).hasCount(3);
        }
        String colours = """
                () => Object.fromEntries([...document.querySelectorAll("#nodes .pod")]
                  .map(cell => [cell.dataset.pod, getComputedStyle(cell).borderTopColor]).sort())""";
        Map<?, ?> seen = (Map<?, ?>) page.evaluate(colours);
        assertThat(seen).isEqualTo(other.evaluate(colours));
        assertThat(seen.values()).doesNotHaveDuplicates();
        other.context().close();
    }

    @Test
    void nothing_is_below_the_fold_while_traffic_runs() {
        for (int i = 1; i <= 4; i++) {
            add("more" + i, "node-" + (i % 2 + 1), "v1");
        }
        startTraffic(50);
        assertThat(page.locator("#nodes .pod")).hasCount(6);
        for (int[] size : new int[][] {{1280, 720}, {1920, 1080}}) {
            page.setViewportSize(size[0], size[1]);
            for (boolean numbers : new boolean[] {false, true}) {
                assertThat(page.evaluate("document.documentElement.scrollHeight <= innerHeight"))
                        .as("at %d with numbers: %s", size[0], numbers)
                        .isEqualTo(true);
                page.locator("#numbers").click();
            }
            Browser.screenshot(page, "live-six-" + size[0]);
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

    @Test
    void shows_how_long_pods_take_and_not_how_long_requests_wait_in_the_browser() {
        for (App backend : backends) {
            page.request().post(backend.url() + "/faults/slow?seconds=60");
        }
        startTraffic(50);
        await().atMost(Duration.ofSeconds(30)).until(() -> number("answered") > 15);
        for (String pod : List.of("aaa", "bbb")) {
            assertThat(legend(pod).locator(".latency")).hasText(Pattern.compile("2\\.\\d s / 2\\.\\d s"));
        }
        page.locator("#name").fill("Ana");
        page.getByText("Say hello").click();
        assertThat(page.locator(".message"))
                .containsText("Hello Ana", new LocatorAssertions.ContainsTextOptions().setTimeout(3_500));
    }

    @Test
    void an_answer_that_needed_another_attempt_is_counted_and_marked() {
        List<Route> broken = new ArrayList<>();
        page.route("**/api/greetings", route -> {
            if (broken.isEmpty()) {
                broken.add(route);
                route.abort("connectionreset");
            } else {
                route.resume();
            }
        });
        startTraffic(10);
        assertThat(page.locator("#retried")).hasText("1");
        await().until(() -> number("answered") > 10);
        stopTraffic();
        assertFailed(0);
        assertThat(page.locator("#legend .retried").filter(new Locator.FilterOptions().setHasText("1")))
                .hasCount(1);
        assertThat((Integer) page.evaluate("""
                        () => {
                          const { width, height } = document.getElementById("timeline");
                          const { data } = document.getElementById("timeline").getContext("2d").getImageData(0, 0, width, height);
                          let inked = 0; // the ring is as dark as the text; no pod is, and nothing is silent
                          for (let i = 0; i < data.length; i += 4) {
                            if (data[i + 3] > 200 && data[i] + data[i + 1] + data[i + 2] < 120) inked++;
                          }
                          return inked;
                        }""")).as("pixels of the ring").isPositive();
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
            assertThat(legend("bbb")).isVisible();
            nodes.cut(second);
            backends.get(1).kill();
            service.remove(backends.get(1));
            assertThat(event("Pod bbb on node-2 no longer answers"))
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(3_000 + SOON));
            say("Ana");
            awaitMoreAnswers();
            add("ccc", "node-1", "v1");
            assertThat(
                            event(
                                    Pattern.compile(
                                            "Pod ccc on node-1 answers: version v1, in place of bbb on node-2, which fell silent .* ago")))
                    .isVisible(soon());
            awaitMoreAnswers();
            nodes.remove(second);
            stopTraffic();
            assertFailed(0);
            assertThat(milliseconds(page.locator("#longest-gap").textContent())).isLessThan(3_000);
            Browser.screenshot(page, "live-cut");
        }
    }

    private static double milliseconds(String duration) {
        String[] parts = duration.split(" ");
        return Double.parseDouble(parts[0]) * (parts[1].equals("s") ? 1_000 : 1);
    }

    private void say(String name) {
        page.locator("#name").fill(name);
        page.getByText("Say hello").click();
        assertThat(page.locator(".message"))
                .containsText("Hello " + name, new LocatorAssertions.ContainsTextOptions().setTimeout(12_000));
    }

    @Test
    void a_gap_shows_while_it_lasts_and_no_request_fails() {
        try (Balancer nodes = new Balancer()) {
            nodes.add(frontend);
            page.navigate(nodes.url());
            startTraffic(50);
            awaitMoreAnswers();
            nodes.cut(frontend);
            assertThat(event(Pattern.compile("Nothing answers: (aaa and bbb|bbb and aaa) are silent")))
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(1_500 + SOON));
            int answered = number("answered");
            double gap = milliseconds(page.locator("#longest-gap").textContent());
            await().until(() -> milliseconds(page.locator("#longest-gap").textContent()) > gap + 500);
            assertThat(number("answered")).isEqualTo(answered);
            nodes.mend(frontend);
            assertThat(event("Answers come again, after")).isVisible();
            awaitMoreAnswers();
            stopTraffic();
            assertFailed(0);
            assertThat(number("retried")).isPositive();
            assertThat(event("no longer answers")).hasCount(0);
        }
    }

    /** A connection stays with one pod for a moment, so the last answers before a gap may all come from one of them. */
    @Test
    void a_pod_that_was_quiet_before_a_gap_is_not_gone() {
        AtomicInteger requests = new AtomicInteger();
        page.route("**/api/greetings", route -> {
            int request = requests.getAndIncrement();
            if (request < 60) {
                String pod = request % 2 == 0 && request < 30 ? "bbb" : "aaa";
                route.fulfill(new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody("{\"pod\":\"" + pod + "\",\"version\":\"v1\",\"message\":\"\"}"));
            } // the others stay without an answer
        });
        startTraffic(50);
        assertThat(event(Pattern.compile("Nothing answers: (aaa and bbb|bbb and aaa) are silent")))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(10_000));
        assertThat(event("no longer answers")).hasCount(0);
    }

    @Test
    void a_load_balancer_that_finds_no_frontend_for_a_moment_costs_no_request() {
        AtomicBoolean broken = new AtomicBoolean(true);
        AtomicInteger refused = new AtomicInteger();
        page.route("**/api/greetings", route -> {
            if (broken.get()) {
                refused.incrementAndGet();
                route.fulfill(new Route.FulfillOptions().setStatus(502).setBody("<h1>Bad Gateway</h1>"));
            } else {
                route.resume();
            }
        });
        startTraffic(50);
        double begin = now();
        await().until(() -> now() > begin + 3_000);
        assertThat(refused.get())
                .as("five requests at a time, each of which is sent again after half a second")
                .isBetween(10, 40);
        broken.set(false);
        awaitMoreAnswers();
        stopTraffic();
        assertFailed(0);
    }

    @Test
    void slows_down_while_the_cluster_is_busy_and_speeds_up_again() {
        AtomicBoolean busy = new AtomicBoolean(true);
        AtomicInteger refused = new AtomicInteger();
        page.route("**/api/greetings", route -> {
            if (busy.get()) {
                refused.incrementAndGet();
                route.fulfill(new Route.FulfillOptions()
                        .setStatus(503)
                        .setContentType("application/problem+json")
                        .setHeaders(Map.of("Retry-After", "1"))
                        .setBody("{\"detail\":\"Too busy.\"}"));
            } else {
                route.resume();
            }
        });
        startTraffic(50);
        assertThat(page.locator("#pace"))
                .hasText(
                        Pattern.compile("Slowed to \\d requests? a second: the cluster is busy"),
                        new LocatorAssertions.HasTextOptions().setTimeout(8_000));
        assertThat(refused.get()).as("requests in at least four seconds").isLessThan(50);
        Browser.screenshot(page, "live-busy");
        busy.set(false);
        assertThat(event("Back to 50 requests a second"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
        assertThat(page.locator("#pace")).isEmpty();
        stopTraffic();
        assertFailed(0);
    }

    @Test
    void a_fault_strikes_once_even_if_its_answer_is_lost() {
        AtomicInteger struck = new AtomicInteger();
        page.route("**/api/faults/slow*", route -> {
            struck.incrementAndGet();
            route.abort("connectionreset");
        });
        startTraffic(20);
        cell("aaa").click();
        page.locator("[data-fault=slow]").click();
        assertThat(page.locator("#fault-status")).containsText("cannot be reached");
        assertThat(struck).hasValue(1);
    }

    @Test
    void hang_and_unready_fail_the_probes() {
        startTraffic(10);
        inject("aaa", "unready");
        await().until(() -> backends.get(0).status("/q/health/ready") == 503);
        assertThat(event("fails its readiness probe")).hasText(Pattern.compile(".*, until \\d\\d:\\d\\d:\\d\\d$"));
        inject("bbb", "hang");
        await().until(() -> backends.get(1).status("/q/health/live") == 503);
        assertThat(event("fails its liveness probe"))
                .hasText(Pattern.compile(".*: a cluster restarts the container$")); // nobody knows when
        assertFailed(0);
    }

    @Test
    void pauses_while_the_tab_is_hidden() {
        startTraffic(50);
        await().until(() -> number("answered") > 20);
        page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
                + "document.dispatchEvent(new Event('visibilitychange'))");
        awaitTheLastAnswer();
        int sent = number("sent");
        await().during(Duration.ofSeconds(1)).until(() -> number("sent") == sent);
        page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
        await().until(() -> number("sent") > sent);
    }

    @Test
    void pods_cannot_be_clicked_where_faults_are_off() {
        backends.forEach(backend -> {
            service.remove(backend);
            backend.kill();
        });
        add(Map.of("HOSTNAME", "k8s-demo-backend-ccc"));
        page.waitForResponse("**/api/faults/status", () -> page.reload());
        startTraffic(20);
        assertThat(cell("ccc")).isDisabled();
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
    void what_the_leader_presses_stays_in_place_when_pods_appear_and_go() {
        BoundingBox before = page.locator("#start").boundingBox();
        startTraffic(50);
        assertThat(cell("aaa")).isVisible();
        BoundingBox bbb = cell("bbb").boundingBox();
        inject("aaa", "ready");
        assertThat(event("passes its readiness probe again")).isVisible();
        for (String id : List.of("#start", "#nodes [data-pod=k8s-demo-backend-bbb]")) {
            assertThat(page.locator(id).boundingBox())
                    .usingRecursiveComparison()
                    .isEqualTo(id.equals("#start") ? before : bbb);
        }
    }

    @Test
    void nothing_is_animated_for_people_who_prefer_reduced_motion() {
        startTraffic(20);
        assertThat(legend("aaa")).isVisible();
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
        assertThat(legend("aaa")).isVisible();
        inject("aaa", "ready");
        assertThat(event("passes its readiness probe again")).isVisible();
        assertThat((List<?>) page.evaluate("""
                () => {
                  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                  const found = [];
                  while (texts.nextNode()) {
                    const { data, parentElement } = texts.currentNode;
                    if (/\\b(aaa|bbb|v1|Ana)\\b/.test(data)) found.push(`${parentElement.translate} ${data}`);
                  }
                  return found;
                }""")).hasSizeGreaterThan(5).allMatch(text -> text.toString()
                .startsWith("false "));
    }

    @ParameterizedTest
    @ValueSource(ints = {-3_600_000, 3_600_000})
    void a_changed_clock_changes_no_time_on_the_page(int milliseconds) {
        startTraffic(50);
        assertThat(legend("aaa")).isVisible();
        awaitMoreAnswers();
        page.evaluate("""
                milliseconds => {
                  const RealDate = Date;
                  window.Date = class extends RealDate {
                    constructor(...time) {
                      super(...(time.length ? time : [Date.now()]));
                    }
                    static now() {
                      return RealDate.now() + milliseconds;
                    }
                  };
                }""", milliseconds);
        awaitMoreAnswers();
        service.remove(backends.get(0));
        assertThat(event("Pod aaa on node-1 no longer answers")).isVisible(soon());
        assertThat(legend("bbb").locator(".seen")).hasText("now");
        assertThat(legend("aaa").locator(".seen")).hasText(Pattern.compile("\\d s ago"));
        List<String> times = page.locator("#events li").allTextContents().stream()
                .map(line -> line.substring(0, 8))
                .toList();
        Duration between =
                Duration.between(LocalTime.parse(times.get(times.size() - 1)), LocalTime.parse(times.get(0)));
        assertThat(Math.floorMod(between.toSeconds(), Duration.ofDays(1).toSeconds()))
                .isBetween(3L, 120L);
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
