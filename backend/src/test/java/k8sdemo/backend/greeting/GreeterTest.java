// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import static k8sdemo.backend.Api.POD;
import static k8sdemo.backend.Api.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class GreeterTest {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger.getLogger(Greeter.class.getName()).addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger(Greeter.class.getName()).removeHandler(handler);
    }

    @Test
    void writes_one_line_for_each_greeting() {
        given().get("/Ana").then().statusCode(200);
        assertEquals(List.of("greeting pod=" + POD + " version=v1 name=\"Ana\""), lines);
    }

    @Test
    void escapes_a_name_that_could_end_the_line_or_pose_as_a_field() {
        given().contentType("application/json")
                .body("{\"name\":\"x\\\" pod=\\\"y\\u2028\\u202e\\\\\"}")
                .post("/greetings")
                .then()
                .statusCode(200);
        assertEquals(
                List.of("greeting pod=" + POD + " version=v1 name=\"x\\u0022 pod=\\u0022y\\u2028\\u202e\\u005c\""),
                lines);
    }
}
