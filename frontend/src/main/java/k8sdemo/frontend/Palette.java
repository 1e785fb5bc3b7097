// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which pods respond, and a colour for each, so that all screens of a room agree. Responses are all that it knows. */
final class Palette {
    private static final int MAX_PODS = 100;

    /** The N of {@code --pod-N} in style.css. Neighbours in this list look different. */
    private static final List<Integer> COLOURS = List.of(0, 3, 6, 9, 2, 5, 8, 1, 4, 7);

    private record Pod(int colour, long drawn, long draws) {}

    private final long drawLasts;
    private final Map<String, Pod> pods = new LinkedHashMap<>(); // the one that responded last comes last
    private long draws;

    /** @param drawLasts for how many milliseconds a connection takes requests: what one pod responds meanwhile is one draw */
    Palette(long drawLasts) {
        this.drawLasts = drawLasts;
    }

    /**
     * Takes note of a response.
     *
     * @param name of the pod that has responded
     * @param connectedFor the age of its connection, in milliseconds: one that is kept is no new draw
     * @param time in milliseconds, of a clock that never goes back
     * @return its colour: a pod keeps it, and a new one gets the one that has not been seen for longest
     */
    synchronized int see(String name, long connectedFor, long time) {
        Pod pod = pods.remove(name);
        boolean isDraw = pod == null || time - pod.drawn >= Math.max(drawLasts, connectedFor);
        draws += isDraw ? 1 : 0;
        int colour = pod == null ? leastRecentColour() : pod.colour;
        pods.put(name, new Pod(colour, isDraw ? time : pod.drawn, draws));
        if (pods.size() > MAX_PODS) {
            pods.remove(pods.keySet().iterator().next());
        }
        return colour;
    }

    private int leastRecentColour() {
        List<Integer> colours = new ArrayList<>(COLOURS);
        for (Pod pod : pods.values()) {
            colours.remove((Integer) pod.colour);
            colours.add(pod.colour);
        }
        return colours.get(0);
    }

    /** @return the names of the pods that are not silent, by the rule that cluster.js explains */
    synchronized List<String> living() {
        List<String> latestFirst = new ArrayList<>(pods.keySet());
        Collections.reverse(latestFirst);
        List<String> living = new ArrayList<>();
        for (String name : latestFirst) {
            double drawsNeeded = Math.log(3.6e6) / -Math.log1p(-1.0 / (living.size() + 1));
            if (draws - pods.get(name).draws <= drawsNeeded) {
                living.add(name);
            }
        }
        return living;
    }
}
