// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The run that comes with the page, and its picture: {@code scripts/record} makes them, no test does. */
class RunRecorder {
    private static final Path RUN = Path.of("..", "frontend/src/main/resources/META-INF/resources/run.json");

    private final Cluster cluster = new Cluster("k8s-demo-e2e");
    private Page page;

    /** Records all that happens to a cluster, on the one that kubectl points to. */
    @Test
    @Needs({Needs.Part.KUBECTL, Needs.Part.IMAGES, Needs.Part.CLUSTER, Needs.Part.BROWSER, Needs.Part.PLUG})
    void the_run() throws Exception {
        String url = cluster.deploy();
        cluster.build("v2");
        cluster.build("v3-broken");
        try (Browser browser = new Browser()) {
            page = browser.open(new NewContextOptions()
                    .setViewportSize(1280, 720)
                    .setReducedMotion(ReducedMotion.REDUCE)); // drawing would take half a core from the pods
            page.navigate(url);
            page.locator("#start").click();
            awaitPods(2);
            pause();
            scale();
            kill();
            cutOffAndDrain();
            release();
            breakRelease();
            page.locator("#start").click();
            assertThat(page.locator("#failed")).hasText("0");
            Path run = page.waitForDownload(() -> page.locator("#save").click()).path();
            Files.copy(run, RUN, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            cluster.make("undeploy");
        }
        assertThat(Files.size(RUN)).as("bytes").isLessThan(150_000);
    }

    /** Takes a picture of every third second of the replay. */
    @Test
    @Needs(Needs.Part.BROWSER)
    void the_picture() throws Exception {
        Path frames = Files.createDirectories(Path.of("target", "frames"));
        try (Browser browser = new Browser();
                App frontend = App.start("frontend", Map.of())) {
            page = browser.open(
                    new NewContextOptions().setViewportSize(1280, 720).setDeviceScaleFactor(0.75));
            page.clock().install(new Clock.InstallOptions().setTime(0));
            page.navigate(frontend.url() + "/?replay");
            assertThat(page).hasTitle(Pattern.compile("^Replay: "));
            page.clock().pauseAt(60_000);
            for (int i = 0; page.locator("#play").textContent().equals("Pause"); i++) {
                for (int step = 0; step < 15; step++) {
                    page.clock().runFor(200);
                    page.waitForTimeout(50); // the worker that plays has a clock of its own
                }
                String name = "%03d.png".formatted(i);
                page.screenshot(new Page.ScreenshotOptions().setPath(frames.resolve(name)));
            }
        }
    }

    private void scale() {
        say("The team asks for 4 pods: make scale N=4", "make scale N=4");
        cluster.make("scale", "N=4");
        awaitPods(4);
        pause();
    }

    private void kill() {
        String pod = cluster.somePod("backend");
        String name = pod.substring(pod.lastIndexOf('-') + 1);
        say("Pod " + name + " is killed: kubectl delete pod --force", name + " is killed");
        cluster.kubectl("delete", "pod", pod, "--grace-period=0", "--force");
        assertThat(page.locator("#legend tr.gone[data-pod='" + pod + "']")).isVisible();
        awaitPods(4);
        pause();
    }

    /** The node that comes back is empty, so the other one can be drained. */
    private void cutOffAndDrain() {
        String node = Plug.nodes().get(1);
        say("The power of " + node + " is cut", node + " loses power");
        try {
            Plug.pull(node);
            assertThat(page.locator("#nodes .dark")).isVisible();
            awaitPods(4);
        } finally {
            Plug.putBack(node);
        }
        String other = Plug.nodes().get(0);
        say(node + " is back, and " + other + " is drained for maintenance: kubectl drain", "drain " + other);
        try {
            assertThat(cluster.drain(other, Duration.ofMinutes(3))).isTrue();
            awaitPods(4);
        } finally {
            cluster.kubectl("uncordon", other);
        }
    }

    private void release() {
        say("The team releases version 2: make rollout VERSION=v2", "make rollout v2");
        cluster.make("rollout", "VERSION=v2");
        awaitPods(4);
        pause();
    }

    private void breakRelease() {
        say("A release that does not work is rolled out: its pods are never ready", "rollout v3-broken");
        assertThat(cluster.tryToMake("rollout", "VERSION=v3-broken", "ROLLOUT_TIMEOUT=15s")
                        .status())
                .isNotZero();
        say("No user has noticed. The team takes it back: make rollback", "make rollback");
        cluster.make("rollback");
        awaitPods(4);
        pause();
    }

    /** Writes down what the team does, in the list of what happened. */
    private void say(String sentence, String label) {
        page.evaluate(
                "({ text, label }) => import('/live.js').then(({ traffic }) => traffic.note('step', text, label))",
                Map.of("text", sentence, "label", label));
    }

    private void awaitPods(int count) {
        assertThat(page.locator("#legend tbody tr:not(.gone)"))
                .hasCount(count, new LocatorAssertions.HasCountOptions().setTimeout(180_000));
        cluster.awaitReady("backend", count);
    }

    /** The spectators need a moment, too. */
    private void pause() {
        page.waitForTimeout(5_000);
    }
}
