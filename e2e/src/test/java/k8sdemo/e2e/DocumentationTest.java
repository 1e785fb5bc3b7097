// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentationTest {
    private static final Path ROOT = Command.ROOT.toPath();
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?://)([^)#]+)");
    private static final Pattern PATH =
            Pattern.compile("`((?:backend|bench|common|docs|e2e|frontend|k8s|scripts|workshop)/[\\w./-]*)`");
    private static final Pattern MAKE = Pattern.compile("(?:^|`|=\\S+ )make ([a-z][a-z0-9-]*)", Pattern.MULTILINE);

    static List<Path> documents() throws IOException {
        try (Stream<Path> files = Stream.of(ROOT, ROOT.resolve("workshop"), ROOT.resolve("docs"))
                .flatMap(folder -> Stream.of(folder.toFile().listFiles()))
                .map(file -> ROOT.relativize(file.toPath()))
                .filter(file -> file.toString().endsWith(".md"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void links_and_pictures_lead_to_files_that_exist(Path document) throws IOException {
        Path folder = ROOT.resolve(document).getParent();
        assertThat(found(LINK, document))
                .allSatisfy(link -> assertThat(folder.resolve(link)).exists());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void paths_of_the_project_exist(Path document) throws IOException {
        assertThat(found(PATH, document))
                .allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void make_has_every_command(Path document) throws IOException {
        String makefile = Files.readString(ROOT.resolve("Makefile"));
        assertThat(found(MAKE, document))
                .allSatisfy(target -> assertThat(makefile).contains("\n" + target + ":"));
    }

    private static List<String> found(Pattern pattern, Path document) throws IOException {
        return pattern.matcher(Files.readString(ROOT.resolve(document)))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
