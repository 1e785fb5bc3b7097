// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import java.time.Duration;
import java.util.List;

/** The settings of a backend in a test. */
record TestConfig(List<String> urls, Duration maxConnectionAge, int maxConnections) implements BackendConfig {
    @Override
    public Duration connectTimeout() {
        return Duration.ofMillis(100);
    }

    @Override
    public Duration responseTimeout() {
        return Duration.ofSeconds(3);
    }

    @Override
    public Duration retryFor() {
        return Duration.ofSeconds(5);
    }
}
