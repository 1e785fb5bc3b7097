// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import k8sdemo.backend.pod.Pod;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Greets by name, and adds a line to the log and one to the count for each greeting. */
@Singleton
@Startup // the counter is 0 from the beginning, as Prometheus advises
public class Greeter {
    /** What could end a line of the log, pose as another field, or change how the line is shown. */
    private static final Pattern UNSAFE = Pattern.compile("[\"\\\\\\p{C}\\p{Zl}\\p{Zp}]");

    private final String word;
    private final Pod pod;
    private final Counter greetings;
    private final String logPrefix;

    Greeter(@ConfigProperty(name = "greeting.word") String word, Pod pod, MeterRegistry metrics) {
        this.word = word;
        this.pod = pod;
        this.logPrefix = "greeting pod=" + pod.name() + " version=" + pod.version() + " name=";
        this.greetings = Counter.builder("greetings")
                .description("Greetings by this pod")
                .tag("version", pod.version())
                .register(metrics);
    }

    /**
     * @param name whom to greet; it follows the rules of {@link Name}
     * @return the greeting, naming this pod and its version
     */
    public Greeting greet(String name) {
        greetings.increment();
        Log.info(logPrefix + quote(name));
        String message = word + " " + name + " from " + pod.name() + "!";
        return new Greeting(message, name, pod.name(), pod.version(), pod.node(), pod.started());
    }

    private static String quote(String text) {
        return '"' + UNSAFE.matcher(text).replaceAll(unsafe -> escape(unsafe.group())) + '"';
    }

    private static String escape(String text) {
        return text.chars().mapToObj(c -> String.format("\\\\u%04x", c)).collect(Collectors.joining());
    }
}
