// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalToIgnoringCase;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(DrainTest.OnItsOwn.class)
@WithTestResource(StubBackend.class)
class DrainTest {
    /** An app of its own, because it drains from the first case on. */
    public static class OnItsOwn implements QuarkusTestProfile {}

    @Inject
    Event<ShutdownDelayInitiatedEvent> shutdownDelay;

    @BeforeEach
    void drain() {
        shutdownDelay.fire(new ShutdownDelayInitiatedEvent());
    }

    /** Otherwise a client sends its next request on a connection that is about to close. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/nothing", "/api/headers", "/api/closes", "/api/hop-by-hop"})
    void announces_with_every_answer_that_the_connection_closes(String path) {
        given().when().get(path).then().header("Connection", equalToIgnoringCase("close"));
    }
}
