package k8sdemo.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Commands of the shell, as a person would type them at the root of the project. */
final class Command {
    /** The root of the project. */
    static final File ROOT =
            new File("..").getAbsoluteFile().toPath().normalize().toFile();

    private Command() {}

    /**
     * @param status its exit status
     * @param output what it wrote, errors too
     */
    record Result(int status, String output) {}

    /** Runs a command to its end, whatever that is. */
    static Result run(Map<String, String> environment, Duration limit, String... command) {
        return runIn(ROOT, environment, limit, command);
    }

    /** The same in another folder; of the environment, what is null is removed. */
    static Result runIn(File folder, Map<String, String> environment, Duration limit, String... command) {
        try {
            Path output = Files.createTempFile("command", ".log");
            try {
                ProcessBuilder builder = new ProcessBuilder(List.of(command))
                        .directory(folder)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(output.toFile());
                environment.forEach((name, value) -> set(builder.environment(), name, value));
                Process process = builder.start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly().waitFor();
                    throw new AssertionError(
                            String.join(" ", command) + " ran longer than " + limit + ":\n" + read(output));
                }
                return new Result(process.exitValue(), read(output));
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

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    /** @return what the command wrote; it must succeed within five minutes */
    static String output(String... command) {
        Result result = run(Map.of(), Duration.ofMinutes(5), command);
        if (result.status() != 0) {
            throw new AssertionError(
                    String.join(" ", command) + " ended with " + result.status() + ":\n" + result.output());
        }
        return result.output();
    }

    /** @return whether the command is there and succeeds */
    static boolean succeeds(String... command) {
        try {
            return run(Map.of(), Duration.ofMinutes(5), command).status() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
