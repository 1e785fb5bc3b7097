// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The linters of {@code scripts/lint}. */
class LintTest {
    private static final int CANNOT_RUN_HERE = 69;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shellcheck",
                "actionlint",
                "reuse",
                "lychee",
                "kubernetes-validate",
                "kube-score",
                "checkov",
            })
    void finds_nothing_that_is_not_explained(String linter) {
        Command.Result result = Command.run(Map.of(), Duration.ofMinutes(15), "scripts/lint", linter);
        Needs.Part.require(result.status() == CANNOT_RUN_HERE ? linter + " cannot run: " + result.output() : null);
        assertThat(result.status()).as(result.output()).isZero();
    }
}
