// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import java.util.ArrayList;
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
 * @param needs what the whole chapter needs, from its {@code chapter:} comment
 * @param steps the steps, in order
 */
record Chapter(List<String> needs, List<Step> steps) {
    /**
     * A step: either a command or an action in the browser.
     *
     * @param line the line number in the file, from 1
     * @param page what to do in the browser; null for a command
     * @param command the command; null for an action in the browser
     * @param output the expected lines; empty if the output does not matter
     * @param settings how to run the step
     */
    record Step(int line, String page, String command, List<String> output, Map<String, String> settings) {
        boolean has(String setting) {
            return settings.containsKey(setting);
        }

        String setting(String name, String otherwise) {
            return settings.getOrDefault(name, otherwise);
        }
    }

    /** A comment, or a block with the block of its output below it; other blocks are skipped as a whole. */
    private static final Pattern PART = Pattern.compile(
            "^(?:<!-- (?<comment>.*) -->|```(?<kind>\\w*)\\n(?<block>(?s:.*?))^```(?:\\s+```output\\n(?<output>(?s:.*?))^```)?)$",
            Pattern.MULTILINE);

    private static final Pattern SETTING = Pattern.compile("([a-z]+)(?:=(\\S+))?");
    private static final Pattern PLACEHOLDER = Pattern.compile("<[a-z ]+>|…");

    /** Parses the text of a chapter. */
    static Chapter read(String text) {
        List<String> needs = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        Map<String, String> settings = new LinkedHashMap<>();
        Matcher part = PART.matcher(text);
        while (part.find()) {
            int line = 1 + (int) text.substring(0, part.start()).lines().count();
            String comment = part.group("comment");
            if (comment == null && part.group("kind").equals("shell")) {
                List<String> output = part.group("output") == null
                        ? List.of()
                        : part.group("output").lines().toList();
                steps.add(new Step(line, null, part.group("block").stripTrailing(), output, Map.copyOf(settings)));
                settings.clear();
            } else if (comment != null && comment.startsWith("page: ")) {
                steps.add(new Step(line, comment.substring(6), null, List.of(), Map.copyOf(settings)));
                settings.clear();
            } else if (comment != null && comment.startsWith("chapter: needs=")) {
                needs.addAll(List.of(comment.substring(15).split(",")));
            } else if (comment != null) {
                SETTING.matcher(comment)
                        .results()
                        .forEach(setting ->
                                settings.put(setting.group(1), setting.group(2) == null ? "" : setting.group(2)));
            }
        }
        return new Chapter(needs, steps);
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
        List<String> actual = printed.lines().map(Chapter::squeeze).toList();
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
