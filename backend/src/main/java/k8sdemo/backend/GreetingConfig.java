package k8sdemo.backend;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What a greeting says. Every setting is an environment variable too: {@code GREETING_WORD=Hola}. */
@ConfigMapping(prefix = "greeting")
public interface GreetingConfig {
    /** @return the word that a message begins with */
    @WithDefault("Hello")
    String word();

    /** @return the version that a greeting shows */
    @WithDefault("${quarkus.application.version}")
    String version();
}
