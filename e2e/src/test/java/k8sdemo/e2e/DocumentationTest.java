// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents point to exists: files, headings, pictures, and commands. */
class DocumentationTest {
    private static final Path ROOT = Command.ROOT.toPath();

    /** A link or picture of Markdown or HTML within the project: a path, a heading, or both. */
    private static final Pattern LINK =
            Pattern.compile("(?:\\]\\(|(?:src|srcset|href)=\")(?!https?://)([^)\"#\\s]*)(#[^)\"\\s]+)?[)\"]");

    private static final Pattern PATH = Pattern.compile(
            "`((?:\\.ci|\\.devcontainer|\\.github|backend|bench|common|docs|e2e|frontend|k8s|scripts|tools|workshop)/[\\w./-]*)`");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.+?) *$", Pattern.MULTILINE);
    private static final Pattern FENCE = Pattern.compile("^ *```.*?^ *``` *$", Pattern.MULTILINE | Pattern.DOTALL);

    /** In a code span, on a line of a block, or in a step of a workflow. */
    private static final Pattern MAKE =
            Pattern.compile("(?:^ *|`|run: |\\$ )(?:[A-Z_]+=\\S+ )*make ([^#`\\n;|&]+)", Pattern.MULTILINE);

    private static final Pattern TARGET = Pattern.compile("^\\.PHONY: (?!changed$)([a-z0-9-]+)$", Pattern.MULTILINE);

    static List<String> documents() {
        return files("*.md");
    }

    static List<String> documentsAndWorkflows() {
        return files("*.md", ".github/workflows/*.yml", ".devcontainer/*");
    }

    private static List<String> files(String... patterns) {
        List<String> command =
                new ArrayList<>(List.of("git", "ls-files", "--cached", "--others", "--exclude-standard", "--"));
        command.addAll(List.of(patterns));
        return Command.output(command.toArray(String[]::new))
                .lines()
                .filter(file -> Files.exists(ROOT.resolve(file)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void links_and_pictures_lead_to_files_and_headings_that_exist(String document) throws IOException {
        for (MatchResult link : found(LINK, document)) {
            Path file = link.group(1).isEmpty()
                    ? ROOT.resolve(document)
                    : ROOT.resolve(document).getParent().resolve(link.group(1));
            assertThat(file).as(link.group()).exists();
            if (link.group(2) != null) {
                assertThat(anchors(Files.readString(file))).as(link.group()).contains(link.group(2));
            }
        }
    }

    /** The anchors that GitHub gives to the headings of a document. */
    private static List<String> anchors(String markdown) {
        List<String> anchors = new ArrayList<>();
        for (MatchResult heading : HEADING.matcher(FENCE.matcher(markdown).replaceAll(""))
                .results()
                .toList()) {
            String text = heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
            String anchor = "#"
                    + text.toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-');
            long before = anchors.stream()
                    .filter(other -> other.equals(anchor) || other.matches(Pattern.quote(anchor) + "-\\d+"))
                    .count();
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            '# Where things are'          | #where-things-are
            '## 0. `make run`, and more!' | #0-make-run-and-more
            '## See [the page](x.md#a)'   | #see-the-page
            """)
    void a_heading_has_the_anchor_that_github_gives_it(String heading, String anchor) {
        assertThat(anchors(heading)).containsExactly(anchor);
        assertThat(anchors(heading + "\n```shell\n# no heading\n```\n" + heading))
                .containsExactly(anchor, anchor + "-1");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void paths_of_the_project_exist(String document) throws IOException {
        assertThat(found(PATH, document))
                .allSatisfy(path -> assertThat(ROOT.resolve(path.group(1))).exists());
    }

    @ParameterizedTest
    @MethodSource("documentsAndWorkflows")
    void make_has_every_command(String document) throws IOException {
        List<String> targets = targets();
        for (MatchResult command : found(MAKE, document)) {
            assertThat(Stream.of(command.group(1).split(" +")).filter(word -> word.matches("[a-z][a-z0-9-]*")))
                    .as(command.group())
                    .isSubsetOf(targets);
        }
    }

    @Test
    void make_help_lists_every_command_of_the_makefile() throws IOException {
        assertThat(Command.output("make", "help").lines().filter(line -> line.startsWith("  make ")))
                .extracting(line -> line.split(" +")[2])
                .containsExactlyInAnyOrderElementsOf(targets());
    }

    @Test
    void the_tables_for_users_and_contributors_explain_every_command() throws IOException {
        String tables = Stream.of("README.md", "CONTRIBUTING.md")
                .flatMap(document -> lines(document))
                .filter(line -> line.startsWith("| `"))
                .reduce("", (one, other) -> one + "\n" + other);
        assertThat(targets()).allSatisfy(target -> assertThat(tables).containsPattern("`make " + target + "[` ]"));
    }

    private static List<String> targets() throws IOException {
        return found(TARGET, "Makefile").stream().map(match -> match.group(1)).toList();
    }

    private static Stream<String> lines(String document) {
        try {
            return Files.readString(ROOT.resolve(document)).lines();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<MatchResult> found(Pattern pattern, String document) throws IOException {
        return pattern.matcher(Files.readString(ROOT.resolve(document)))
                .results()
                .toList();
    }
}
