// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A person says a name and reads which pod answered. */
@Tag("page")
@Needs(Needs.Part.BROWSER)
class FormTest {
    /** The page gives a request up within this time, in milliseconds. */
    private static final double GIVES_UP = 12_000;

    private static Browser browser;
    private static App backend;
    private static App frontend;
    private static final int ORIGINAL_PORT = App.freePort();
    private Page page;

    @BeforeAll
    static void start() {
        browser = new Browser();
        backend = App.start(
                "backend",
                Map.of("HOSTNAME", "pod-1", "QUARKUS_HTTP_CORS_ORIGINS", "http://localhost:" + ORIGINAL_PORT));
        frontend = App.start(
                "frontend",
                Map.of("BACKEND_URL", backend.url(), "BACKEND_RETRY_FOR", "500ms", "BACKEND_RESPONSE_TIMEOUT", "1s"));
    }

    @AfterAll
    static void stop() {
        browser.close();
        frontend.close();
        backend.close();
    }

    @BeforeEach
    void open() {
        page = open(new NewContextOptions());
    }

    @AfterEach
    void close() {
        backend.thaw();
        if (!backend.isAlive()) {
            backend.start();
        }
        page.context().close();
        browser.assertNoErrors();
    }

    private Page open(NewContextOptions options) {
        Page opened = browser.open(options);
        opened.navigate(frontend.url());
        return opened;
    }

    private static Locator field(Page page) {
        return page.getByLabel("Your name", new Page.GetByLabelOptions().setExact(true));
    }

    private void say(String name) {
        field(page).fill(name);
        page.getByText("Say hello").click();
    }

    private void assertAnswered(String name) {
        assertThat(page.locator(".message")).hasText("Hello " + name + " from pod-1!");
        assertThat(page.locator("#answer .pod")).hasText("pod-1");
        assertThat(page.locator("#answer .version")).hasText("v1");
        assertThat(page.locator("#problem")).isEmpty();
    }

    private void assertRefused(String typed, String sentence) {
        assertThat(page.locator("#problem"))
                .hasText(Pattern.compile(sentence), new LocatorAssertions.HasTextOptions().setTimeout(GIVES_UP));
        assertThat(page.locator(".message")).isHidden();
        assertThat(field(page)).hasValue(typed);
        assertThat(field(page)).isFocused();
    }

    @Test
    void shows_the_message_the_pod_and_the_version_without_leaving_the_page() {
        page.evaluate("window.stayed = true");
        say("Ana");
        assertAnswered("Ana");
        assertThat(page.evaluate("window.stayed")).isEqualTo(true);
        Browser.screenshot(page, "form");
    }

    @Test
    void outside_a_cluster_the_map_has_one_box_and_the_page_says_server() {
        say("Ana");
        assertAnswered("Ana");
        assertThat(page.locator("#answer .node")).isHidden();
        assertThat(page.locator("#nodes > li")).hasCount(1);
        assertThat(page.locator("#nodes > li")).containsText("This machine, without Kubernetes");
        assertThat(page.locator("#nodes .pod")).containsText("pod-1");
        assertThat(page.locator("#headline")).hasText("Say your name. See which server answers.");
    }

    @Test
    void works_by_keyboard_alone() {
        page.keyboard().press("Tab");
        page.keyboard().type("Ana");
        page.keyboard().press("Enter");
        assertAnswered("Ana");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u200b\u202e"})
    void a_name_that_shows_nothing_is_refused_with_a_sentence(String name) {
        say(name);
        assertRefused(name, "must not be blank");
        assertThat(field(page)).hasAttribute("aria-invalid", "true");
        say("Ana");
        assertAnswered("Ana");
        assertThat(field(page)).not().hasAttribute("aria-invalid", "true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<img src=x onerror=alert(1)>",
                "😀 👩‍👩‍👧",
                "مرحبا שלום",
                "O'Brien & \"Söhne\" %00 +"
            })
    void every_name_is_shown_as_text(String name) {
        say(name);
        assertAnswered(name);
    }

    @Test
    void takes_100_characters_and_refuses_101_without_losing_them() {
        say("😀".repeat(100));
        assertAnswered("😀".repeat(100));
        say("a".repeat(101));
        assertRefused("a".repeat(101), "at most 100 characters");
    }

    @Test
    void shows_the_reason_that_the_backend_gives() {
        say("a\u0085b"); // a control character that a text field keeps
        assertRefused("a\u0085b", "must not contain control characters");
    }

    @Test
    void shows_that_it_waits() {
        List<Route> held = new ArrayList<>();
        page.route("**/api/greetings", held::add);
        say("Ana");
        assertThat(page.getByText("Waiting for an answer")).isVisible();
        held.get(0).resume();
        assertAnswered("Ana");
        assertThat(page.getByText("Waiting for an answer")).isHidden();
    }

    @Test
    void the_newest_name_wins() {
        List<Route> held = new ArrayList<>();
        page.route("**/api/greetings", held::add);
        say("Ana");
        assertThat(page.getByText("Waiting for an answer")).isVisible();
        say("Bob");
        page.waitForCondition(() -> held.size() == 2);
        page.waitForCondition(
                () -> "net::ERR_ABORTED".equals(held.get(0).request().failure()));
        assertThat(page.getByText("Waiting for an answer")).isVisible();
        held.get(1).resume();
        assertAnswered("Bob");
        assertThat(page.getByText("Waiting for an answer")).isHidden();
    }

    @Test
    void a_refused_name_wins_over_an_earlier_one() {
        List<Route> held = new ArrayList<>();
        page.route("**/api/greetings", held::add);
        say("Ana");
        assertThat(page.getByText("Waiting for an answer")).isVisible();
        page.unroute("**/api/greetings");
        say("");
        assertRefused("", "must not be blank");
        assertThat(page.getByText("Waiting for an answer")).isHidden();
    }

    /** Unicode's bidirectional algorithm: the isolate around a name must survive controls without a partner in it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"\u202eabc", "\u2067abc", "\u2069\u202eabc", "\u2069\u2069\u202e\u2067abc", "مرحبا 12", "שלום!"})
    void a_name_cannot_change_the_direction_of_the_sentence(String name) {
        for (boolean javaScript : new boolean[] {true, false}) {
            Page wide = open(new NewContextOptions()
                    .setJavaScriptEnabled(javaScript)
                    .setViewportSize(1000, 800)); // one column: the sentence on one line
            field(wide).fill(name);
            wide.getByText("Say hello").click();
            assertThat(wide.locator(".message")).hasText("Hello " + name + " from pod-1!");
            List<?> lefts = (List<?>) wide.evaluate("""
                    () => {
                      const texts = document.createTreeWalker(document.querySelector(".message"), NodeFilter.SHOW_TEXT);
                      const lefts = [];
                      while (texts.nextNode()) {
                        const text = texts.currentNode;
                        if (text.parentElement.localName === "bdi") lefts.push(text.parentElement.getBoundingClientRect().left);
                        else [...text.data].forEach((char, i) => {
                          const range = document.createRange();
                          range.setStart(text, i);
                          range.setEnd(text, i + 1);
                          if (char !== " ") lefts.push(range.getBoundingClientRect().left);
                        });
                      }
                      return lefts.map(Math.round);
                    }""");
            assertThat(lefts.stream().map(left -> (Integer) left))
                    .as("left edges, with JavaScript: " + javaScript)
                    .hasSize("Hello".length() + 1 + "frompod-1!".length())
                    .isSorted();
            wide.context().close();
        }
    }

    @Test
    void an_attempt_that_hangs_is_given_up_and_made_again() {
        List<Route> held = new ArrayList<>();
        page.route("**/api/greetings", held::add);
        say("Ana");
        page.waitForCondition(() -> held.size() == 2);
        assertThat(held.get(0).request().failure()).as("closes its connection").isEqualTo("net::ERR_ABORTED");
        assertThat(page.getByText("No answer yet. Trying again")).isVisible();
        held.get(1).resume();
        assertAnswered("Ana");
        assertThat(page.locator("#answer .attempts")).hasText("2");
        page.unroute("**/api/greetings");
        say("Bob");
        assertAnswered("Bob");
        assertThat(page.locator("#answer .attempts")).isHidden();
    }

    @Test
    void a_changed_sentence_is_shown_too() {
        page.route(
                "**/api/greetings",
                route -> route.fulfill(
                        new Route.FulfillOptions()
                                .setContentType("application/json")
                                .setBody(
                                        "{\"message\":\"Ana, meet pod-1.\",\"name\":\"Ana\",\"pod\":\"pod-1\",\"version\":\"v1\"}")));
        say("Ana");
        assertThat(page.locator(".message")).hasText("Ana, meet pod-1.");
    }

    @Test
    void loads_without_any_message_in_the_console() {
        List<String> messages = new ArrayList<>();
        Page watched = browser.open(new NewContextOptions());
        watched.onConsoleMessage(message -> messages.add(message.text()));
        watched.waitForResponse("**/api/faults/status", () -> watched.navigate(frontend.url()));
        watched.waitForLoadState(LoadState.NETWORKIDLE);
        assertThat(messages).isEmpty();
        watched.context().close();
    }

    @Test
    void explains_that_the_backend_is_down_and_works_again_when_it_is_back() {
        backend.kill();
        say("Ana");
        assertRefused("Ana", "cannot be reached");
        Browser.screenshot(page, "backend-down");
        Page reloaded = open(new NewContextOptions());
        assertThat(field(reloaded)).isVisible();
        reloaded.context().close();
        backend.start();
        page.keyboard().press("Enter");
        assertAnswered("Ana");
    }

    @Test
    void explains_that_the_backend_hangs() {
        backend.freeze();
        say("Ana");
        assertRefused("Ana", "too long");
        backend.thaw();
        page.keyboard().press("Enter");
        assertAnswered("Ana");
    }

    @Test
    void explains_that_the_connection_is_down() {
        page.context().setOffline(true);
        say("Ana");
        assertRefused("Ana", "Check the connection");
        page.context().setOffline(false);
        page.keyboard().press("Enter");
        assertAnswered("Ana");
    }

    @Test
    void works_without_javascript() {
        Page plain = open(new NewContextOptions().setJavaScriptEnabled(false));
        field(plain).fill("<b>Ana</b>");
        plain.getByText("Say hello").click();
        assertThat(plain.locator(".message")).hasText("Hello <b>Ana</b> from pod-1!");
        Browser.screenshot(plain, "without-javascript");
        plain.getByText("Say another name").click();
        field(plain).fill(" ");
        plain.getByText("Say hello").click();
        assertThat(plain.locator(".problem")).hasText("The name must not be blank.");
        plain.goBack();
        backend.kill();
        field(plain).fill("Ana");
        plain.getByText("Say hello").click();
        assertThat(plain.locator(".problem")).containsText("cannot be reached");
        backend.start();
        plain.context().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 768, 3840})
    void nothing_is_cut_off_at_any_width(int width) {
        page.setViewportSize(width, 800);
        say("A name without any space in it, or nearly: " + "x".repeat(50));
        assertThat(page.locator(".message")).isVisible();
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        Browser.screenshot(page, "width-" + width);
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void is_accessible_in_light_and_dark(ColorScheme scheme) {
        Page themed = open(new NewContextOptions().setColorScheme(scheme));
        Browser.assertAccessible(themed);
        themed.getByText("Say hello").click();
        assertThat(themed.locator("#problem")).not().isEmpty();
        Browser.assertAccessible(themed);
        field(themed).fill("Ana");
        themed.getByText("Say hello").click();
        assertThat(themed.locator(".message")).isVisible();
        Browser.assertAccessible(themed);
        Browser.screenshot(themed, "form-" + scheme.name().toLowerCase());
        themed.context().close();
    }

    @Test
    void is_dark_for_people_who_prefer_dark() {
        Page dark = open(new NewContextOptions().setColorScheme(ColorScheme.DARK));
        assertThat((Integer) dark.evaluate(
                        "Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])"))
                .isLessThan(60);
        dark.context().close();
    }

    /** The page of the article had a server of its own, so it called the backend from another origin. */
    @Test
    void the_page_of_the_original_demo_works_with_this_backend() throws IOException {
        HttpServer original = HttpServer.create(new InetSocketAddress("localhost", ORIGINAL_PORT), 0);
        byte[] html = """
                <input id=name><button>Send</button><p id=message></p>
                <script>
                document.querySelector("button").onclick = () =>
                  fetch("%s/" + document.getElementById("name").value)
                    .then(response => response.text())
                    .then(text => document.getElementById("message").textContent = text)
                </script>""".formatted(backend.url()).getBytes(StandardCharsets.UTF_8);
        original.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, html.length);
            exchange.getResponseBody().write(html);
            exchange.close();
        });
        original.start();
        try {
            page.navigate("http://localhost:" + ORIGINAL_PORT);
            page.locator("#name").fill("David");
            page.getByText("Send").click();
            assertThat(page.locator("#message")).hasText("Hello David from pod-1!");
        } finally {
            original.stop(0);
        }
    }
}
