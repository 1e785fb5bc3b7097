// SPDX-License-Identifier: Apache-2.0
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
 * A chapter of the workshop, parsed into steps. A {@code shell} block is a step; the {@code output} block below it is
 * what the step must print. A hidden comment above a step says how to run it. A comment that starts with {@code page:} is
 * a step in the browser. {@code workshop/README.md} documents the comments.
 *
 * @param settings what the whole chapter needs, from its {@code chapter:} comment
 * @param steps the steps, in order
 */
record Chapter(Map<String, String> settings, List<Step> steps) {
    /**
     * A step: either a command or an action in the browser.
     *
     * @param line the line number in the file, from 1
     * @param page what to do in the browser; null for a command
     * @param command the command; null for an action in the browser
     * @param output the expected lines; empty if the output does not matter
     * @param settings how to run the step
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
        Map<String, String> chapterSettings = new LinkedHashMap<>();
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
                    chapterSettings.putAll(settings(text.substring(9)));
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
        return new Chapter(chapterSettings, steps);
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
     * Compares the output of a command with an {@code output} block. In the block, {@code <pod>} or any other lower-case
     * word in angle brackets stands for one word, {@code …} for any text, and a line with only {@code …} for any lines.
     *
     * @param expected the lines of the block
     * @param printed the output of the command
     * @return the first expected line that is missing or out of place; null if the output matches
     */
    static String mismatch(List<String> expected, String printed) {
        List<String> actual =
                Arrays.stream(printed.split("\n")).map(Chapter::squeeze).toList();
        int at = 0;
        boolean anywhere = true; // a block may leave out the lines before its first one
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
