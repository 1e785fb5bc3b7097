// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What a greeting says. Every setting is also an environment variable, such as {@code GREETING_WORD}. */
@ConfigMapping(prefix = "greeting")
public interface GreetingConfig {
    /** @return the word that a message begins with */
    @WithDefault("Hello")
    String word();

    /** @return the version that a greeting shows */
    @WithDefault("${quarkus.application.version}")
    String version();
}
