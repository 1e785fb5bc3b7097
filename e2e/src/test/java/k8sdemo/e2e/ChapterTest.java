// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChapterTest {
    @Test
    void reads_commands_with_their_output_and_browser_steps() {
        Chapter chapter = Chapter.read("""
                # One
                <!-- chapter: needs=cluster -->
                <!-- until=60 -->
                ```shell
                kubectl get pods
                ```

                It prints:

                ```shell
                echo a
                echo b
                ```
                ```output
                a
                …
                ```
                <!-- page: start -->
                ```yaml
                not: a step
                ```
                """);
        assertThat(chapter.needs()).containsExactly("cluster");
        assertThat(chapter.steps())
                .containsExactly(
                        new Chapter.Step(4, null, "kubectl get pods", List.of(), Map.of("until", "60")),
                        new Chapter.Step(10, null, "echo a\necho b", List.of("a", "…"), Map.of()),
                        new Chapter.Step(18, "start", null, List.of(), Map.of()));
    }

    private static final String PRINTED = "noise\nNAME     READY\npod-x1   1/1\npod-x2   1/1\nend\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NAME READY",
                "NAME READY|<pod> 1/1|<pod> 1/1|end",
                "NAME READY|…|end",
                "pod-… 1/1|…",
                "<name> READY|…|pod-x2 …"
            })
    void accepts_output_that_matches(String expected) {
        assertThat(Chapter.mismatch(List.of(expected.split("\\|")), PRINTED)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NAME AGE",
                "NAME READY|end",
                "end|…|NAME READY",
                "pod-x3 1/1",
                "<pod> 0/1",
                "NAME",
                "NAME <a> <b>"
            })
    void rejects_output_that_does_not_match(String expected) {
        assertThat(Chapter.mismatch(List.of(expected.split("\\|")), PRINTED)).isNotNull();
    }
}
