// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.quarkus.test.junit.QuarkusTest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class NoRoomTest {
    @Test
    void has_no_state_and_that_is_no_error() {
        given().get("/room/state").then().statusCode(204).body(is(emptyString()));
    }

    @Test
    void nobody_asks_and_nobody_predicts() {
        given().post("/room/question/open").then().statusCode(404);
        given().post("/room/prediction/none").then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.168.1.7:8080", "http://a b", "http://a/b", "http://<b>", "ftp://a", ""})
    void refuses_to_start_with_an_address_that_is_none(String address) {
        assertThrows(IllegalArgumentException.class, () -> new Room(Optional.of(address), null));
    }
}
