// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(RoomTest.Open.class)
@WithTestResource(StubBackend.class)
class RoomTest {
    public static class Open implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("room.url", "http://192.0.2.7:8080");
        }
    }

    @TestHTTPResource("/")
    URL frontend;

    @Test
    void the_code_leads_to_the_page_of_the_phones() throws Exception {
        List<String> rows = given().get("/room/code").jsonPath().getList("");
        int scale = 4; // pixels of a module
        int size = rows.size() * scale;
        int[] pixels = new int[size * size];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = rows.get(i / size / scale).charAt(i % size / scale) == '#' ? 0x000000 : 0xffffff;
        }
        BinaryBitmap picture = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(size, size, pixels)));
        Map<DecodeHintType, ?> hints = Map.of(DecodeHintType.TRY_HARDER, true);
        String url = new QRCodeReader().decode(picture, hints).getText();
        assertEquals("http://192.0.2.7:8080/room", url);
        given().get("/room/state").then().body("url", equalTo(url));
    }

    @Test
    void every_response_of_a_pod_has_its_colour_and_the_state_its_name() {
        String colour = given().post("/api/greetings").then().extract().header("Pod-Colour");
        given().post("/api/greetings").then().header("Pod-Colour", colour);
        given().get("/room/state").then().body("pods", equalTo(List.of("stub")));
    }

    @Test
    @EnabledOnOs(OS.LINUX) // where all of 127.0.0.0/8 is this machine
    void each_machine_predicts_once_while_the_question_is_open() throws IOException {
        given().post("/room/question/open").then().statusCode(200).body("predicted.none", equalTo(0));
        fromAnotherMachine("/room/prediction/few");
        given().post("/room/prediction/none").then().statusCode(200).body("yours", equalTo("none"));
        given().post("/room/prediction/all").then().body("yours", equalTo("none"));
        given().post("/room/question/closed");
        assertTrue(fromAnotherMachine("127.0.0.3", "/room/prediction/all").contains("\"closed\""));
        given().get("/room/state")
                .then()
                .body("predicted", equalTo(Map.of("none", 1, "few", 1, "all", 0)))
                .body("mayAsk", equalTo(true));
        given().post("/room/question/none").then().body("question", equalTo("none"));
        given().post("/room/question/open")
                .then()
                .body("predicted.few", equalTo(0))
                .body("yours", nullValue());
    }

    @Test
    void another_site_neither_asks_nor_predicts() {
        given().post("/room/question/open");
        given().header("Origin", "http://elsewhere.example")
                .post("/room/question/over")
                .then()
                .statusCode(403);
        given().header("Origin", "http://elsewhere.example").post("/room/prediction/none");
        given().get("/room/state").then().body("question", equalTo("open")).body("yours", nullValue());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void another_machine_does_not_ask() throws IOException {
        assertTrue(fromAnotherMachine("/room/question/open").startsWith("HTTP/1.1 403 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/room/question/", "/room/question/maybe", "/room/prediction/", "/room/prediction/some"})
    void what_is_no_question_and_no_prediction_is_not_found(String path) {
        given().post(path).then().statusCode(404).contentType("application/problem+json");
    }

    @Test
    void the_machine_that_opened_the_room_may_start_faults() {
        given().post("/api/faults/panic").then().statusCode(200).body("uri", equalTo("/faults/panic"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: room.example", "X-Forwarded-For: 203.0.113.9", "Forwarded: for=203.0.113.9"})
    void a_tunnel_on_this_machine_brings_requests_of_others(String field) {
        String[] parts = field.split(": ");
        given().header(parts[0], parts[1]).post("/api/faults/panic").then().statusCode(403);
        given().header(parts[0], parts[1]).when().post("/api/greetings").then().statusCode(200);
    }

    @Test
    void the_machine_that_opened_the_room_may_use_the_address_of_the_phones() {
        given().header("Host", "192.0.2.7:8080")
                .post("/api/faults/panic")
                .then()
                .statusCode(200);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void another_machine_may_greet() throws IOException {
        String response = fromAnotherMachine("/api/greetings");
        assertTrue(response.startsWith("HTTP/1.1 200 "), response);
    }

    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @ValueSource(
            strings = {
                "/faults/panic",
                "/%66aults/panic",
                "/./faults/panic",
                "//faults/panic",
                "/faults;x/panic",
                "/faults%2Fpanic",
                "/greetings/../faults/panic",
                "/greetings/%2e%2e/faults/panic",
                "/greetings/..%2Ffaults/panic",
                "/greetings;/../faults/panic",
                "/greetings%2F..%2Ffaults%2Fpanic",
                "/Faults/panic"
            })
    void another_machine_starts_no_fault_however_its_path_is_written(String path) throws IOException {
        int before = StubBackend.asked();
        String response = fromAnotherMachine("/api" + path);
        assertTrue(response.startsWith("HTTP/1.1 403 ") || response.startsWith("HTTP/1.1 400 "), response);
        assertTrue(response.contains("application/problem+json"), response);
        assertEquals(before, StubBackend.asked());
    }

    private String fromAnotherMachine(String path) throws IOException {
        return fromAnotherMachine("127.0.0.2", path);
    }

    private String fromAnotherMachine(String address, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", frontend.getPort()));
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
