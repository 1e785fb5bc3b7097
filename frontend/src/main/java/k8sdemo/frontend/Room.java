// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * A room full of phones, if {@code ROOM_ADDRESS} says where they reach this frontend: {@code /room/code} is the QR code of
 * their page, and other machines may only greet.
 */
@Singleton
public class Room {
    private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?");

    /** The light modules around a code that readers need (ISO/IEC 18004). */
    private static final int QUIET_ZONE = 4;

    /** Black on white in every terminal: these two of the 256 colours belong to no theme. */
    private static final String BLACK_ON_WHITE = "\u001b[38;5;16;48;5;231m";

    private static final String RESET = "\u001b[0m";

    private final String page;
    private final String svg;
    private final String text;

    Room(@ConfigProperty(name = "room.address") Optional<String> address) {
        page = address.map(Room::page).orElse(null);
        BitMatrix code = page == null ? null : code(page);
        svg = code == null ? null : svg(code, page);
        text = code == null ? null : text(code);
    }

    private static String page(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    "ROOM_ADDRESS must be a scheme, a host and a port, as in http://192.168.1.7:8080; not '" + address
                            + "'.");
        }
        return address + "/room";
    }

    void register(@Observes Router router) {
        router.get("/room/code").handler(this::answer);
    }

    /** Nothing (204) if there is no room: a page that only asks must not find an error in its console. */
    private void answer(RoutingContext context) {
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (page == null) {
            response.setStatusCode(204).end();
        } else if (accept != null && accept.startsWith("text/plain")) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain;charset=UTF-8")
                    .end(text);
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "image/svg+xml").end(svg);
        }
    }

    /**
     * @param path where the request would go at the backend
     * @return whether it may: where the room is open, other machines may only greet, so that no phone starts a fault
     */
    boolean allows(HttpServerRequest request, String path) {
        return page == null || path.equals("/greetings") || isFromThisMachine(request);
    }

    /** A tunnel or a proxy on this machine brings requests from others: they ask for its name, or it names them. */
    private boolean isFromThisMachine(HttpServerRequest request) {
        String own = page.split("[:/]+")[1];
        return request.authority() != null
                && List.of("localhost", "127.0.0.1", own)
                        .contains(request.authority().host())
                && !request.headers().contains("X-Forwarded-For")
                && !request.headers().contains("Forwarded")
                && request.remoteAddress()
                        .hostAddress()
                        .equals(request.localAddress().hostAddress());
    }

    private static BitMatrix code(String content) {
        try {
            return new QRCodeWriter()
                    .encode(content, BarcodeFormat.QR_CODE, 0, 0, Map.of(EncodeHintType.MARGIN, QUIET_ZONE));
        } catch (WriterException e) {
            throw new IllegalStateException("an address always fits", e);
        }
    }

    private static String svg(BitMatrix code, String title) {
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.getHeight(); y++) {
            for (int x = 0; x < code.getWidth(); x++) {
                if (code.get(x, y)) {
                    path.append('M').append(x).append(' ').append(y).append("h1v1h-1z");
                }
            }
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" shape-rendering="crispEdges">\
                <title>%s</title><path fill="#fff" d="M0 0h%1$dv%2$dH0z"/><path d="%s"/></svg>
                """.formatted(code.getWidth(), code.getHeight(), title, path);
    }

    /** A character is two modules high. */
    private static String text(BitMatrix code) {
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < code.getHeight(); y += 2) {
            text.append(BLACK_ON_WHITE);
            for (int x = 0; x < code.getWidth(); x++) {
                boolean lower = y + 1 < code.getHeight() && code.get(x, y + 1);
                text.append(code.get(x, y) ? (lower ? '█' : '▀') : (lower ? '▄' : ' '));
            }
            text.append(RESET).append('\n');
        }
        return text.toString();
    }
}
