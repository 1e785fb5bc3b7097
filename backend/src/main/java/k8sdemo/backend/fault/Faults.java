// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import k8sdemo.backend.pod.Pod;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The faults of this pod: off unless {@code WORKSHOP_FAULTS=true}. Each ends after its time, or when the cluster restarts the
 * container. Each is counted and logged. In a bad release, one is active from the start: the end of the version's name says which.
 */
@Singleton
@Startup
public class Faults {
    /** In bytes. */
    private static final int LEAK_STEP = 8 * 1024 * 1024;
    /** In milliseconds, between two steps. */
    private static final long LEAK_PAUSE = 100;
    /** In milliseconds: the response leaves first. */
    private static final long PANIC_DELAY = 100;

    private static final Map<String, Fault> BAD_RELEASES =
            Map.of("-broken", Fault.UNREADY, "-slow", Fault.SLOW, "-errors", Fault.ERRORS);

    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final boolean enabled;
    private final Vertx vertx;
    private final Pod pod;
    private final Optional<Fault> ofRelease;
    private final MeterRegistry metrics;
    /** When each ends, by {@link System#nanoTime}: that clock is never set back. */
    private final Map<Fault, Long> ends = new ConcurrentHashMap<>();

    private final List<ByteBuffer> leaked = new ArrayList<>();
    private volatile int delay = 1_000;
    private volatile int percent = 20;

    /**
     * The faults of one pod.
     *
     * @param pod its name
     * @param version the version of the app in it
     * @param enabled whether faults can be injected
     * @param active for how many seconds each active fault goes on, by its name
     */
    public record Status(String pod, String version, boolean enabled, Map<String, Integer> active) {}

    Faults(@ConfigProperty(name = "workshop.faults") boolean enabled, Vertx vertx, Pod pod, MeterRegistry metrics) {
        this.enabled = enabled;
        this.vertx = vertx;
        this.pod = pod;
        this.metrics = metrics;
        this.ofRelease = ofRelease(pod.version());
        ofRelease.ifPresent(fault -> {
            Log.warnf("Version %s is bad on purpose, as its name says", pod.version());
            begin(fault, FOREVER);
        });
        if (enabled) {
            for (Fault fault : Fault.values()) {
                Gauge.builder("fault.active", () -> isActive(fault) ? 1 : 0)
                        .description("1 while an injected fault is active")
                        .tag("fault", fault.id())
                        .register(metrics);
            }
        }
    }

    /** @return the fault that a release of that name has from the start, if it is a bad one */
    static Optional<Fault> ofRelease(String version) {
        return BAD_RELEASES.keySet().stream()
                .filter(version::endsWith)
                .map(BAD_RELEASES::get)
                .findFirst();
    }

    /** @return whether faults can be injected */
    public boolean enabled() {
        return enabled;
    }

    /** @return the active faults of this pod */
    public Status status() {
        Map<String, Integer> active = new TreeMap<>();
        for (Fault fault : Fault.values()) {
            long left = nanosLeft(fault);
            if (left > 0) {
                active.put(
                        fault.id(), (int) Duration.ofNanos(left).plusMillis(999).toSeconds());
            }
        }
        return new Status(pod.name(), pod.version(), enabled, active);
    }

    /** @return whether this is a bad release that has this fault from the start, and until its end */
    boolean isOfRelease(Fault fault) {
        return ofRelease.equals(Optional.of(fault));
    }

    boolean isActive(Fault fault) {
        return nanosLeft(fault) > 0;
    }

    private long nanosLeft(Fault fault) {
        Long end = ends.get(fault);
        return end == null ? 0 : end - System.nanoTime();
    }

    /** @return by how many milliseconds to delay a greeting now */
    int delay() {
        return isActive(Fault.SLOW) ? delay : 0;
    }

    /** @return whether to fail this greeting */
    boolean failsThisGreeting() {
        return isActive(Fault.ERRORS) && ThreadLocalRandom.current().nextInt(100) < percent;
    }

    /**
     * Begins a fault.
     *
     * @param seconds for how long it is active
     * @param milliseconds by how much {@link Fault#SLOW} delays
     * @param percent how many greetings {@link Fault#ERRORS} fails
     */
    void inject(Fault fault, int seconds, int milliseconds, int percent) {
        Log.warnf("fault name=%s pod=%s seconds=%d", fault.id(), pod.name(), seconds);
        metrics.counter("faults", "fault", fault.id()).increment();
        boolean begins = !isActive(fault);
        begin(fault, Duration.ofSeconds(seconds));
        switch (fault) {
            case SLOW -> this.delay = milliseconds;
            case ERRORS -> this.percent = percent;
            case PANIC -> vertx.setTimer(PANIC_DELAY, id -> Runtime.getRuntime().halt(1));
            case LEAK -> {
                if (begins) {
                    vertx.setPeriodic(LEAK_PAUSE, this::leak);
                }
            }
            case BUSY -> {
                if (begins) {
                    Thread thread = new Thread(this::burn, "busy"); // not one of those that serve
                    thread.setDaemon(true);
                    thread.start();
                }
            }
            default -> {} // the probes ask isActive
        }
    }

    private void begin(Fault fault, Duration time) {
        ends.put(fault, System.nanoTime() + time.toNanos());
    }

    /** Ends {@link Fault#UNREADY}. */
    void makeReady() {
        Log.warnf("fault name=ready pod=%s", pod.name());
        ends.remove(Fault.UNREADY);
    }

    /** One at a time, even if the fault begins again just when it ends. */
    private synchronized void burn() {
        while (isActive(Fault.BUSY)) {
            Thread.onSpinWait();
        }
    }

    private void leak(long timer) {
        if (!isActive(Fault.LEAK)) {
            vertx.cancelTimer(timer);
            leaked.clear();
            System.gc(); // frees direct buffers, which nothing else may do for hours
            return;
        }
        try {
            ByteBuffer step = ByteBuffer.allocateDirect(LEAK_STEP);
            for (int i = 0; i < LEAK_STEP; i += 4096) {
                step.put(i, (byte) 1); // memory counts once it is touched
            }
            leaked.add(step);
        } catch (OutOfMemoryError e) {
            Log.debug("The JVM's own limit came before the container's: the leak keeps what it has until it ends");
        }
    }
}
