// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
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
    void shows_the_address_of_the_phones_as_a_picture() {
        given().get("/room/code")
                .then()
                .statusCode(200)
                .contentType("image/svg+xml")
                .header("Cache-Control", "no-store")
                .body("svg.title", equalTo("http://192.0.2.7:8080/room"));
    }

    @Test
    void the_code_in_the_terminal_can_be_read() throws Exception {
        String[] lines = given().accept("text/plain")
                .get("/room/code")
                .then()
                .contentType("text/plain")
                .extract()
                .asString()
                .replaceAll("\u001b\\[[0-9;]*m", "")
                .split("\n");
        int scale = 4; // pixels of a module
        int width = lines[0].length() * scale;
        int height = lines.length * 2 * scale;
        int[] pixels = new int[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean upper = y / scale % 2 == 0;
                char block = lines[y / scale / 2].charAt(x / scale);
                pixels[y * width + x] = block == '█' || block == (upper ? '▀' : '▄') ? 0x000000 : 0xffffff;
            }
        }
        BinaryBitmap picture = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels)));
        assertEquals(
                "http://192.0.2.7:8080/room",
                new QRCodeReader()
                        .decode(picture, Map.of(DecodeHintType.TRY_HARDER, true))
                        .getText());
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
    @EnabledOnOs(OS.LINUX) // where all of 127.0.0.0/8 is this machine
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
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", frontend.getPort()));
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
