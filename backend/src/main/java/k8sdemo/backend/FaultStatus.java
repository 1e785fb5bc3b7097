package k8sdemo.backend;

import java.util.Map;

/**
 * The faults of one pod.
 *
 * @param pod whose
 * @param version the version of the application in it
 * @param active the seconds that each still lasts, by its name
 */
public record FaultStatus(String pod, String version, Map<String, Integer> active) {}
