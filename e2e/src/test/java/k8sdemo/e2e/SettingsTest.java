// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts accept as a setting. All values of one are checked in one process. */
class SettingsTest {
    /** @return what check says about each value: an empty line, or the reason why it is refused */
    private static List<String> check(String setting, List<String> values) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", """
                source scripts/lib
                setting=$1
                for value in "${@:2}"; do
                  said=$(export "$setting=$value"; check "$setting" 2>&1) || true
                  echo "${said//$'\\n'/ }"
                done""", "bash", setting));
        command.addAll(values);
        Command.Result result = Command.run(Map.of(), Duration.ofMinutes(1), command.toArray(String[]::new));
        assertThat(result.status()).as(result.output()).isZero();
        return result.output().lines().toList();
    }

    @Test
    void a_value_that_would_break_what_it_becomes_part_of_is_refused() {
        List<String> values = List.of("a b: c", "--help=x", "x\"y", "$(touch evil)", "a[0]", "x\ny: z", "Ä");
        String settings =
                "VERSION NAMESPACE BASE_IMAGE REGISTRY TARGET MINIKUBE_PROFILE KIND_CLUSTER NODE_IMAGE ADDRESS OVERLAY"
                        + " COMPONENTS ROLLOUT_TIMEOUT JVM NATIVE N SERVERS FOLLOW CHAPTER PEER FRONTEND_PORT REQUESTS WEIGHT GATEWAY_CLASS"
                        + " QUARKUS_HTTP_HOST";
        for (String setting : settings.split(" ")) {
            assertThat(check(setting, values))
                    .hasSameSizeAs(values)
                    .allMatch(said -> said.startsWith(setting + " must be "));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "VERSION,         V2 v2/x -x v1. v1- v2-a-version-that-is-far-too-long-to-be-one, v1 1.0 v3-broken",
        "OVERLAY,         ../k8s, workshop",
        "NAMESPACE,       My_NS -x x-, k8s-demo 123",
        "REGISTRY,        https://example.com example.com/Upper, ghcr.io/my-name localhost:5000",
        "JVM,             0 true, 1",
        "TARGET,          mars, minikube kind gke current",
        "ROLLOUT_TIMEOUT, 5 0s, 90s 10m",
        "WEIGHT,          x -1 51 100 010, 0 1 10 50",
        "N,               many -1 1000000000000 010, 0 10",
        "SERVERS,         0 10 x, 1 9",
        "FRONTEND_PORT,   0 65536 99999 -1 080 8000; x, 80 8080 65535",
        "ADDRESS,         my-laptop 192.168.1 192.168.1.256, 192.168.1.7",
        "CHAPTER,         10 x, 2 all",
        "QUARKUS_HTTP_HOST, 192.168.1.7 my-laptop, localhost 127.0.0.1 0.0.0.0"
    })
    void a_value_that_cannot_work_is_refused_and_one_that_can_is_not(String setting, String wrong, String right) {
        assertThat(check(setting, List.of(wrong.split(" "))))
                .allMatch(said -> said.startsWith(setting + " must be ") && said.contains("not '"));
        assertThat(check(setting, List.of(right.split(" ")))).allMatch(String::isEmpty);
    }
}
