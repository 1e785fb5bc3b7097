// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A steady load on the form, like a room full of people: every second request opens a connection of its own, the others
 * reuse connections. Nothing is retried: what fails counts as failed.
 */
final class Load implements AutoCloseable {
    /**
     * One request.
     *
     * @param end when it was answered or failed, by {@link System#nanoTime}
     * @param nanos how long it took
     * @param pod the pod that answered; null if the request failed
     * @param version the version of that pod
     * @param failure why the request failed; null if it was answered
     */
    record Sample(long end, long nanos, String pod, String version, String failure) {
        private static Sample failed(long start, String why) {
            long now = System.nanoTime();
            return new Sample(now, now - start, null, null, why);
        }

        long begin() {
            return end - nanos;
        }
    }

    /**
     * What an event cost.
     *
     * @param event its name
     * @param requests how many were on their way meanwhile
     * @param failed how many of them failed
     * @param gap the longest time between two answers, in milliseconds
     * @param p99 of the times that requests took, in milliseconds
     */
    record Cost(String event, int requests, long failed, long gap, long p99) {
        private static Cost of(String event, List<Sample> samples) {
            long[] answers = samples.stream()
                    .filter(sample -> sample.failure() == null)
                    .mapToLong(Sample::end)
                    .toArray();
            long gap = IntStream.range(1, answers.length)
                    .mapToLong(i -> answers[i] - answers[i - 1])
                    .max()
                    .orElse(0);
            long p99 = percentile(samples.stream(), 0.99);
            return new Cost(event, samples.size(), samples.size() - answers.length, gap / 1_000_000, p99 / 1_000_000);
        }
    }

    private record Event(String name, long start, long end) {}

    private static final long TICK = 5;
    private static final int CONNECTIONS = 5_000; // so many that no request waits here, even when none is answered

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient kept;
    private final HttpClient fresh;
    private final RequestOptions request;
    private final int perSecond;
    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final List<Event> events = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean stopped;
    private long timer;

    Load(String url, int perSecond) {
        this.perSecond = perSecond;
        // An idle connection is closed before a frontend could have drained: a client that keeps it longer must be
        // ready to retry (RFC 9112, section 9.3.1).
        kept = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(CONNECTIONS)
                .setConnectTimeout(5000)
                .setKeepAliveTimeout(2));
        fresh = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(false)
                .setMaxPoolSize(CONNECTIONS)
                .setConnectTimeout(5000));
        request = new RequestOptions()
                .setAbsoluteURI(url + "/api/greetings")
                .setMethod(HttpMethod.POST)
                .setTimeout(15_000)
                .putHeader("Content-Type", "application/x-www-form-urlencoded")
                .putHeader("Accept", "application/json");
    }

    void start() {
        long start = System.nanoTime();
        timer = vertx.setPeriodic(TICK, id -> {
            long due = (System.nanoTime() - start) * perSecond / TimeUnit.SECONDS.toNanos(1);
            while (sent.get() < due) {
                send(sent.getAndIncrement() % 2 == 0 ? kept : fresh);
            }
        });
    }

    /** Starts clients instead, each of which sends its next request when the last one is answered: as many as can be. */
    void startClients(int clients) {
        for (int i = 0; i < clients; i++) {
            sendOneAfterAnother();
        }
    }

    /** Starts phones instead, as the page of the room has them: each keeps a connection open, and sends twice a second. */
    void startPhones(int phones) {
        for (int i = 0; i < phones; i++) {
            HttpClient phone = vertx.createHttpClient(
                    new HttpClientOptions().setMaxPoolSize(1).setConnectTimeout(5000));
            vertx.setTimer(
                    1 + i * 500L / phones,
                    joins -> vertx.setPeriodic(500, id -> {
                        if (!stopped) {
                            sent.incrementAndGet();
                            send(phone);
                        }
                    }));
        }
    }

    private void sendOneAfterAnother() {
        if (!stopped) {
            send(sent.getAndIncrement() % 2 == 0 ? kept : fresh).onComplete(answer -> sendOneAfterAnother());
        }
    }

    private Future<?> send(HttpClient client) {
        long start = System.nanoTime();
        String how = client == fresh ? "on a new connection" : "on a reused connection";
        return client.request(new RequestOptions(request))
                .compose(open -> open.send(Buffer.buffer("name=load")))
                .compose(answer -> answer.body().map(body -> sample(start, answer, body)))
                .otherwise(failure -> Sample.failed(start, Instant.now() + " " + how + ": " + failure))
                .onSuccess(sample -> {
                    samples.add(sample);
                    answered.incrementAndGet();
                });
    }

    private static Sample sample(long start, HttpClientResponse answer, Buffer body) {
        if (answer.statusCode() != 200) {
            String failure = "status %d, Retry-After %s: %s";
            return Sample.failed(start, failure.formatted(answer.statusCode(), answer.getHeader("Retry-After"), body));
        }
        JsonObject greeting = body.toJsonObject();
        long now = System.nanoTime();
        return new Sample(now, now - start, greeting.getString("pod"), greeting.getString("version"), null);
    }

    /**
     * Does something under load, and records what happens meanwhile as a line of the table. Begins when the previous event
     * has settled: on a machine with few cores, processes that have just started are busy for a while.
     *
     * @return how long it took
     */
    Duration during(String name, Runnable action) {
        settle();
        long start = System.nanoTime();
        System.out.println("[load] " + name + " ...");
        action.run();
        Event event = new Event(name, start, System.nanoTime());
        events.add(event);
        return Duration.ofNanos(event.end() - event.start());
    }

    /** Returns when nearly all requests are answered quickly, or after half a minute. */
    void settle() {
        long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        await().until(() -> {
            List<Sample> last = ofTheLast(Duration.ofSeconds(2)).toList();
            boolean calm = last.size() > perSecond && percentile(last.stream(), 0.95) < 200_000_000;
            return calm || System.nanoTime() > patience;
        });
    }

    /** @return the time that this share of the requests took at most, in nanoseconds; 0 without requests */
    private static long percentile(Stream<Sample> samples, double share) {
        long[] nanos = samples.mapToLong(Sample::nanos).sorted().toArray();
        return nanos.length == 0 ? 0 : nanos[(int) ((nanos.length - 1) * share)];
    }

    long sent() {
        return sent.get();
    }

    /** Stops sending, and waits for the outstanding answers. */
    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        await().until(() -> answered.get() == sent.get());
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    List<Sample> failures() {
        return samples.stream().filter(sample -> sample.failure() != null).toList();
    }

    Set<String> versions() {
        return samples.stream()
                .map(Sample::version)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** @return the versions that answered within that time */
    Set<String> versionsOfTheLast(Duration last) {
        return ofTheLast(last).map(Sample::version).collect(Collectors.toSet());
    }

    private Stream<Sample> ofTheLast(Duration last) {
        long since = System.nanoTime() - last.toNanos();
        return samples.stream().filter(sample -> sample.end() > since && sample.failure() == null);
    }

    /** @return the pods that answered within that time */
    Set<String> podsOfTheLast(Duration last) {
        return ofTheLast(last).map(Sample::pod).collect(Collectors.toSet());
    }

    /** @return the pod that answered most often within that time */
    String busiestPodOfTheLast(Duration last) {
        return ofTheLast(last).collect(Collectors.groupingBy(Sample::pod, Collectors.counting())).entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    /** @return what each event cost, and last of all the whole load */
    List<Cost> costs() {
        List<Sample> all =
                samples.stream().sorted(Comparator.comparingLong(Sample::end)).toList();
        List<Cost> costs = new ArrayList<>();
        for (Event event : events) {
            costs.add(Cost.of(
                    event.name(),
                    all.stream()
                            .filter(sample -> sample.end() >= event.start() && sample.begin() < event.end())
                            .toList()));
        }
        costs.add(Cost.of("all", all));
        return costs;
    }

    /** @return a table of the costs */
    String table() {
        StringBuilder table = new StringBuilder(
                String.format("%n%-34s %9s %7s %12s %9s%n", "event", "requests", "failed", "longest gap", "p99"));
        costs().forEach(cost -> table.append(String.format(
                "%-34s %9d %7d %9d ms %6d ms%n",
                cost.event(), cost.requests(), cost.failed(), cost.gap(), cost.p99())));
        return table.toString();
    }

    /** @return p50, p99, p99.9, and the longest request of all that were sent, in milliseconds */
    String percentiles() {
        return DoubleStream.of(0.5, 0.99, 0.999, 1)
                .mapToObj(share -> String.format(Locale.ROOT, "%.1f", percentile(samples.stream(), share) / 1e6))
                .collect(Collectors.joining(" ", "p50 / p99 / p99.9 / longest: ", " ms\n"));
    }

    /** Drops the samples so far: how an app warms up is another question. */
    void forgetTheStart() {
        samples.clear();
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        vertx.close();
    }
}
