// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory that the process takes, inside the heap and outside: a leak grows here, in a JVM and in a native executable. The
 * metric has the name that Prometheus' own clients give it. Only Linux tells.
 */
@Singleton
public class ResidentMemory implements MeterBinder {
    private static final String STATUS = "/proc/self/status";
    private static final String RESIDENT = "VmRSS:";

    /** Adds {@code process_resident_memory_bytes} where this machine has the figure. */
    @Override
    public void bindTo(MeterRegistry registry) {
        if (Files.isReadable(Path.of(STATUS))) {
            Gauge.builder("process.resident.memory", ResidentMemory::bytes)
                    .description("Resident memory size")
                    .baseUnit(BaseUnits.BYTES)
                    .register(registry);
        }
    }

    /** Reads a line such as {@code VmRSS:     51200 kB} (proc_pid_status(5)). */
    private static double bytes() {
        try {
            // the name of the process, in the first line, may be in any encoding
            List<String> lines = Files.readAllLines(Path.of(STATUS), StandardCharsets.ISO_8859_1);
            return lines.stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .map(line -> line.substring(RESIDENT.length(), line.indexOf(" kB")))
                    .mapToDouble(kibibytes -> Double.parseDouble(kibibytes) * 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
