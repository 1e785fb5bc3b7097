// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Renovate's dry run lists what it finds; it does not say that a pattern finds nothing any more. */
class RenovateTest {
    @Test
    void every_pattern_of_renovate_json_finds_a_version() throws IOException {
        JsonNode config = new ObjectMapper().readTree(Command.read("renovate.json"));
        for (JsonNode manager : config.path("customManagers")) {
            StringBuilder text = new StringBuilder();
            for (String file : Command.files()) {
                for (JsonNode pattern : manager.path("managerFilePatterns")) {
                    String regex = pattern.asText().replaceAll("^/|/$", "");
                    if (Pattern.compile(regex).matcher(file).find()) {
                        text.append(Command.read(file));
                    }
                }
            }
            assertThat(manager.path("matchStrings"))
                    .as(manager.path("description").asText())
                    .allMatch(pattern ->
                            Pattern.compile(pattern.asText()).matcher(text).find());
        }
    }
}
