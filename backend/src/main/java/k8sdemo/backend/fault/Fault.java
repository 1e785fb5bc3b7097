// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import java.util.Arrays;
import java.util.Locale;

/** The faults that a workshop injects; see {@link Faults}. */
public enum Fault {
    /** The process dies at once, and the cluster restarts the container. */
    PANIC,
    /** Readiness fails: the Service sends no new connections here. */
    UNREADY,
    /** Liveness fails, as if the process hung: the cluster restarts the container. */
    HANG,
    /** Each greeting takes longer. */
    SLOW,
    /** A share of the greetings fails with a 500. */
    ERRORS,
    /** Memory fills up, until the container's limit ends the process. */
    LEAK,
    /** One thread takes all the processor time that it gets, as a load would: an autoscaler adds pods. */
    BUSY;

    /** @return its name in URLs, metrics and the log */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param id its name in a URL
     * @return the fault
     * @throws IllegalArgumentException if there is none of that name; Jakarta REST then responds with 404
     */
    public static Fault fromString(String id) {
        return Arrays.stream(values())
                .filter(fault -> fault.id().equals(id))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new);
    }
}
