package k8sdemo.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A chapter of the workshop, read for what can be run in it. A block of {@code shell} is a step; a block of
 * {@code output} under it is what it must print. A comment above a step, which no reader sees, says how to run it; one
 * that begins with {@code page:} is a step itself, done in a browser. {@code workshop/README.md} documents both.
 *
 * @param file where it stands
 * @param settings of a comment at the head of the chapter: what all of it needs
 * @param steps in their order
 */
record Chapter(Path file, Map<String, String> settings, List<Step> steps) {
    /**
     * One step.
     *
     * @param line where it begins, from 1
     * @param page what to do in the browser; null if it is a command
     * @param command the commands; null if it is for the browser
     * @param output what they must print, line by line; empty if anything will do
     * @param settings how to run it
     */
    record Step(int line, String page, String command, List<String> output, Map<String, String> settings) {}

    private static final Pattern COMMENT = Pattern.compile("<!-- (.*) -->");
    private static final Pattern SETTING = Pattern.compile("([a-z]+)(?:=(\\S+))?");
    private static final Pattern PLACEHOLDER = Pattern.compile("<[a-z ]+>|…");

    static Chapter read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> ofTheChapter = new LinkedHashMap<>();
        Map<String, String> next = new LinkedHashMap<>();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher comment = COMMENT.matcher(lines.get(i));
            if (comment.matches()) {
                String text = comment.group(1);
                if (text.startsWith("page: ")) {
                    steps.add(new Step(i + 1, text.substring(6), null, List.of(), Map.copyOf(next)));
                    next.clear();
                } else if (text.startsWith("chapter: ")) {
                    ofTheChapter.putAll(settings(text.substring(9)));
                } else {
                    next.putAll(settings(text));
                }
            } else if (lines.get(i).equals("```shell")) {
                int begin = i;
                List<String> command = block(lines, i + 1);
                i += command.size() + 1;
                List<String> output = List.of();
                int below = i + 1;
                while (below < lines.size() && lines.get(below).isBlank()) {
                    below++;
                }
                if (below < lines.size() && lines.get(below).equals("```output")) {
                    output = block(lines, below + 1);
                    i = below + output.size() + 1;
                }
                steps.add(new Step(begin + 1, null, String.join("\n", command), output, Map.copyOf(next)));
                next.clear();
            }
        }
        return new Chapter(file, ofTheChapter, steps);
    }

    private static List<String> block(List<String> lines, int from) {
        int to = from;
        while (!lines.get(to).equals("```")) {
            to++;
        }
        return List.copyOf(lines.subList(from, to));
    }

    private static Map<String, String> settings(String text) {
        Map<String, String> settings = new LinkedHashMap<>();
        SETTING.matcher(text).results().forEach(m -> settings.put(m.group(1), m.group(2) == null ? "" : m.group(2)));
        return settings;
    }

    /**
     * @param expected lines of a block; {@code <pod>} and its like stand for one word, … for any text within a line, and
     *     a line of nothing but … for any lines
     * @param printed what a command printed
     * @return the first expected line that is not in it, where it should be; null if all are
     */
    static String mismatch(List<String> expected, String printed) {
        List<String> actual =
                Arrays.stream(printed.split("\n")).map(Chapter::squeeze).toList();
        int at = 0;
        boolean anywhere = true; // what a terminal shows before is not worth printing in a book
        for (String line : expected) {
            if (line.strip().equals("…")) {
                anywhere = true;
                continue;
            }
            Pattern pattern = pattern(squeeze(line));
            int found = at;
            while (found < actual.size() && !pattern.matcher(actual.get(found)).matches()) {
                found++;
            }
            if (found == actual.size() || (!anywhere && found != at)) {
                return line;
            }
            at = found + 1;
            anywhere = false;
        }
        return null;
    }

    private static String squeeze(String line) {
        return line.strip().replaceAll("\\s+", " ");
    }

    private static Pattern pattern(String line) {
        StringBuilder regex = new StringBuilder();
        Matcher placeholder = PLACEHOLDER.matcher(line);
        int end = 0;
        while (placeholder.find()) {
            regex.append(Pattern.quote(line.substring(end, placeholder.start())))
                    .append(placeholder.group().equals("…") ? ".*" : "\\S+");
            end = placeholder.end();
        }
        return Pattern.compile(regex.append(Pattern.quote(line.substring(end))).toString());
    }
}
