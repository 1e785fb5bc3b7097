// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.RequestOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendTest {
    @ParameterizedTest
    @CsvSource({
        "http://localhost:8000, localhost, 8000",
        "http://my_backend:8000/, my_backend, 8000",
        "http://k8s-demo-backend, k8s-demo-backend, 80",
        "https://k8s-demo-backend, k8s-demo-backend, 443",
        "http://[::1]:8000, [::1], 8000"
    })
    void takes_the_address_from_its_url(String url, String host, int port) {
        RequestOptions address = Backend.address(url);
        assertEquals(host, address.getHost());
        assertEquals(port, address.getPort());
        assertEquals(url.startsWith("https"), address.isSsl());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8000",
                "ftp://localhost",
                "http://",
                "http://h:port",
                "http://h/path",
                "http://u@h",
                "http://h:99999"
            })
    void refuses_an_address_that_is_none(String url) {
        String message = assertThrows(IllegalArgumentException.class, () -> Backend.address(url))
                .getMessage();
        assertTrue(message.contains("BACKEND_URL must be") && message.contains("'" + url + "'"), message);
    }
}
