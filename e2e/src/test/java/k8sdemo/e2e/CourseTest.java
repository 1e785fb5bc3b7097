// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes a course of the chapters: words are explained, files are shown, and the stated times are counted. */
class CourseTest {
    private static final String NOTES = "workshop/README.md";

    /** What a reader does not read as text: the goal, headings, blocks, pictures, and hidden comments. */
    private static final Pattern NO_PROSE =
            Pattern.compile("^\\*\\*Goal(?s:.*?)\\n\\n|^#.*|^```(?s:.*?)^```|^<!--.*-->|^!\\[.*", Pattern.MULTILINE);

    private static final Pattern TERM = Pattern.compile("^### (.+)$", Pattern.MULTILINE);
    private static final Pattern KIND = Pattern.compile("^kind: (\\w+)$", Pattern.MULTILINE);
    private static final Pattern TIME = Pattern.compile("^\\*\\*Time\\.\\*\\* (\\d+) minutes", Pattern.MULTILINE);
    private static final Pattern EXTRA = Pattern.compile("^## Extra(?s:.*?)(?=^## )", Pattern.MULTILINE);
    private static final Pattern FILE_SHOWN = Pattern.compile(
            "\\[files/([\\w.]+)\\]\\(files/\\1\\)(?s:.{0,200}?)^```(?:yaml|dockerfile)\\n((?s:.*?))^```",
            Pattern.MULTILINE);
    private static final Pattern SHELL = Pattern.compile("^```shell\\n((?s:.*?))^```", Pattern.MULTILINE);

    static List<String> chapters() {
        return Command.files("workshop/[1-9]-*.md");
    }

    static List<String> terms() {
        return TERM.matcher(Command.read("workshop/glossary.md"))
                .results()
                .map(term -> term.group(1))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("terms")
    void the_first_use_of_a_word_leads_to_the_glossary(String term) {
        String prose = chapters().stream()
                .map(chapter -> NO_PROSE.matcher(Command.read(chapter)).replaceAll(""))
                .collect(Collectors.joining())
                .replaceAll("`[^`]*`", "`");
        // at the start of a sentence, too; but a `service` is no Service
        String word = "[" + term.charAt(0) + Character.toUpperCase(term.charAt(0)) + "]"
                + term.substring(1).replace(" ", "\\s");
        Matcher use = Pattern.compile("(?<![\\w/.-])" + word + "s?(?![\\w/-])").matcher(prose);
        assertThat(use.find()).as("the chapters use it").isTrue();
        assertThat(prose.substring(use.start() - 1, Math.min(prose.length(), use.end() + 60)))
                .as("the first use: …%s…", prose.substring(Math.max(0, use.start() - 80), use.end()))
                .matches("\\[" + word + "s?]\\(glossary\\.md#"
                        + term.toLowerCase().replace(' ', '-') + "\\)(?s:.*)");
    }

    @Test
    void the_glossary_has_every_kind_that_the_chapters_name() {
        String chapters = chapters().stream().map(Command::read).collect(Collectors.joining());
        assertThat(Command.files("k8s/*.yml", "workshop/files/*.yml"))
                .flatExtracting(file -> KIND.matcher(Command.read(file))
                        .results()
                        .map(kind -> kind.group(1))
                        .filter(kind -> !kind.matches("Kustomization|Component")) // of kustomize, not of the cluster
                        .filter(kind -> Pattern.compile("\\b" + kind + "\\b")
                                .matcher(chapters)
                                .find())
                        .toList())
                .isNotEmpty()
                .allSatisfy(kind -> assertThat(terms()).anyMatch(kind::equalsIgnoreCase));
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void each_chapter_has_the_same_parts(String chapter) {
        assertThat(Command.read(chapter))
                .containsPattern("^<!-- chapter: .*\\n# \\d\\. .*\\n\\n\\*\\*Goal\\.\\*\\* ")
                .contains("\n**You need.** ")
                .containsSubsequence(
                        "\n## What just happened\n",
                        "\n## Questions\n",
                        "<details><summary>",
                        "<details><summary>",
                        "\n## Try next\n",
                        "\n## If it fails\n");
    }

    @Test
    void every_file_is_shown_as_it_is() {
        Map<String, String> shown = new TreeMap<>();
        chapters().forEach(chapter -> FILE_SHOWN
                .matcher(Command.read(chapter))
                .results()
                .forEach(file -> shown.put("workshop/files/" + file.group(1), file.group(2))));
        assertThat(shown.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Command.files("workshop/files/*.yml", "workshop/files/Dockerfile"));
        shown.forEach((file, text) ->
                assertThat(Command.read(file).replaceFirst("#.*\n", "")).isEqualTo(text)); // without the licence
    }

    /**
     * Minutes that a chapter takes without its extra parts: its words at 180 a minute, half a minute for each command, ten
     * seconds for each step on the page, and what {@code takes=} says that commands need. Rounded up to five.
     */
    static int minutes(String chapter) {
        String core = EXTRA.matcher(chapter).replaceAll("");
        int words = NO_PROSE.matcher(core).replaceAll("").split("\\s+").length;
        double seconds = words / 180.0 * 60;
        for (Chapter.Step step : Chapter.read(core).steps()) {
            seconds += step.page() == null ? 30 + Integer.parseInt(step.setting("takes", "0")) : 10;
        }
        return (int) Math.ceil(seconds / 300) * 5;
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void the_stated_time_is_the_counted_one(String chapter) {
        String text = Command.read(chapter);
        assertThat(Integer.parseInt(first(TIME, text).group(1))).isEqualTo(minutes(text));
        assertThat(Command.read(NOTES))
                .containsPattern("\\(" + chapter.replace("workshop/", "") + "\\) \\| " + minutes(text) + "[ ,]");
    }

    @Test
    void a_cut_is_not_longer_than_it_says() {
        Map<Integer, Integer> minutes = chapters().stream()
                .collect(Collectors.toMap(
                        chapter -> Integer.parseInt(chapter.replaceAll("\\D*(\\d)-.*", "$1")),
                        chapter -> minutes(Command.read(chapter))));
        List<MatchResult> cuts = Pattern.compile("^\\| (\\d+) minutes \\| ([^|]+) \\|", Pattern.MULTILINE)
                .matcher(Command.read(NOTES))
                .results()
                .toList();
        assertThat(cuts).hasSize(3).allSatisfy(cut -> {
            int sum = 0;
            for (String part : cut.group(2).split(", ")) {
                sum += part.matches("\\d")
                        ? minutes.get(Integer.parseInt(part))
                        : Integer.parseInt(part.replaceAll("\\D", ""));
            }
            assertThat(sum).isEqualTo(Integer.parseInt(cut.group(1)));
        });
    }

    @Test
    void the_slides_show_commands_of_the_chapters() {
        String chapters = Command.files("workshop/[0-9]-*.md").stream()
                .flatMap(chapter -> SHELL.matcher(Command.read(chapter)).results())
                .map(block -> block.group(1))
                .collect(Collectors.joining());
        assertThat(SHELL.matcher(Command.read("workshop/slides.md")).results())
                .isNotEmpty()
                .flatExtracting(block -> block.group(1).lines().toList())
                .allSatisfy(line -> assertThat(chapters).contains(line));
    }

    private static MatchResult first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern.pattern()).isTrue();
        return matcher.toMatchResult();
    }
}
