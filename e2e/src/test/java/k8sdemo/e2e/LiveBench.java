// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Measures the page with live traffic at 50 requests per second: {@code make bench} runs it, no test does. */
class LiveBench {
    private static final String RECORD_FRAMES = """
            window.frames = [];
            let last = performance.now();
            (function frame(now) {
              if (now > last) window.frames.push(now - last);
              last = now;
              requestAnimationFrame(frame);
            })(last)""";
    private static final String TAKE_FRAMES = """
            (() => {
              const sorted = window.frames.splice(0).sort((a, b) => a - b);
              const share = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
              return [share(0.5), share(0.99), sorted.at(-1), sorted.filter((ms) => ms > 50).length, sorted.length];
            })()""";

    @Test
    void memory_and_frames() throws Exception {
        int minutes = Integer.parseInt(System.getenv().getOrDefault("MINUTES", "5"));
        List<String> rows = new ArrayList<>();
        try (Browser browser = new Browser();
                App first = App.start("backend", Map.of("HOSTNAME", "k8s-demo-backend-aaa", "NODE_NAME", "node-1"));
                App second = App.start("backend", Map.of("HOSTNAME", "k8s-demo-backend-bbb", "NODE_NAME", "node-2"));
                App frontend = App.start("frontend", Map.of("BACKEND_URL", first.url() + "," + second.url()))) {
            Page page = browser.open(new NewContextOptions().setViewportSize(1920, 1080));
            CDPSession tools = page.context().newCDPSession(page);
            page.navigate(frontend.url());
            page.locator("#rate").fill("50");
            page.locator("#start").click();
            page.evaluate(RECORD_FRAMES);
            for (int minute = 1; minute <= minutes; minute++) {
                Thread.sleep(60_000); // the length of the measurement
                List<?> frames = (List<?>) page.evaluate(TAKE_FRAMES);
                tools.send("HeapProfiler.collectGarbage");
                double heap = tools.send("Runtime.getHeapUsage").get("usedSize").getAsDouble() / 1e6;
                rows.add(String.format(
                        "| %d | %s | %s | %.2f | %.1f | %.1f | %.1f | %s of %s |",
                        minute,
                        page.locator("#answered").textContent(),
                        page.locator("#failed").textContent(),
                        heap,
                        number(frames.get(0)),
                        number(frames.get(1)),
                        number(frames.get(2)),
                        frames.get(3),
                        frames.get(4)));
                System.out.println("[bench] page " + rows.get(rows.size() - 1));
            }
        }
        Path folder = Path.of("..", "target", "bench");
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("page.md"),
                "| minute | answered | failed | heap, MB | frame p50, ms | p99, ms | longest, ms | over 50 ms |\n"
                        + "|---|---|---|---|---|---|---|---|\n" + String.join("\n", rows) + "\n");
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }
}
