// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** Greets by name, and adds a line to the log and one to the count for each greeting. */
@Singleton
@Startup // the counter is 0 from the beginning, as Prometheus advises
public class Greeter {
    private final GreetingConfig config;
    private final Pod pod;
    private final Counter greetings;
    private final String logPrefix;

    Greeter(GreetingConfig config, Pod pod, MeterRegistry metrics) {
        this.config = config;
        this.pod = pod;
        this.logPrefix = "greeting pod=" + pod.name() + " version=" + config.version() + " request=";
        this.greetings = Counter.builder("greetings")
                .description("Greetings answered by this pod")
                .tag("version", config.version())
                .register(metrics);
    }

    /**
     * @param name whom to greet; {@link Name} has checked it
     * @param requestId the id of the request, for the log
     * @return the greeting, naming this pod and its version
     */
    public Greeting greet(String name, String requestId) {
        greetings.increment();
        Log.info(logPrefix + requestId + " name=" + LogText.quote(name));
        String message = config.word() + " " + name + " from " + pod.name() + "!";
        return new Greeting(message, name, pod.name(), config.version(), pod.node());
    }
}
