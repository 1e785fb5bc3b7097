// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Renovate sees every version that the project pins: with a pattern of {@code renovate.json}, or by its own knowledge. */
class RenovateTest {
    private static final Path ROOT = Command.ROOT.toPath();

    /** A version of three numbers (no address, and no format), a digest, a commit, an image, or a JDK. */
    private static final Pattern PINNED = Pattern.compile(
            "(?<![\\w.]|POM/|xsd/maven-|modelVersion>|openapi: )v?\\d++\\.\\d++\\.\\d++(?!\\.\\d)"
                    + "|sha256:[0-9a-f]{64}|(?<=@)[0-9a-f]{40}|(?<=-image=)[a-z][\\w./-]*:[\\w.@:-]+|(?<=java-version: )\\d+");

    /** Not pinned here: what is generated from other files, records of tests, and what Go keeps of the modules in go.mod. */
    private static final Pattern ELSEWHERE = Pattern.compile(
            "k8s/base/(backend|frontend)\\.yml|.*\\.(java|js|css|html|svg|png)|docs/.*|workshop/.*|mvnw.*|renovate\\.json"
                    + "|tools/go\\.sum|LICENSE|[A-Z]+\\.md|bench/.*");

    /** What managers of Renovate find without being told where (docs.renovatebot.com/modules/manager). */
    private record Manager(String file, String pattern) {}

    private static final List<Manager> MANAGERS = List.of(
            new Manager("\\.github/workflows/.+\\.yml", "uses: \\S+@[0-9a-f]{40} # v[0-9.]+"),
            new Manager("\\.devcontainer/Dockerfile", "(?m)^FROM .+$"),
            new Manager("\\.mvn/wrapper/maven-wrapper\\.properties", "(?m)^(wrapperVersion|distributionUrl)=.+$"),
            new Manager("tools/go\\.mod", "(?m)^(go |\\t).+$"));

    private static JsonNode renovate() throws IOException {
        return new ObjectMapper().readTree(ROOT.resolve("renovate.json").toFile());
    }

    static Stream<String> files() {
        return Command.output("git", "ls-files", "--cached", "--others", "--exclude-standard")
                .lines()
                .filter(file -> !ELSEWHERE.matcher(file).matches() && Files.exists(ROOT.resolve(file)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_pinned_version_is_seen(String file) throws IOException {
        assertThat(unseen(file, Files.readString(ROOT.resolve(file)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "curl -LO https://example.com/tool-1.2.3.tar.gz",
                "quarkus.jib.base-jvm-image-of-mine: 4.5.6",
                "docker run nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            })
    void a_version_that_no_rule_knows_is_found(String line) throws IOException {
        assertThat(unseen("scripts/new", line)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"listen on 127.0.0.1", "cidr: 10.128.0.0/9", "0.0.0.0/0", "make 3.81", "bash 3.2"})
    void an_address_is_no_version(String line) throws IOException {
        assertThat(unseen("scripts/new", line)).isEmpty();
    }

    @Test
    void every_pattern_finds_something() throws IOException {
        for (JsonNode manager : renovate().path("customManagers")) {
            long found = 0;
            for (String file : files().toList()) {
                found += seen(manager, file, Files.readString(ROOT.resolve(file)))
                        .size();
            }
            assertThat(found).as(manager.path("description").asText()).isPositive();
        }
    }

    private static List<String> unseen(String file, String text) throws IOException {
        List<MatchResult> seen = new ArrayList<>();
        for (JsonNode manager : renovate().path("customManagers")) {
            seen.addAll(seen(manager, file, text));
        }
        MANAGERS.stream()
                .filter(manager -> file.matches(manager.file()))
                .forEach(manager -> seen.addAll(Pattern.compile(manager.pattern())
                        .matcher(text)
                        .results()
                        .toList()));
        if (file.matches(
                "(.+/)?pom\\.xml")) { // Maven's properties, if a dependency or a plugin has its version from them
            Pattern.compile("<([a-z-]+\\.version)>[^<]+</\\1>")
                    .matcher(text)
                    .results()
                    .filter(property -> poms().anyMatch(pom -> pom.contains("<version>${" + property.group(1) + "}<")))
                    .forEach(seen::add);
        }
        return PINNED.matcher(text)
                .results()
                .filter(pinned ->
                        seen.stream().noneMatch(span -> span.start() <= pinned.start() && pinned.end() <= span.end()))
                .map(MatchResult::group)
                .toList();
    }

    private static List<MatchResult> seen(JsonNode manager, String file, String text) {
        boolean applies = StreamSupport.stream(
                        manager.path("managerFilePatterns").spliterator(), false)
                .map(JsonNode::asText)
                .anyMatch(pattern -> Pattern.compile(pattern.substring(1, pattern.length() - 1))
                        .matcher(file)
                        .find());
        if (!applies) {
            return List.of();
        }
        return StreamSupport.stream(manager.path("matchStrings").spliterator(), false)
                .flatMap(pattern ->
                        Pattern.compile(pattern.asText()).matcher(text).results())
                .toList();
    }

    private static Stream<String> poms() {
        return Stream.of("pom.xml", "backend/pom.xml", "frontend/pom.xml", "common/pom.xml", "e2e/pom.xml")
                .map(pom -> {
                    try {
                        return Files.readString(ROOT.resolve(pom));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
    }
}
