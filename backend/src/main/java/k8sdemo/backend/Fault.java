package k8sdemo.backend;

import java.util.Locale;

/** What can be made to go wrong on purpose; see {@link Faults}. */
public enum Fault {
    /** The process dies at once; the cluster starts another. */
    PANIC,
    /** Readiness says no: the service sends no new connections here. */
    UNREADY,
    /** Readiness says yes again. */
    READY,
    /** Liveness says no, as of a process that hangs: the cluster restarts the container. */
    HANG,
    /** Each greeting takes longer. */
    SLOW,
    /** A share of the greetings fails with a 500. */
    ERRORS,
    /** Memory is taken and not given back, until the container's limit ends the process. */
    LEAK;

    /** @return its name in addresses, metrics and the log */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
