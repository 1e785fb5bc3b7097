// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * One of two pods hangs: it accepts connections, and never responds. A cluster sends it new connections until a readiness probe
 * has timed out, for five seconds at most. Clients that do not retry themselves notice nothing but the delay.
 */
class HungPodTest {
    private static final int PER_SECOND = 100;
    private static final int SECONDS_UNTIL_NOT_READY = 5;

    @Test
    void fails_no_request() {
        try (Balancer service = new Balancer();
                App hung = App.start("backend", Map.of("HOSTNAME", "hung"));
                App living = App.start("backend", Map.of("HOSTNAME", "living"));
                App frontend = App.start("frontend", Map.of("BACKEND_URL", service.url()));
                Load load = new Load(frontend.url(), PER_SECOND)) {
            service.add(hung);
            service.add(living);
            load.start();
            await().until(() -> load.podsOfTheLast(Duration.ofSeconds(1)).size() == 2);
            hung.freeze();
            awaitRequests(load, SECONDS_UNTIL_NOT_READY * PER_SECOND);
            service.remove(hung);
            awaitRequests(load, 5 * PER_SECOND);
            load.stop();
            assertThat(load.failures().stream().limit(3)).as(load.table()).isEmpty();
        }
    }

    private static void awaitRequests(Load load, int more) {
        long enough = load.sent() + more;
        await().atMost(Duration.ofMinutes(1)).until(() -> load.sent() >= enough);
    }
}
