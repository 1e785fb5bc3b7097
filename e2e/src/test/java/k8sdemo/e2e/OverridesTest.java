// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A version that overrides Quarkus' own goes again once Quarkus brings as much by itself. */
class OverridesTest {
    @Test
    void netty_is_newer_than_the_one_of_quarkus() throws IOException, URISyntaxException {
        String pom = Files.readString(Path.of("..", "pom.xml"));
        String quarkus = find(pom, "<quarkus.version>(.+?)<");
        // …/io/vertx/vertx-core/VERSION/vertx-core-VERSION.jar in Maven's local repository
        Path repository = Path.of(Vertx.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("../../../../..")
                .normalize();
        String bom = Files.readString(
                repository.resolve("io/quarkus/quarkus-bom/%s/quarkus-bom-%1$s.pom".formatted(quarkus)));
        assertThat(Version.parse(find(pom, "<netty.version>(.+?)<")))
                .as("Delete netty.version and quarkus-netty.version from pom.xml: Quarkus brings newer ones")
                .isGreaterThan(
                        Version.parse(find(bom, "<artifactId>netty-codec-http</artifactId>\\s*<version>(.+?)<")));
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
