// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file that somebody may copy alone says under which licence (SPDX, "Using SPDX short identifiers in source files"). */
class LicenceTest {
    private static final Path ROOT = Command.ROOT.toPath();
    private static final String COPIED_ALONE =
            ".*\\.(java|js|css|lua|yml)|(scripts|bench|\\.ci|\\.devcontainer)/.*|Makefile";

    static Stream<String> files() {
        return Command.output("git", "ls-files", "--cached", "--others", "--exclude-standard")
                .lines()
                .filter(file -> file.matches(COPIED_ALONE) && Files.exists(ROOT.resolve(file)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_file_names_its_licence(String file) throws IOException {
        assertThat(Files.readString(ROOT.resolve(file)).lines().limit(2))
                .anyMatch(line -> line.contains("SPDX-License-Identifier: Apache-2.0"));
    }

    @Test
    void the_licence_itself_is_there_and_the_project_names_it() throws IOException {
        assertThat(Files.readString(ROOT.resolve("LICENSE"))).contains("Apache License", "Version 2.0, January 2004");
        assertThat(Files.readString(ROOT.resolve("pom.xml"))).contains("<name>Apache-2.0</name>");
    }
}
