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
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
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
    private final List<App> backends = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void start() {
        browser = new Browser();
        service = new Balancer();
        frontend = App.start("frontend", Map.of("BACKEND_URL", service.url()));
    }

    @AfterAll
    static void stop() {
        frontend.close();
        service.close();
        browser.close();
    }

    @BeforeEach
    void twoBackends() {
        add("aaa", "v1", true);
        add("bbb", "v1", true);
        page = open(new NewContextOptions().setViewportSize(1920, 1080));
    }

    @AfterEach
    void close() {
        page.context().close();
        backends.forEach(backend -> {
            service.remove(backend);
            backend.close();
        });
        browser.assertNoErrors();
    }

    private App add(String name, String version, boolean faults) {
        App backend = App.start(
                "backend",
                Map.of(
                        "HOSTNAME",
                        "k8s-demo-backend-" + name,
                        "GREETING_VERSION",
                        version,
                        "WORKSHOP_FAULTS",
                        Boolean.toString(faults)));
        backends.add(backend);
        service.add(backend);
        return backend;
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

    /** Waits for three seconds of traffic at 50 requests per second. */
    private void awaitMoreAnswers() {
        int before = number("answered");
        await().atMost(Duration.ofSeconds(30)).until(() -> number("answered") > before + 150);
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
        assertThat(page.getByText("Pod aaa no longer answers")).isVisible(soon());
        assertThat(legend("aaa")).hasClass("gone");
        Browser.screenshot(page, "live-killed");
        killed.start();
        service.add(killed);
        assertThat(page.getByText("Pod aaa answers again")).isVisible();
        assertThat(legend("aaa")).not().hasClass("gone");
        assertFailed(0);
    }

    @Test
    void a_rollout_shows_the_new_version_taking_over() {
        startTraffic(50);
        for (int i = 0; i < 2; i++) {
            awaitMoreAnswers();
            App old = backends.get(i);
            add("new" + i, "v2", true);
            assertThat(page.getByText("Pod new" + i + " answers: version v2")).isVisible(soon());
            service.remove(old);
            assertThat(page.getByText(i == 0 ? "Pod aaa no longer answers" : "Pod bbb no longer answers"))
                    .isVisible(soon());
        }
        awaitMoreAnswers();
        assertFailed(0);
        Browser.screenshot(page, "live-release");
    }

    @Test
    void panic_ends_the_pod_that_answered_last_and_no_request_fails() {
        startTraffic(20);
        assertThat(legend("aaa")).isVisible();
        assertThat(legend("bbb")).isVisible();
        page.locator("[data-fault=panic]").click();
        assertThat(page.locator("#fault-status")).containsText("panics");
        await().until(() -> backends.stream().filter(App::isAlive).count() == 1);
        backends.stream().filter(backend -> !backend.isAlive()).forEach(service::remove);
        assertThat(page.getByText("no longer answers")).isVisible(soon());
        assertFailed(0);
    }

    @Test
    void failures_stand_out_and_say_why() {
        startTraffic(20);
        page.locator("#target").selectOption("any");
        page.locator("[data-fault=errors]").click();
        assertThat(page.locator("#fault-status")).containsText("fails about every second request");
        assertThat(page.locator("#failures li").first()).containsText("Fault injection failed this request.");
        assertThat(page.locator("#events .failed").first()).containsText("A request failed");
        assertThat(page.locator("#totals .failed")).hasClass("failed some");
        Browser.screenshot(page, "live-errors");
    }

    @Test
    void a_slow_pod_shows_in_the_latency() {
        startTraffic(10);
        page.locator("[data-fault=slow]").click();
        assertThat(page.locator("#fault-status")).containsText("two seconds later");
        assertThat(page.locator("#legend .latency").filter(new Locator.FilterOptions().setHasText("2.0 s")))
                .isVisible();
        assertFailed(0);
        assertThat(page.locator("#retried")).hasText("0");
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
    void an_answer_that_needed_another_attempt_is_counted_and_marked() throws IOException {
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
        assertThat(sum(csv(), 5)).as("attempts").isEqualTo(number("answered") + 1);
        assertThat((Integer) page.evaluate("""
                        () => {
                          const { width, height } = document.getElementById("dots");
                          const { data } = document.getElementById("dots").getContext("2d").getImageData(0, 0, width, height);
                          let inked = 0; // the ring is as dark as the text; no pod is
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
            assertThat(page.getByText("Pod bbb no longer answers"))
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(3_000 + SOON));
            say("Ana");
            awaitMoreAnswers();
            add("ccc", "v1", true);
            assertThat(page.getByText(
                            Pattern.compile("Pod ccc answers: version v1, in place of bbb, which fell silent .* ago")))
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
            assertThat(page.getByText(Pattern.compile("Nothing answers: (aaa and bbb|bbb and aaa) are silent")))
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(1_500 + SOON));
            int answered = number("answered");
            double gap = milliseconds(page.locator("#longest-gap").textContent());
            await().until(() -> milliseconds(page.locator("#longest-gap").textContent()) > gap + 500);
            assertThat(number("answered")).isEqualTo(answered);
            nodes.mend(frontend);
            assertThat(page.getByText("Answers come again, after")).isVisible();
            awaitMoreAnswers();
            stopTraffic();
            assertFailed(0);
            assertThat(number("retried")).isPositive();
            assertThat(page.getByText("no longer answers")).hasCount(0);
        }
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
        assertThat(page.getByText("Back to 50 requests a second"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
        assertThat(page.locator("#pace")).isEmpty();
        stopTraffic();
        assertFailed(0);
    }

    @Test
    void a_fault_strikes_once_even_if_its_answer_is_lost() {
        assertThat(page.locator("#faults")).isVisible();
        AtomicInteger struck = new AtomicInteger();
        page.route("**/api/faults/slow*", route -> {
            struck.incrementAndGet();
            route.abort("connectionreset");
        });
        page.locator("#target").selectOption("any");
        page.locator("[data-fault=slow]").click();
        assertThat(page.locator("#fault-status")).containsText("cannot be reached");
        assertThat(struck).hasValue(1);
    }

    @Test
    void hang_and_unready_fail_the_probes() {
        startTraffic(10);
        assertThat(page.locator("#legend tbody tr").first()).isVisible();
        page.locator("[data-fault=unready]").click();
        await().until(() -> backends.stream().anyMatch(backend -> backend.status("/q/health/ready") == 503));
        page.locator("[data-fault=hang]").click();
        await().until(() -> backends.stream().anyMatch(backend -> backend.status("/q/health/live") == 503));
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
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        assertThat(number("sent")).isEqualTo(sent);
        page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
        await().until(() -> number("sent") > sent);
    }

    @Test
    void saves_what_it_showed() throws IOException {
        startTraffic(50);
        await().until(() -> number("answered") > 50);
        stopTraffic();
        List<String> csv = csv();
        assertThat(csv).first().isEqualTo("time,pod,version,answered,failed,attempts,p50_ms,p95_ms");
        assertThat(sum(csv, 3)).isEqualTo(number("answered"));
        assertThat(sum(csv, 5)).as("attempts").isEqualTo(number("answered"));
        assertThat(Files.readAllBytes(
                        page.waitForDownload(() -> page.locator("#png").click()).path()))
                .startsWith(0x89, 'P', 'N', 'G');
    }

    @Test
    void there_are_no_fault_buttons_where_faults_are_off() {
        backends.forEach(backend -> {
            service.remove(backend);
            backend.kill();
        });
        add("ccc", "v1", false);
        page.reload();
        startTraffic(20);
        assertThat(legend("ccc")).isVisible();
        assertThat(page.locator("#faults")).isHidden();
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
                return loading.locator("#faults").isVisible();
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
    void the_fault_buttons_stay_in_place_when_pods_appear_and_go() {
        assertThat(page.locator("#faults")).isVisible();
        BoundingBox before = page.locator("#faults").boundingBox();
        startTraffic(50);
        assertThat(legend("aaa")).isVisible();
        assertThat(legend("bbb")).isVisible();
        page.locator("[data-fault=ready]").click();
        assertThat(page.locator("#fault-status")).containsText("readiness probe");
        assertThat(page.locator("#faults").boundingBox())
                .usingRecursiveComparison()
                .isEqualTo(before);
    }

    @Test
    void nothing_is_animated_for_people_who_prefer_reduced_motion() {
        startTraffic(20);
        assertThat(legend("aaa")).isVisible();
        String animated = """
                [...document.querySelectorAll("*")].map(element => getComputedStyle(element))
                  .filter(style => style.transitionDuration !== "0s" || style.animationName !== "none").length""";
        assertThat((Integer) page.evaluate(animated)).isPositive();
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        assertThat(page.evaluate(animated)).isEqualTo(0);
    }

    @Test
    void browsers_do_not_translate_the_names_of_pods_and_versions() {
        startTraffic(20);
        page.locator("#name").fill("Ana");
        page.getByText("Say hello").click();
        assertThat(page.locator(".message")).isVisible();
        assertThat(legend("aaa")).isVisible();
        page.locator("[data-fault=ready]").click();
        assertThat(page.locator("#fault-status")).containsText("readiness probe");
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
    void a_changed_clock_changes_no_time_on_the_page(int milliseconds) throws IOException {
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
        assertThat(page.getByText("Pod aaa no longer answers")).isVisible(soon());
        assertThat(legend("bbb").locator(".seen")).hasText("now");
        assertThat(legend("aaa").locator(".seen")).hasText(Pattern.compile("\\d s ago"));
        List<String> times = page.locator("#events li").allTextContents().stream()
                .map(line -> line.substring(0, 8))
                .toList();
        Duration between =
                Duration.between(LocalTime.parse(times.get(times.size() - 1)), LocalTime.parse(times.get(0)));
        assertThat(Math.floorMod(between.toSeconds(), Duration.ofDays(1).toSeconds()))
                .isBetween(3L, 120L);
        stopTraffic();
        List<String[]> rows =
                csv().stream().skip(1).map(line -> line.split(",")).toList();
        assertThat(rows.stream().map(row -> row[0] + row[1]))
                .as("one row per second and pod")
                .doesNotHaveDuplicates();
        List<Instant> seconds = rows.stream().map(row -> Instant.parse(row[0])).toList();
        assertThat(seconds).isSorted();
        assertThat(Duration.between(seconds.get(0), seconds.get(seconds.size() - 1)))
                .isBetween(Duration.ofSeconds(3), Duration.ofMinutes(2));
    }

    private static int sum(List<String> csv, int column) {
        return csv.stream()
                .skip(1)
                .mapToInt(line -> Integer.parseInt(line.split(",")[column]))
                .sum();
    }

    private List<String> csv() throws IOException {
        return Files.readAllLines(
                page.waitForDownload(() -> page.locator("#csv").click()).path());
    }

    @Test
    void is_accessible_in_light_and_dark_at_every_width() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int[] size : new int[][] {{1280, 720}, {390, 844}, {3840, 2160}}) {
                Page shown = open(new NewContextOptions().setColorScheme(scheme).setViewportSize(size[0], size[1]));
                shown.locator("#name").fill("Ana");
                shown.getByText("Say hello").click();
                shown.locator("#rate").fill("50");
                shown.locator("#start").click();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> Integer.parseInt(shown.locator("#answered").textContent()) > 150);
                Browser.assertAccessible(shown);
                assertThat(shown.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                        .isEqualTo(true);
                Browser.screenshot(shown, "live-" + scheme.name().toLowerCase() + "-" + size[0]);
                shown.context().close();
            }
        }
    }
}
