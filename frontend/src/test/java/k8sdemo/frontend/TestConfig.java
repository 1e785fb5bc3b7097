// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import java.time.Duration;

/** The settings of a backend in a test. */
record TestConfig(String url, Duration connectionAge, int connections) implements BackendConfig {
    @Override
    public Duration connectTimeout() {
        return Duration.ofMillis(100);
    }

    @Override
    public Duration answerTimeout() {
        return Duration.ofSeconds(3);
    }

    @Override
    public Duration retryFor() {
        return Duration.ofSeconds(5);
    }
}
