// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What make builds, and when. */
class ImagesTest extends StandIns {
    @ParameterizedTest
    @CsvSource({
        "deploy, kubectl, No kubectl found",
        "deploy TARGET=minikube, minikube, No minikube found",
        "deploy TARGET=kind, kind, No kind found",
        "deploy, docker, No container engine found",
        "deploy, curl, No curl found",
        "images, git, No git found"
    })
    void a_missing_tool_is_named_with_where_to_get_it(String command, String tool, String sentence) throws IOException {
        without(tool);
        assertFailed(make(command), sentence, "https://");
    }

    @Test
    void an_engine_that_does_not_answer_is_named_with_how_to_start_it() throws IOException {
        standIn("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
        assertFailed(make("images"), "does not answer", "Start it", "Cannot connect to the Docker daemon");
    }

    @Test
    void images_and_doctor_say_that_podman_is_not_supported() throws IOException {
        without("docker");
        standIn("podman", "");
        assertFailed(make("images"), "Podman is not supported. Install Docker");
        standIn("docker", "echo 'Client: Podman Engine'");
        assertFailed(make("doctor"), "missing  container engine   Podman is not supported. Install Docker");
    }

    @ParameterizedTest
    @CsvSource({
        "1, eclipse-temurin:25, BASE_IMAGE=docker://NAME",
        "'', quay.io/quarkus/ubi10-quarkus-micro-image:, BASE_IMAGE=docker://NAME",
        "'', quay.io/quarkus/ubi10-quarkus-mandrel-builder-image:, JVM=1"
    })
    void an_image_that_cannot_be_pulled_is_noticed_before_anything_is_built(String jvm, String image, String help)
            throws IOException {
        onlyPosixTools();
        standIn("docker", """
                case "$*" in
                  "version --format"*) echo amd64 ;;
                  "info --format"*) echo 8000000000 ;;
                  "image inspect "*%1$s*) exit 1 ;;
                  "image inspect "*k8s-demo-*) exit 1 ;;
                  "pull %1$s"*) echo 'no such host'; exit 1 ;;
                esac""".formatted(image));
        assertFailed(
                make("images JVM=" + jvm), "no such host", image, "cannot be pulled; the line above says why", help);
        assertNothingWasBuiltOrChanged();
    }

    /** As make 3.81 runs a recipe: without .SHELLFLAGS, which would stop at a failure. */
    @ParameterizedTest
    @ValueSource(strings = {"", ".SHELLFLAGS=-c "})
    void native_executables_without_a_compiler_and_an_engine_say_what_to_install(String option) throws IOException {
        onlyPosixTools();
        standIn("docker", "exit 1");
        environment.put("BACKEND_PORT", Integer.toString(App.freePort()));
        environment.put("FRONTEND_PORT", Integer.toString(App.freePort()));
        assertFailed(make(option + "run NATIVE=1"), "No native compiler found", "GRAALVM_HOME", "container engine");
        assertNothingWasBuiltOrChanged();
    }

    @Test
    void a_failed_build_shows_the_log_and_leaves_no_image() throws IOException {
        engineWithoutImages();
        standIn("mvn-stand-in", "echo 'cannot find symbol'; exit 1");
        assertFailed(make("images"), "cannot find symbol");
        assertThat(calls("docker")).noneMatch(call -> call.contains("docker tag"));
    }

    /** Ctrl-C, which the shell sees when Maven has ended. */
    @Test
    void an_interrupted_build_leaves_no_image() throws IOException {
        engineWithoutImages();
        standIn("mvn-stand-in", "kill -INT $PPID; sleep 0.2; exit 130");
        make("images");
        assertThat(calls("docker"))
                .anyMatch(call -> call.matches("docker rmi k8s-demo-backend:[0-9a-f]{12}-new"))
                .noneMatch(call -> call.contains("docker tag"));
    }

    @Test
    void a_native_build_in_an_engine_elsewhere_mounts_no_folder_of_this_machine() throws IOException {
        engineWithoutImages();
        onlyPosixTools();
        environment.put("DOCKER_HOST", "tcp://192.0.2.1:2376");
        assertSucceeded(make("images JVM="));
        assertThat(calls("mvn-stand-in"))
                .anyMatch(call -> call.contains("-Dquarkus.native.remote-container-build=true"));
    }

    @Test
    void images_that_the_registry_lacks_are_pushed_for_both_platforms_and_native_ones_for_one() throws IOException {
        assertSucceeded(make("images REGISTRY=example.com/repo"));
        String image = "example.com/repo/k8s-demo-backend:" + tag("backend");
        assertThat(calls("docker"))
                .contains(
                        "docker push --quiet " + image + "-amd64",
                        "docker push --quiet " + image + "-arm64",
                        "docker manifest push --purge " + image);
        assertSucceeded(make("images REGISTRY=example.com/repo JVM="), "for linux/amd64 only");
        assertThat(calls("docker")).contains("docker push --quiet example.com/repo/k8s-demo-backend:" + tag("backend"));
        standIn("docker", "echo amd64"); // it has all images, and so has the registry
        assertSucceeded(
                make("images REGISTRY=example.com/repo"), "Already there: example.com/repo/k8s-demo-backend:v1-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed", "deleted", "renamed"})
    void an_image_has_another_tag_when_a_source_was(String how) throws IOException {
        Path source = project.resolve("backend/src/main/resources/source-that-changes.txt");
        Files.writeString(source, "text");
        assertSucceeded(make("images"));
        String backend = tag("backend");
        String frontend = tag("frontend");
        assertThat(backend).matches("v1-[0-9a-f]{12}");
        switch (how) {
            case "changed" -> Files.writeString(source, "another text");
            case "renamed" -> Files.move(source, source.resolveSibling("another-name.txt"));
            default -> Files.delete(source);
        }
        assertSucceeded(make("images"));
        assertThat(tag("backend")).isNotEqualTo(backend);
        assertThat(tag("frontend")).as("the image of the other app").isEqualTo(frontend);
    }

    @Test
    void a_deleted_source_is_built_anew_and_leaves_nothing_behind() throws IOException {
        Path source = project.resolve("frontend/src/main/resources/META-INF/resources/page-that-is-deleted.html");
        Files.writeString(source, "");
        assertSucceeded(make("target/jars-v1"));
        assertSucceeded(make("-q target/jars-v1"));
        Files.delete(source);
        assertFailed(make("-q target/jars-v1"));
        Path left = Files.createDirectories(project.resolve("frontend/target/classes"));
        assertSucceeded(make("target/jars-v1"));
        assertThat(left).doesNotExist();
    }

    @Test
    void each_version_has_jars_of_its_own() throws IOException {
        assertSucceeded(make("target/jars-v1"));
        assertSucceeded(make("target/jars-v2"));
        assertThat(calls("mvn-stand-in")).anyMatch(call -> call.contains("-Drevision=v2"));
        assertFailed(make("-q target/jars-v1"));
    }

    /** Under pipefail, a writer whose reader has gone fails. */
    @ParameterizedTest
    @MethodSource("scripts")
    void no_pipe_ends_in_a_reader_that_leaves_early(String script) throws IOException {
        assertThat(Files.readString(project.resolve(script)))
                .doesNotContainPattern(
                        "\\|\\s*(head|read|grep\\s+-[a-zA-Z]*[qm]|sed\\s[^|\\n]*q|awk\\s[^|\\n]*exit)\\b");
    }

    static Stream<String> scripts() throws IOException {
        return Files.list(project.resolve("scripts")).map(file -> "scripts/" + file.getFileName());
    }
}
