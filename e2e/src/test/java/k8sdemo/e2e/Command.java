// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Commands of the shell, as a person types them at the root of the project. */
final class Command {
    /** The root of the project. */
    static final File ROOT =
            new File("..").getAbsoluteFile().toPath().normalize().toFile();

    /** A command does not inherit what the tests themselves were started with; a test that needs one of these sets it. */
    private static final List<String> NOT_INHERITED = List.of(
            "MAKEFLAGS",
            "MAKELEVEL",
            "MFLAGS",
            "VERSION",
            "TARGET",
            "NAMESPACE",
            "OVERLAY",
            "COMPONENTS",
            "BACKEND_PORT",
            "FRONTEND_PORT",
            "SERVERS",
            "N",
            "FOLLOW");

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Command() {}

    /**
     * @param status its exit status
     * @param output what it wrote, errors included
     */
    record Result(int status, String output) {}

    /** Runs a command to its end, successful or not. */
    static Result run(Map<String, String> environment, Duration limit, String... command) {
        return runIn(ROOT, environment, limit, command);
    }

    /** Runs it in another folder. A variable that is null in the environment is removed. */
    static Result runIn(File folder, Map<String, String> environment, Duration limit, String... command) {
        try {
            Path output = Files.createTempFile("command", ".log");
            try {
                ProcessBuilder builder = new ProcessBuilder(List.of(command))
                        .directory(folder)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(output.toFile());
                NOT_INHERITED.forEach(builder.environment()::remove);
                environment.forEach((name, value) -> set(builder.environment(), name, value));
                Process process = builder.start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly().waitFor();
                    throw new AssertionError(
                            String.join(" ", command) + " ran longer than " + limit + ":\n" + Files.readString(output));
                }
                return new Result(process.exitValue(), Files.readString(output));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void set(Map<String, String> environment, String name, String value) {
        if (value == null) {
            environment.remove(name);
        } else {
            environment.put(name, value);
        }
    }

    /** @return what the command wrote; it must succeed */
    static String output(String... command) {
        Result result = run(Map.of(), LIMIT, command);
        if (result.status() != 0) {
            throw new AssertionError(
                    String.join(" ", command) + " ended with " + result.status() + ":\n" + result.output());
        }
        return result.output();
    }

    /** @return whether the command exists and succeeds */
    static boolean succeeds(String... command) {
        try {
            return run(Map.of(), LIMIT, command).status() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** @return the files of the project as a clone would have them, with changes that are not committed and without what was built */
    static List<String> files(String... patterns) {
        List<String> command =
                new ArrayList<>(List.of("git", "ls-files", "--cached", "--others", "--exclude-standard", "--"));
        command.addAll(List.of(patterns));
        return output(command.toArray(String[]::new))
                .lines()
                .filter(file -> Files.exists(ROOT.toPath().resolve(file))) // not deleted since
                .toList();
    }

    /** @return the text of a file of the project */
    static String read(String file) {
        try {
            return Files.readString(ROOT.toPath().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the files of the project. */
    static void copyProject(Path folder) throws IOException {
        for (String file : files()) {
            Path to = folder.resolve(file);
            Files.createDirectories(to.getParent());
            Files.copy(ROOT.toPath().resolve(file), to, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
