// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;

/** Chromium, as a person uses it. */
final class Browser implements AutoCloseable {
    /** Where the screenshots of the tests go. */
    static final Path PICTURES = Path.of("target", "pictures");

    /** Stands for the Chromium that Playwright downloads. */
    static final Path PLAYWRIGHTS_OWN = Path.of("playwright");

    static {
        // which are only waited for where a test fails, perhaps because the machine is busy or chance is not kind
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final com.microsoft.playwright.Browser browser = playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions()
                    .setExecutablePath(PLAYWRIGHTS_OWN.equals(executable()) ? null : executable())
                    .setArgs(List.of(
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));

    private final List<String> errors = new ArrayList<>();

    /** @return the path of Chromium: the variable CHROMIUM, or the first on PATH; null if there is none */
    static Path executable() {
        String chosen = System.getenv("CHROMIUM");
        if (chosen != null && !chosen.isBlank()) {
            return Path.of(chosen);
        }
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> Stream.of("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Tells Playwright to download Chromium; @return whether that worked. */
    static boolean download() {
        return Command.succeeds(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "com.microsoft.playwright.CLI",
                "install",
                "chromium");
    }

    /** @return a page in its own profile; {@link #assertNoErrors} knows its errors */
    Page open(com.microsoft.playwright.Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(30_000);
        Page page = context.newPage();
        page.onPageError(errors::add);
        page.onConsoleMessage(message -> {
            // Chromium reports every status from 400 up: a test that causes one checks what the page makes of it.
            if (!message.type().equals("log") && !message.text().startsWith("Failed to load resource")) {
                errors.add(message.type() + ": " + message.text());
            }
        });
        page.onDialog(dialog -> {
            errors.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        return page;
    }

    static void screenshot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
    }

    /** Checks, and then forgets, what went wrong in any page: exceptions, console errors and warnings, dialogs. */
    void assertNoErrors() {
        List<String> found = List.copyOf(errors);
        errors.clear();
        Assertions.assertThat(found).as("errors in the browser").isEmpty();
    }

    /** Checks the page with axe-core: every rule of WCAG 2.2 A and AA, and its best practices. */
    static void assertAccessible(Page page) {
        assertPasses(new AxeBuilder(page));
    }

    /** Checks only the contrast of the text, in a fraction of the time. */
    static void assertReadable(Page page) {
        assertPasses(new AxeBuilder(page).withRules(List.of("color-contrast")));
    }

    private static void assertPasses(AxeBuilder rules) {
        Assertions.assertThat(rules.analyze().getViolations())
                .extracting(rule -> rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes())
                .isEmpty();
    }

    @Override
    public void close() {
        playwright.close();
    }
}
