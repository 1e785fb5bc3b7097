package k8sdemo.backend;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The faults of this pod. Off unless {@code WORKSHOP_FAULTS=true}. Each heals by itself after the time that it was given,
 * or when the cluster restarts the container; each is counted, and leaves a line in the log.
 */
@Singleton
@Startup
public class Faults {
    /** What is said where there are none. */
    static final Problem NONE =
            Problem.of(404, "There are no faults on purpose here: start the backend with WORKSHOP_FAULTS=true.");

    private static final int LEAK_STEP = 8 * 1024 * 1024;
    private static final long LEAK_PAUSE = 100;
    private static final long PANIC_DELAY = 100;

    private final boolean enabled;
    private final Vertx vertx;
    private final Pod pod;
    private final GreetingConfig config;
    private final MeterRegistry metrics;
    /** Until when each lasts, in milliseconds of {@link System#currentTimeMillis}. */
    private final Map<Fault, Long> until = new ConcurrentHashMap<>();

    private final List<ByteBuffer> leaked = new ArrayList<>();
    private volatile int delay;
    private volatile int percent;

    Faults(
            @ConfigProperty(name = "workshop.faults", defaultValue = "false") boolean enabled,
            Vertx vertx,
            Pod pod,
            GreetingConfig config,
            MeterRegistry metrics) {
        this.enabled = enabled;
        this.vertx = vertx;
        this.pod = pod;
        this.config = config;
        this.metrics = metrics;
        if (enabled) {
            for (Fault fault : Fault.values()) {
                Gauge.builder("fault.active", () -> isActive(fault) ? 1 : 0)
                        .description("1 while a fault on purpose lasts")
                        .tag("fault", fault.id())
                        .register(metrics);
            }
        }
    }

    /** @return whether there are any */
    public boolean enabled() {
        return enabled;
    }

    /** @return what lasts in this pod */
    public FaultStatus status() {
        refuseIfOff();
        Map<String, Integer> active = new TreeMap<>();
        long now = System.currentTimeMillis();
        until.forEach((fault, end) -> {
            if (end > now) {
                active.put(fault.id(), (int) ((end - now + 999) / 1000));
            }
        });
        return new FaultStatus(pod.name(), config.version(), active);
    }

    /** However a request found its way here: {@link FaultFilter} knows the usual addresses, this knows every one. */
    private void refuseIfOff() {
        if (!enabled) {
            throw new ProblemException(NONE);
        }
    }

    boolean isActive(Fault fault) {
        return until.getOrDefault(fault, 0L) > System.currentTimeMillis();
    }

    /** @return by how many milliseconds a greeting is delayed now */
    int delay() {
        return isActive(Fault.SLOW) ? delay : 0;
    }

    /** @return whether this greeting is to fail */
    boolean strikes() {
        return isActive(Fault.ERRORS) && ThreadLocalRandom.current().nextInt(100) < percent;
    }

    /**
     * Begins a fault, or ends one ({@link Fault#READY}).
     *
     * @param seconds how long it lasts
     * @param milliseconds by how much {@link Fault#SLOW} delays
     * @param percent how many greetings {@link Fault#ERRORS} strikes
     * @param requestId the id of the request, for the log
     */
    void begin(Fault fault, int seconds, int milliseconds, int percent, String requestId) {
        refuseIfOff();
        Log.warnf("fault name=%s pod=%s seconds=%d request=%s", fault.id(), pod.name(), seconds, requestId);
        metrics.counter("faults", "fault", fault.id()).increment();
        if (fault == Fault.SLOW) {
            this.delay = milliseconds;
        } else if (fault == Fault.ERRORS) {
            this.percent = percent;
        }
        if (fault == Fault.READY) {
            until.remove(Fault.UNREADY);
            return;
        }
        until.put(fault, System.currentTimeMillis() + seconds * 1000L);
        if (fault == Fault.PANIC) {
            vertx.setTimer(PANIC_DELAY, id -> Runtime.getRuntime().halt(1)); // the answer goes first
        } else if (fault == Fault.LEAK) {
            vertx.setTimer(1, this::leak);
        }
    }

    private void leak(long timer) {
        if (!isActive(Fault.LEAK)) {
            leaked.clear();
            return;
        }
        ByteBuffer step = ByteBuffer.allocateDirect(LEAK_STEP);
        for (int i = 0; i < LEAK_STEP; i += 4096) {
            step.put(i, (byte) 1); // memory counts once it is touched
        }
        leaked.add(step);
        vertx.setTimer(LEAK_PAUSE, this::leak);
    }
}
