// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import static k8sdemo.backend.Api.POD;
import static k8sdemo.backend.Api.assertBadField;
import static k8sdemo.backend.Api.assertProblem;
import static k8sdemo.backend.Api.given;
import static k8sdemo.backend.Api.postForm;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;
import k8sdemo.backend.WorkshopProfile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault is active for much longer than a test takes, and ends when the test injects it again, for one second. */
@QuarkusTest
@TestProfile(WorkshopProfile.class)
class FaultResourceTest {
    private static ValidatableResponse inject(String fault) {
        return given().post("/faults/" + fault).then();
    }

    private static ValidatableResponse get(String path) {
        return given().get(path).then();
    }

    @BeforeEach
    void endAllFaults() {
        for (String fault :
                status().extract().<Map<String, Integer>>path("active").keySet()) {
            inject(fault + "?seconds=1");
        }
        Awaitility.await().untilAsserted(() -> status().body("active", anEmptyMap()));
    }

    private static ValidatableResponse status() {
        return get("/faults/status").statusCode(200);
    }

    @Test
    void unready_takes_readiness_down_and_ready_brings_it_back() {
        inject("unready?seconds=300").statusCode(200).body("pod", equalTo(POD)).body("active", hasKey("unready"));
        get("/q/health/ready").statusCode(503);
        get("/q/health/live").statusCode(200);
        get("/Ana").statusCode(200);
        inject("ready").statusCode(200).body("active", not(hasKey("unready")));
        get("/q/health/ready").statusCode(200);
    }

    /** Not even one at the same name, which its owner may have let point here (DNS rebinding). */
    @ParameterizedTest
    @ValueSource(strings = {"evil.example:8000", "localhost:8080"})
    void no_web_page_may_start_a_fault(String host) {
        for (String fault : new String[] {"unready", "ready"}) {
            given().header("Host", host)
                    .header("Origin", "http://" + host)
                    .post("/faults/" + fault)
                    .then()
                    .statusCode(403)
                    .body("detail", containsString("frontend"));
        }
        status().body("active", anEmptyMap());
    }

    @Test
    void hang_takes_liveness_down_until_it_ends() {
        inject("hang?seconds=300");
        get("/q/health/live").statusCode(503);
        endAllFaults();
        get("/q/health/live").statusCode(200);
    }

    @Test
    void slow_delays_greetings_until_it_ends() {
        inject("slow?seconds=300&milliseconds=400");
        get("/Ana").statusCode(200).time(greaterThanOrEqualTo(400L));
        postForm("name=Ana").statusCode(200).body("name", equalTo("Ana"));
        endAllFaults();
        Awaitility.await().until(() -> given().get("/Ana").time() < 400);
    }

    @Test
    void errors_fail_greetings_until_they_end_and_name_the_pod() {
        inject("errors?seconds=300&percent=100");
        assertProblem(get("/Ana"), 500)
                .body("detail", equalTo("Fault injection failed this request."))
                .body("pod", equalTo(POD));
        given().accept("text/html").get("/Ana").then().statusCode(500).contentType("text/html");
        get("/q/health/ready").statusCode(200);
        endAllFaults();
        get("/Ana").statusCode(200);
    }

    @Test
    void a_fault_keeps_the_settings_of_another() {
        inject("errors?seconds=300&percent=100");
        inject("unready?seconds=300");
        status().body("active", hasKey("errors")).body("active", hasKey("unready"));
        for (int i = 0; i < 20; i++) {
            get("/Ana").statusCode(500);
        }
    }

    @Test
    @DisabledOnIntegrationTest("reads the memory of its own JVM")
    void leak_takes_memory_and_gives_it_back() {
        long before = directMemory();
        inject("leak?seconds=300").body("active", hasKey("leak"));
        Awaitility.await().until(() -> directMemory() >= before + 16 * 1024 * 1024);
        endAllFaults();
        Awaitility.await().until(() -> directMemory() < before + 8 * 1024 * 1024);
        get("/Ana").statusCode(200);
    }

    @Test
    @DisabledOnIntegrationTest("looks at the threads of its own JVM")
    void busy_takes_the_time_of_a_processor_until_it_ends_and_the_pod_goes_on_serving() {
        inject("busy?seconds=300").body("active", hasKey("busy"));
        inject("busy?seconds=300");
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Awaitility.await().until(() -> busyThreads()
                .anyMatch(id ->
                        threads.getThreadCpuTime(id) > Duration.ofSeconds(1).toNanos()));
        assertEquals(1, busyThreads().count());
        get("/q/health/live").statusCode(200);
        get("/Ana").statusCode(200);
        endAllFaults();
        Awaitility.await().until(() -> busyThreads().findAny().isEmpty());
    }

    private static LongStream busyThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("busy"))
                .mapToLong(Thread::getId);
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void a_fault_for_another_pod_does_nothing_here() {
        assertProblem(inject("unready?pod=another"), 421);
        status().body("active", anEmptyMap());
        inject("unready?pod=" + POD).statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({
        "slow?seconds=0, seconds, 300",
        "slow?seconds=301, seconds, 300",
        "slow?milliseconds=10001, milliseconds, 10000",
        "errors?percent=101, percent, 100"
    })
    void refuses_a_number_out_of_range(String fault, String field, int max) {
        assertBadField(inject(fault), field, "must be a whole number from 1 to " + max);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slow?seconds=x", "slow?milliseconds=1.5", "errors?percent=99999999999"})
    void refuses_what_is_no_whole_number(String fault) {
        assertProblem(inject(fault), 400).body("detail", containsString("whole numbers"));
    }

    @Test
    void responds_to_an_unknown_fault_or_method_with_a_problem() {
        assertProblem(inject("earthquake"), 404);
        assertProblem(get("/faults/panic"), 405).header("Allow", equalTo("POST"));
        assertProblem(given().delete("/faults/status").then(), 405).header("Allow", equalTo("GET, HEAD"));
    }

    @Test
    void counts_each_fault() {
        inject("unready");
        get("/q/metrics")
                .body(containsString("faults_total{fault=\"unready\""))
                .body(containsString("fault_active{fault=\"leak\""));
    }
}
