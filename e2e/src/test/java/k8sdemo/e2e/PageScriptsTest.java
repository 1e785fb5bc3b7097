// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The JavaScript of the page: its unit tests, its linter, and its formatter. */
@Needs(Needs.Part.NODE)
class PageScriptsTest {
    @Test
    void the_unit_tests_pass() {
        assertSucceeds(npm("test")); // they need no other package
    }

    @Test
    void the_linter_and_the_formatter_find_nothing() {
        Command.Result installed = npm("ci", "--no-audit", "--no-fund");
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(installed.status() == 0, "npm cannot download the linter: " + installed.output());
        }
        assertSucceeds(installed);
        assertSucceeds(npm("run", "lint"));
    }

    private static Command.Result npm(String... arguments) {
        String[] command = Stream.concat(Stream.of("npm", "--prefix", "frontend"), Stream.of(arguments))
                .toArray(String[]::new);
        return Command.run(Map.of(), Duration.ofMinutes(5), command);
    }

    private static void assertSucceeds(Command.Result result) {
        assertThat(result.status()).as(result.output()).isZero();
    }
}
