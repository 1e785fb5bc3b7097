// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaletteTest {
    private final Palette palette = new Palette(50);
    private final Random random = new Random(1);
    private long time;

    /** Each connection goes to a pod at random, and brings three responses. */
    private void run(List<String> pods, int connections) {
        for (int i = 0; i < connections; i++) {
            String pod = pods.get(random.nextInt(pods.size()));
            for (int response = 0; response < 3; response++) {
                palette.see(pod, 15 * response, time + 15 * response);
            }
            time += 50;
        }
    }

    private static List<String> pods(int number) {
        return IntStream.range(0, number).mapToObj(i -> "pod-" + i).toList();
    }

    @Test
    void ten_pods_have_ten_colours_and_keep_them() {
        List<Integer> colours =
                pods(10).stream().map(pod -> palette.see(pod, 0, 0)).toList();
        assertEquals(10, Set.copyOf(colours).size());
        assertEquals(
                colours,
                pods(10).stream().map(pod -> palette.see(pod, 0, 60_000)).toList());
        assertTrue(palette.see("an eleventh", 0, 60_001) < 10);
    }

    @Test
    void a_newcomer_gets_the_colour_that_has_not_been_seen_for_longest() {
        List<String> ten = pods(10);
        List<Integer> colours = ten.stream().map(pod -> palette.see(pod, 0, 0)).toList();
        Stream.of(0, 1, 3, 4, 5, 6, 7, 8, 9).forEach(i -> palette.see(ten.get(i), 0, 100));
        assertEquals(colours.get(2), palette.see("new", 0, 200));
        assertNotEquals(colours.get(2), palette.see("newer", 0, 300));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 20})
    void a_pod_that_dies_is_gone_soon_and_no_other(int survivors) {
        List<String> all = pods(survivors + 1);
        run(all, 1_000);
        assertEquals(Set.copyOf(all), Set.copyOf(palette.living()));
        run(all.subList(0, survivors), 25 * all.size());
        assertEquals(Set.copyOf(all.subList(0, survivors)), Set.copyOf(palette.living()));
    }

    @Test
    void no_living_pod_is_gone_in_an_hour() {
        List<String> all = pods(6);
        run(all, 100);
        for (int i = 0; i < 72_000; i++) {
            run(all, 1);
            assertEquals(6, palette.living().size());
        }
    }

    /** As without the safeguard max-age. */
    @Test
    void nobody_is_gone_because_a_connection_is_kept() {
        run(pods(2), 100);
        for (int connectedFor = 0; connectedFor < 30_000; connectedFor += 50) {
            palette.see("pod-0", connectedFor, time + connectedFor);
        }
        assertEquals(2, palette.living().size());
    }

    @Test
    void remembers_no_more_than_a_hundred_pods() {
        run(pods(1_000), 10_000);
        Set<String> known = palette.living().stream().collect(Collectors.toSet());
        assertTrue(known.size() <= 100, known.size() + " pods");
    }
}
