// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of the phones, and the way to it from the projector. */
@Tag("page")
@Needs(Needs.Part.BROWSER)
class RoomPageTest {
    private static final String ADDRESS = "http://192.168.178.115:8080";

    private static Browser browser;
    private static Balancer service;
    private static App one;
    private static App two;
    private static App frontend;
    private final List<Page> pages = new ArrayList<>();

    @BeforeAll
    static void start() {
        browser = new Browser();
        service = new Balancer();
        one = App.start("backend", pod("k8s-demo-backend-6f7d8c9b5-x7k2p", "v1"));
        two = App.start("backend", pod("k8s-demo-backend-6f7d8c9b5-9qzwm", "v1"));
        service.add(one);
        service.add(two);
        frontend = App.start("frontend", Map.of("BACKEND_URL", service.url(), "ROOM_URL", ADDRESS));
    }

    @AfterAll
    static void stop() {
        frontend.close();
        one.close();
        two.close();
        service.close();
        browser.close();
    }

    private static Map<String, String> pod(String name, String version) {
        return Map.of("HOSTNAME", name, "GREETING_VERSION", version);
    }

    @AfterEach
    void close() {
        pages.forEach(page -> page.context().close());
        browser.assertNoErrors();
    }

    private Page open(String path, NewContextOptions options) {
        Page page = blank(options);
        page.navigate(frontend.url() + path);
        return page;
    }

    private Page blank(NewContextOptions options) {
        Page page = browser.open(options);
        pages.add(page);
        return page;
    }

    private static NewContextOptions phone() {
        return new NewContextOptions().setViewportSize(390, 844);
    }

    /** Answers with this pod instead of the cluster. */
    private static void answer(Page page, String pod, String version) {
        String greeting = "{\"message\":\"Hello\",\"name\":\"x\",\"pod\":\"%s\",\"version\":\"%s\"}";
        page.route("**/api/greetings", route -> fulfill(route, greeting.formatted(pod, version)));
        // the room has not seen this pod, and would call it silent
        page.route("**/room/state", route -> route.fulfill(new Route.FulfillOptions().setStatus(204)));
    }

    private static void fulfill(Route route, String json) {
        route.fulfill(
                new Route.FulfillOptions().setContentType("application/json").setBody(json));
    }

    @Test
    void takes_the_colour_of_the_pod_that_answers_on_every_screen_the_same() {
        Page phone = open("/room", phone());
        assertThat(phone.locator("#pod-name")).hasText(Pattern.compile("x7k2p|9qzwm"));
        assertThat(phone.locator("#version")).hasText("v1");
        assertThat(phone.locator("#count")).hasText("2 pods now, 2 since you joined");
        Page projector = open("/", new NewContextOptions());
        // both at once, because the phone soon meets the other pod
        String podAndColour = (String) phone.locator("body")
                .evaluate("({ dataset, style }) => `[data-pod='${dataset.pod}']"
                        + "[style*='${style.getPropertyValue('--pod')}']`");
        projector.locator("#start").click();
        assertThat(projector.locator("button" + podAndColour)).isVisible();
    }

    @Test
    void the_room_predicts_and_the_page_says_who_was_right() {
        Page phone = open("/room", phone());
        Page projector = open("/", new NewContextOptions().setViewportSize(1280, 720));
        projector.locator("#ask").click();
        Browser.screenshot(projector, "question-open");
        Browser.assertAccessible(projector);
        assertThat(phone.locator("#asked")).hasText("How many requests will fail?");
        Browser.assertAccessible(phone);
        Browser.screenshot(phone, "question-phone");
        phone.locator("button[value=none]").click();
        assertThat(phone.locator("#asked")).hasText("You say: none.");
        assertThat(projector.locator("[data-prediction=none] output")).hasText("1");
        projector.locator("#next").click(); // and the traffic starts
        assertThat(phone.locator("#asked")).hasText("You said: none. Now watch.");
        assertThat(projector.locator("#tally")).hasText(Pattern.compile("0 of [1-9]\\d* requests? failed\\."));
        projector.locator("#next").click();
        assertThat(projector.locator("#verdict")).hasText("1 of 1 was right.");
        assertThat(phone.locator("#asked")).hasText("You were right! No request failed.");
        Browser.screenshot(projector, "question-answered");
        Browser.assertAccessible(projector);
        projector.locator("#next").click();
        assertThat(projector.locator("#greeting")).isVisible();
        assertThat(phone.locator("#question")).isHidden();
    }

    @Test
    void only_the_machine_that_opened_the_room_is_offered_to_ask() {
        Page page = blank(phone());
        page.setExtraHTTPHeaders(Map.of("X-Forwarded-For", "192.0.2.9"));
        page.navigate(frontend.url());
        assertThat(page.locator("#join")).isVisible();
        assertThat(page.locator("#ask")).isHidden();
    }

    /** Safari before 16.4 has neither. */
    @Test
    void needs_nothing_that_phones_from_before_2024_do_not_have() {
        Page phone = blank(phone());
        phone.addInitScript("delete AbortSignal.any; delete CSS.registerProperty");
        phone.navigate(frontend.url() + "/room");
        assertThat(phone.locator("#pod")).isVisible();
        assertThat(phone.evaluate("'any' in AbortSignal || 'registerProperty' in CSS"))
                .isEqualTo(false);
    }

    /** @return the time of the page's clock, in milliseconds */
    private static double now(Page page) {
        return ((Number) page.evaluate("performance.now()")).doubleValue();
    }

    @Test
    void a_release_changes_the_shape_too() {
        Page phone = blank(phone());
        answer(phone, "k8s-demo-backend-a-aaaaa", "v1");
        phone.navigate(frontend.url() + "/room");
        assertThat(phone.locator("#version")).hasText("v1");
        String shape = phone.locator("#pod path").getAttribute("d");
        phone.unroute("**/api/greetings");
        answer(phone, "k8s-demo-backend-b-bbbbb", "v2");
        assertThat(phone.locator("#version")).hasText("v2");
        assertThat(phone.locator("#pod path")).not().hasAttribute("d", shape);
        assertThat(phone.locator("#news")).containsText("version v2");
    }

    @Test
    void says_kindly_that_nobody_answers_and_recovers_by_itself() {
        Page phone = open("/room", phone());
        assertThat(phone.locator("#pod")).isVisible();
        phone.context().setOffline(true);
        assertThat(phone.getByText("Nobody answers. Still trying …")).isVisible();
        assertThat(phone.locator("#advice")).hasText(Pattern.compile("No answer for \\d+ s\\. Is this phone .*"));
        assertThat(phone.locator("#pod")).isHidden();
        Browser.assertAccessible(phone);
        Browser.screenshot(phone, "room-nobody");
        phone.context().setOffline(false);
        assertThat(phone.locator("#pod")).isVisible();
        assertThat(phone.locator("#nobody")).isHidden();
    }

    /** Wi-Fi that fifty phones share: connections that are slow must not be taken for ones that hang. */
    @Test
    void a_slow_network_still_brings_answers_and_gets_no_flood_of_requests() {
        List<Boolean> answered = new ArrayList<>(); // for each greeting that came back: whether it is one
        AtomicInteger asked = new AtomicInteger();
        Page phone = open("/room", phone());
        assertThat(phone.locator("#pod")).isVisible();
        JsonObject slow = new JsonObject();
        slow.addProperty("offline", false);
        slow.addProperty("latency", 1_500);
        slow.addProperty("downloadThroughput", -1);
        slow.addProperty("uploadThroughput", -1);
        phone.context().newCDPSession(phone).send("Network.emulateNetworkConditions", slow);
        phone.onRequest(request -> asked.incrementAndGet());
        phone.onResponse(response -> {
            if (response.url().endsWith("/api/greetings")) {
                answered.add(response.ok());
            }
        });
        phone.waitForCondition(() -> answered.size() >= 10);
        assertThat(answered).doesNotContain(false);
        assertThat(asked.get()).as("requests for ten answers").isLessThan(60);
    }

    @Test
    void looks_for_a_pod_until_a_request_has_failed() {
        AtomicInteger asked = new AtomicInteger();
        Page phone = blank(phone());
        phone.addInitScript("""
                window.troubles = new Set();
                setInterval(() => troubles.add(document.getElementById("trouble").textContent), 50);""");
        phone.route("**/api/greetings", route -> {
            if (asked.incrementAndGet() > 5) { // the first five hang: it takes longer than three seconds
                route.resume();
            }
        });
        phone.navigate(frontend.url() + "/room");
        assertThat(phone.locator("#pod")).isVisible();
        assertThat(phone.evaluate("[...window.troubles]")).isEqualTo(List.of("Looking for a pod …"));
    }

    @Test
    void sleeps_with_the_phone_and_wakes_up_with_it() {
        AtomicInteger asked = new AtomicInteger();
        Page phone = blank(phone());
        phone.addInitScript("""
                let hidden = false;
                Object.defineProperty(document, "hidden", { get: () => hidden });
                window.sleep = (value) => { hidden = value; document.dispatchEvent(new Event("visibilitychange")); };
                window.locks = 0;
                Object.defineProperty(navigator, "wakeLock", { value: { request: async () => { window.locks++; } } });""");
        phone.onRequest(request -> {
            if (request.url().endsWith("/api/greetings")) {
                asked.incrementAndGet();
            }
        });
        phone.navigate(frontend.url() + "/room");
        assertThat(phone.locator("#pod")).isVisible();
        assertThat(phone.evaluate("window.locks")).isEqualTo(1);
        phone.evaluate("window.sleep(true)");
        int before = asked.get();
        double begin = now(phone);
        phone.waitForCondition(() -> now(phone) - begin > 3_500);
        assertThat(asked.get()).as("requests while it slept").isEqualTo(before);
        assertThat(phone.locator("#nobody")).isHidden(); // nobody was asked
        phone.evaluate("window.sleep(false)");
        assertThat(phone.locator("#pod")).isVisible();
        assertThat(phone.evaluate("window.locks")).isEqualTo(2);
        assertThat(asked.get() - before).as("requests when it wakes up").isLessThan(4);
    }

    @ParameterizedTest
    @CsvSource({
        "390, 844, k8s-demo-backend-6f7d8c9b5-x7k2p",
        "844, 390, k8s-demo-backend-6f7d8c9b5-x7k2p",
        "320, 568, k8s-demo-backend-6f7d8c9b5-x7k2p",
        "320, 568, production-server",
        "568, 320, production-server",
        "320, 568, a-machine-with-a-long-name.in-a-domain.example",
        "1280, 720, k8s-demo-backend-6f7d8c9b5-x7k2p"
    })
    void everything_is_on_the_screen(int width, int height, String pod) {
        Page phone = blank(new NewContextOptions().setViewportSize(width, height));
        answer(phone, pod, "v2");
        AtomicReference<String> question = new AtomicReference<>("open");
        phone.onRequest(request -> {
            if (request.url().endsWith("/room/prediction/none")) {
                question.set("over");
            }
        });
        phone.route(
                Pattern.compile("/room/(state|prediction/none)$"),
                route -> fulfill(route, "{\"question\":\"%s\",\"pods\":[]}".formatted(question)));
        phone.navigate(frontend.url() + "/room");
        assertThat(phone.locator("#pod")).isVisible();
        assertThat(phone.locator("#question")).isVisible();
        assertFits(phone, "room-asked-%dx%d-%d".formatted(width, height, pod.length()));
        phone.locator("button[value=none]").click();
        assertThat(phone.locator("#question")).isHidden();
        assertFits(phone, "room-%dx%d-%d".formatted(width, height, pod.length()));
    }

    private static void assertFits(Page phone, String picture) {
        Browser.screenshot(phone, picture);
        assertThat(
                        phone.evaluate(
                                "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"))
                .isEqualTo(true);
        assertThat(phone.locator("#pod-name").evaluate("name => name.scrollWidth <= innerWidth"))
                .isEqualTo(true);
    }

    @Test
    void changes_seldom_for_people_who_prefer_reduced_motion() {
        Page phone = open("/room", phone().setReducedMotion(ReducedMotion.REDUCE));
        assertThat(phone.evaluate("getComputedStyle(document.body).transitionDuration"))
                .isEqualTo("0s");
        AtomicInteger asked = new AtomicInteger();
        phone.onRequest(request -> {
            if (request.url().endsWith("/api/greetings")) {
                asked.incrementAndGet();
            }
        });
        double begin = now(phone);
        phone.waitForCondition(() -> asked.get() >= 3);
        assertThat(now(phone) - begin).isGreaterThan(3_500);
    }

    @ParameterizedTest
    @CsvSource({"1280, 720, LIGHT", "1280, 720, DARK", "1920, 1080, LIGHT", "1920, 1080, DARK", "390, 844, LIGHT"})
    void the_projector_shows_the_code_and_the_address(int width, int height, ColorScheme scheme) {
        Page projector =
                open("/", new NewContextOptions().setViewportSize(width, height).setColorScheme(scheme));
        projector.getByText("Join", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(projector.locator("#invitation p")).hasText(ADDRESS + "/room");
        assertThat(projector.locator("#invitation path")).hasAttribute("d", Pattern.compile("M.*"));
        Browser.assertAccessible(projector);
        Browser.screenshot(projector, "room-invitation-%dx%d-%s".formatted(width, height, scheme));
        assertThat(projector
                        .locator("#invitation")
                        .evaluate("dialog => dialog.scrollHeight <= dialog.clientHeight"
                                + " && dialog.scrollWidth <= dialog.clientWidth"))
                .isEqualTo(true);
        projector.keyboard().press("Escape");
        assertThat(projector.locator("#invitation")).isHidden();
        projector.keyboard().press("Enter"); // the button has the focus again
        assertThat(projector.locator("#invitation")).isVisible();
        projector.getByText("Close").click();
        assertThat(projector.locator("#invitation")).isHidden();
        Browser.screenshot(projector, "room-projector-%dx%d-%s".formatted(width, height, scheme));
    }

    @Test
    void without_a_room_nobody_is_invited() {
        try (App closed = App.start("frontend", Map.of("BACKEND_URL", service.url()))) {
            Page page = blank(new NewContextOptions());
            page.waitForResponse("**/room/state", () -> page.navigate(closed.url()));
            await().during(Duration.ofMillis(500))
                    .until(() -> page.locator("#join").isHidden());
        }
    }
}
