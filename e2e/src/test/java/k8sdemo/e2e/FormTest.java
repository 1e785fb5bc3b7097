package k8sdemo.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A person says a name, and reads which pod answered. */
@Needs(Needs.Part.BROWSER)
class FormTest {
    private static Browser browser;
    private static App backend;
    private static App frontend;
    private static final int ORIGINAL_PORT = App.freePort();
    private final List<String> errors = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void start() {
        browser = new Browser();
        backend = App.start(
                "backend",
                Map.of("HOSTNAME", "pod-1", "QUARKUS_HTTP_CORS_ORIGINS", "http://localhost:" + ORIGINAL_PORT));
        frontend = App.start(
                "frontend",
                Map.of("BACKEND_URL", backend.url(), "BACKEND_RETRY_FOR", "500ms", "BACKEND_ANSWER_TIMEOUT", "1s"));
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
        assertThat(errors).as("errors that the browser reports").isEmpty();
        page.context().close();
    }

    private Page open(NewContextOptions options) {
        Page opened = browser.open(options);
        opened.onPageError(errors::add);
        opened.onDialog(dialog -> {
            errors.add("a dialog: " + dialog.message());
            dialog.dismiss();
        });
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
        assertThat(page.locator("#problem")).hasText(Pattern.compile(sentence));
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
    void works_by_keyboard_alone() {
        page.keyboard().press("Tab");
        page.keyboard().type("Ana");
        page.keyboard().press("Enter");
        assertAnswered("Ana");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void a_blank_name_is_refused_in_a_sentence(String name) {
        say(name);
        assertRefused(name, "type a name");
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
    void a_name_is_text_whatever_it_looks_like(String name) {
        say(name);
        assertAnswered(name);
    }

    @Test
    void takes_100_characters_and_refuses_101_keeping_them() {
        say("😀".repeat(100));
        assertAnswered("😀".repeat(100));
        say("a".repeat(101));
        assertRefused("a".repeat(101), "101 characters are more than 100");
    }

    @Test
    void the_backend_s_own_reason_is_shown() {
        say("a\u0085b"); // a control character that a form keeps
        assertRefused("a\u0085b", "must not contain control characters");
    }

    @Test
    void says_so_while_it_waits() {
        List<Route> held = new ArrayList<>();
        page.route("**/api/greetings", held::add);
        say("Ana");
        assertThat(page.getByText("Waiting for a pod")).isVisible();
        held.get(0).resume();
        assertAnswered("Ana");
        assertThat(page.getByText("Waiting for a pod")).isHidden();
    }

    @Test
    void a_backend_that_stops_costs_a_sentence_and_one_that_comes_back_answers() {
        backend.kill();
        say("Ana");
        assertRefused("Ana", "cannot be reached");
        Browser.screenshot(page, "backend-away");
        Page reloaded = open(new NewContextOptions());
        assertThat(field(reloaded)).isVisible();
        reloaded.context().close();
        backend.start();
        page.keyboard().press("Enter");
        assertAnswered("Ana");
    }

    @Test
    void a_backend_that_hangs_costs_a_sentence() {
        backend.freeze();
        say("Ana");
        assertRefused("Ana", "too long");
        backend.thaw();
        page.keyboard().press("Enter");
        assertAnswered("Ana");
    }

    @Test
    void a_frontend_that_is_away_costs_a_sentence() {
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
    void shuts_nobody_out(ColorScheme scheme) {
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
    void is_dark_where_dark_is_preferred() {
        Page dark = open(new NewContextOptions().setColorScheme(ColorScheme.DARK));
        assertThat((Integer) dark.evaluate(
                        "Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])"))
                .isLessThan(60);
        dark.context().close();
    }

    /** The article's own page fetched the backend from another origin: from a server of its own. */
    @Test
    void the_original_demo_s_page_works_against_this_backend() throws IOException {
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
