// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the workflow {@code release} runs, in a copy of the project, with a stand-in for the container engine. */
@Needs(Needs.Part.KUBECTL)
class ReleaseTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @TempDir
    Path folder;

    private Path project;

    @BeforeEach
    void standIn() throws IOException {
        project = folder.resolve("project");
        Command.copyProject(project);
        Path docker = Files.createDirectories(folder.resolve("bin")).resolve("docker");
        Files.writeString(docker, """
                #!/usr/bin/env bash
                echo "$*" >>'%s/log'
                if [ "$1 $2" = "manifest push" ]; then echo "${DIGEST:-%s}"; fi
                """.formatted(folder, DIGEST));
        assertThat(docker.toFile().setExecutable(true)).isTrue();
    }

    private Command.Result join(Map<String, String> environment) {
        var all = new HashMap<>(environment);
        all.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        all.putIfAbsent("REGISTRY", "ghcr.io/me");
        all.put("VERSION", "v9");
        return Command.runIn(project.toFile(), all, Duration.ofMinutes(1), "scripts/release", "join");
    }

    @Test
    void the_manifests_point_to_the_image_of_both_platforms_by_its_digest() throws IOException {
        Command.Result result = join(Map.of());
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(Files.readString(folder.resolve("log")))
                .contains("manifest create ghcr.io/me/k8s-demo-backend:v9"
                        + " ghcr.io/me/k8s-demo-backend:v9-amd64 ghcr.io/me/k8s-demo-backend:v9-arm64\n");
        assertThat(Files.readString(project.resolve("target/release/digests")))
                .isEqualTo("ghcr.io/me/k8s-demo-backend@%1$s%nghcr.io/me/k8s-demo-frontend@%1$s%n".formatted(DIGEST));
        String one = Files.readString(project.resolve("target/release/k8s-demo.yml"));
        assertThat(one)
                .contains(
                        "image: ghcr.io/me/k8s-demo-backend@" + DIGEST, "image: ghcr.io/me/k8s-demo-frontend@" + DIGEST)
                .contains("app.kubernetes.io/version: v9");
        assertThat(Command.output(
                        "kubectl", "kustomize", project.resolve("k8s/release").toString()))
                .isEqualTo(one);
    }

    @Test
    void a_push_without_a_digest_ends_the_release() {
        Command.Result result = join(Map.of("DIGEST", "denied"));
        assertThat(result.status()).isNotZero();
        assertThat(result.output()).contains("gave no digest for ghcr.io/me/k8s-demo-backend:v9, but: denied");
    }

    @Test
    void a_release_needs_a_registry() {
        assertThat(join(Map.of("REGISTRY", "")).output()).contains("No registry given", "REGISTRY=");
    }
}
