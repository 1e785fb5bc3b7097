// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The paths and commands that the documents name exist. ({@code scripts/lint lychee} checks links and pictures.) */
class DocumentationTest {
    private static final Pattern PATH = Pattern.compile(
            "`((?:\\.ci|\\.devcontainer|\\.github|backend|bench|common|docs|e2e|frontend|k8s|scripts|tools|workshop)/[\\w./-]*)`");

    /** In a code span, on a line of a block, or in a step of a workflow. */
    private static final Pattern MAKE =
            Pattern.compile("(?:^ *|`|run: |\\$ )(?:[A-Z_]+=\\S+ )*make ([^#`\\n;|&]+)", Pattern.MULTILINE);

    private static final Pattern TARGETS = Pattern.compile("^\\.PHONY: (.+)$", Pattern.MULTILINE);
    private static final Pattern ROW_WITH_COMMANDS = Pattern.compile("^\\| `.*", Pattern.MULTILINE);

    @Test
    void paths_in_documents_exist() {
        assertThat(found(PATH, "*.md")).isNotEmpty().allSatisfy(path -> assertThat(
                        Command.ROOT.toPath().resolve(path.group(1)))
                .exists());
    }

    @Test
    void make_has_every_command_in_documents_and_workflows() {
        assertThat(found(MAKE, "*.md", ".github/workflows/*.yml", ".devcontainer/*"))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(command.group(1).split(" +"))
                        .filteredOn(word -> word.matches("[a-z][a-z0-9-]*"))
                        .as(command.group())
                        .isSubsetOf(targets()));
    }

    @Test
    void make_help_lists_every_command() {
        assertThat(Command.output("make", "help").lines().filter(line -> line.startsWith("  make ")))
                .extracting(line -> line.split(" +")[2])
                .containsExactlyInAnyOrderElementsOf(targets());
    }

    @Test
    void a_table_explains_every_command() {
        List<String> rows = found(ROW_WITH_COMMANDS, "*.md").stream()
                .map(MatchResult::group)
                .toList();
        assertThat(targets())
                .allSatisfy(target -> assertThat(rows).anyMatch(row -> row.matches(".*`make " + target + "[` ].*")));
    }

    private static Set<String> targets() {
        Set<String> targets = new TreeSet<>();
        found(TARGETS, "Makefile")
                .forEach(line -> targets.addAll(List.of(line.group(1).split(" "))));
        targets.remove("changed"); // no command
        return targets;
    }

    private static List<MatchResult> found(Pattern pattern, String... files) {
        return Command.files(files).stream()
                .flatMap(file -> pattern.matcher(Command.read(file)).results())
                .toList();
    }
}
