// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Twice as many requests as a frontend and a backend with little processor time can answer. How many that is, is measured
 * before and after: machines differ, and so does what else they do.
 */
@Needs(Needs.Part.IMAGES)
class OverloadTest {
    private static final String NAME =
            "k8s-demo-overload-" + ProcessHandle.current().pid();
    private static final String BACKEND = NAME + "-backend";
    private static final String FRONTEND = NAME + "-frontend";

    /** What the frontend keeps pending at most; with little processor time, it has not even read as many others. */
    private static final int MAX_WAITING = 1_000;

    private static String url;

    @BeforeAll
    static void start() {
        Command.output("docker", "network", "create", NAME);
        run(BACKEND, "k8s-demo-backend:v1");
        run(
                FRONTEND,
                "k8s-demo-frontend:v1",
                "--publish",
                "127.0.0.1::8080",
                "--env",
                "BACKEND_URL=http://" + BACKEND + ":8000");
        url = "http://"
                + Command.output("docker", "port", FRONTEND, "8080")
                        .lines()
                        .findFirst()
                        .orElseThrow();
        await().atMost(Duration.ofSeconds(60)).until(() -> App.statusOf(url + "/api/Ana") == 200);
    }

    private static void run(String container, String image, String... options) {
        List<String> command =
                new ArrayList<>(List.of("docker", "run", "--detach", "--name", container, "--network", NAME));
        command.addAll(List.of(options));
        command.add(image);
        Command.output(command.toArray(String[]::new));
    }

    @AfterAll
    static void remove() {
        Command.succeeds("docker", "rm", "--force", FRONTEND, BACKEND);
        Command.succeeds("docker", "network", "rm", NAME);
    }

    @Test
    void is_survived_and_forgotten_at_once() {
        warmUp();
        // The backend has less: half of the requests come on a new connection, and to accept it costs the frontend
        // nearly as much as to answer. The load itself needs the rest of the machine.
        limit(FRONTEND, "0.4");
        limit(BACKEND, "0.1");
        double last;
        double before = 0;
        do { // with little processor time, the compiler takes long
            last = before;
            before = sendAsMuchAsPossible("capacity", 4).perSecond();
        } while (before > 1.1 * last);
        Outcome twice = send("twice the capacity", 2 * before, 8, 0);
        Outcome half = send("half of the capacity, after 5 s", before / 2, 8, 5);
        double after = sendAsMuchAsPossible("capacity", 4).perSecond();

        assertThat(twice.failures().stream()
                        .filter(failure -> !failure.startsWith("status 503, Retry-After 1: {"))
                        .limit(3))
                .as("what is not answered is refused")
                .isEmpty();
        assertThat(twice.perSecond())
                .as("answers per second at twice the capacity")
                .isGreaterThan(0.7 * Math.min(before, after));
        // Little's law: how long one waits, times how many are answered in that time, is how many wait. Unlike the
        // time, it does not depend on the machine. Without a limit, half of all that was sent would wait at the end.
        assertThat(twice.p99() / 1000.0 * twice.perSecond())
                .as("requests that wait")
                .isLessThan(MAX_WAITING);
        assertThat(half.sent()).isPositive();
        assertThat(half.failures().stream().limit(3)).isEmpty();
    }

    private static void limit(String container, String cpus) {
        Command.output("docker", "update", "--cpus", cpus, container);
    }

    /** An app that has just started needs a multiple of the processor time for each request. */
    private static void warmUp() {
        try (Load load = new Load(url, 0)) {
            load.startClients(50);
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> load.samples().size() - load.failures().size() >= 10_000);
            load.stop();
        }
    }

    /** With so many clients that there is always something to do. */
    private static Outcome sendAsMuchAsPossible(String what, int seconds) {
        return send(what, new Load(url, 0), load -> load.startClients(100), seconds, 0);
    }

    /** @param settling the seconds at the beginning that do not count */
    private static Outcome send(String what, double perSecond, int seconds, int settling) {
        return send(what, new Load(url, (int) perSecond), Load::start, seconds, settling);
    }

    private static Outcome send(String what, Load load, Consumer<Load> start, int seconds, int settling) {
        try (load) {
            long begin = System.nanoTime() + TimeUnit.SECONDS.toNanos(settling);
            start.accept(load);
            TimeUnit.SECONDS.sleep(seconds);
            long end = System.nanoTime();
            load.stop();
            Outcome outcome = Outcome.of(load.samples(), begin, end);
            System.out.println("[overload] " + what + ": " + outcome);
            return outcome;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What came of the requests that were sent in some time.
     *
     * @param perSecond how many were answered in that time
     * @param p99 of all answers, in milliseconds
     */
    private record Outcome(int sent, double perSecond, long p99, List<String> failures) {
        static Outcome of(List<Load.Sample> samples, long begin, long end) {
            List<Load.Sample> sent =
                    samples.stream().filter(sample -> sample.begin() >= begin).toList();
            List<Load.Sample> answered =
                    sent.stream().filter(sample -> sample.failure() == null).toList();
            long inTime = answered.stream().filter(sample -> sample.end() < end).count();
            long[] nanos =
                    answered.stream().mapToLong(Load.Sample::nanos).sorted().toArray();
            return new Outcome(
                    sent.size(),
                    inTime * 1e9 / (end - begin),
                    nanos.length == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length * 99 / 100]),
                    sent.stream()
                            .map(Load.Sample::failure)
                            .filter(Objects::nonNull)
                            .toList());
        }

        @Override
        public String toString() {
            return String.format(
                    "%d sent, %.0f/s answered, p99 %d ms, %d failed", sent, perSecond, p99, failures.size());
        }
    }
}
