// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * A room full of phones, if {@code ROOM_URL} says where they reach this frontend: {@code /room/code} is the QR code of their
 * page, and other machines may only greet.
 */
@Singleton
public class Room {
    private static final Pattern URL = Pattern.compile("https?://([A-Za-z0-9.-]{1,253})(:[0-9]{1,5})?");

    private final Optional<QrCode> code;
    private final Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1"));

    Room(@ConfigProperty(name = "room.url") Optional<String> url) {
        url.map(Room::host).ifPresent(hosts::add);
        code = url.map(valid -> QrCode.of(valid + "/room"));
    }

    private static String host(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "ROOM_URL must be a scheme, a host, and a port, as in http://192.168.1.7:8080; not '" + url + "'.");
        }
        return parts.group(1);
    }

    void register(@Observes Router router) {
        router.get("/room/code").handler(this::sendCode);
    }

    /** Nothing (204) if there is no room: a page that only asks must not find an error in its console. */
    private void sendCode(RoutingContext context) {
        HttpServerResponse response = context.response();
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (code.isEmpty()) {
            response.setStatusCode(204).end();
        } else if (accept != null && accept.startsWith("text/plain")) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain;charset=UTF-8")
                    .end(code.get().text());
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "image/svg+xml")
                    .end(code.get().svg());
        }
    }

    /**
     * @param path where the request would go at the backend
     * @return whether it may: where the room is open, other machines may only greet, so that no phone starts a fault
     */
    boolean allows(HttpServerRequest request, String path) {
        return code.isEmpty() || path.equals("/greetings") || isFromThisMachine(request);
    }

    /** A tunnel or a proxy on this machine brings requests from others: they ask for its name, or it names them. */
    private boolean isFromThisMachine(HttpServerRequest request) {
        return request.authority() != null
                && hosts.contains(request.authority().host())
                && !request.headers().contains("X-Forwarded-For")
                && !request.headers().contains("Forwarded")
                && request.remoteAddress()
                        .hostAddress()
                        .equals(request.localAddress().hostAddress());
    }
}
