// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import static k8sdemo.backend.Api.POD;
import static k8sdemo.backend.Api.assertProblem;
import static k8sdemo.backend.Api.get;
import static k8sdemo.backend.Api.given;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without WORKSHOP_FAULTS=true nobody can inject a fault. */
@QuarkusTest
class NoFaultsTest {
    @ParameterizedTest
    @ValueSource(strings = {"panic", "unready", "ready", "hang", "slow", "errors", "leak", "busy"})
    void refuses_each_fault(String fault) {
        assertProblem(given().post("/faults/" + fault).then(), 404).body("detail", containsString("WORKSHOP_FAULTS"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/faults;x/unready",
                "/faults/unready;x=1",
                "/faults/unready/",
                "//faults/unready",
                "/x/../faults/unready",
                "/%66aults/unready"
            })
    void refuses_a_fault_however_its_path_is_written(String path) {
        assertProblem(given().urlEncodingEnabled(false).post(path).then(), 404);
        get("/q/health/ready").statusCode(200);
    }

    /** The page asks at every load, and an error would show in the browser's console. */
    @Test
    void says_in_the_status_that_they_are_off() {
        get("/faults/status")
                .statusCode(200)
                .body("pod", equalTo(POD))
                .body("enabled", equalTo(false))
                .body("active", anEmptyMap());
    }
}
