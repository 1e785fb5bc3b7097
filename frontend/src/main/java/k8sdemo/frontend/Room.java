// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.WriterException;
import com.google.zxing.qrcode.QRCodeWriter;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import k8sdemo.http.Problem;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * A room full of phones, if {@code ROOM_URL} says where they reach this frontend. It hands out the colours of pods, so that all
 * screens agree, and lets the room predict how many requests will fail. Other machines than this one only greet and predict.
 */
@Singleton
public class Room {
    private static final Pattern URL = Pattern.compile("https?://([A-Za-z0-9.-]{1,253})(:[0-9]{1,5})?");
    private static final int MAX_PREDICTIONS = 1_000;

    private final Optional<String> url;
    private final Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1"));
    private final Palette palette;
    private final Map<String, String> predictions = new ConcurrentHashMap<>(); // by address: each predicts once
    private volatile String question = "over";

    Room(@ConfigProperty(name = "room.url") Optional<String> url, BackendConfig backend) {
        url.map(Room::host).ifPresent(hosts::add);
        this.url = url.map(valid -> valid + "/room");
        palette = new Palette(backend.maxConnectionAge().toMillis());
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
        router.get("/room/state").handler(this::sendState);
        if (url.isPresent()) {
            router.get("/room/code").handler(this::sendCode);
            router.postWithRegex("/room/prediction/(none|few|all)").handler(this::predict);
            router.postWithRegex("/room/question/(open|closed|none|few|all|over)")
                    .handler(this::ask);
        }
    }

    /** The QR code of the phones' page: its rows, in which # is dark. */
    private void sendCode(RoutingContext context) {
        try {
            String code = new QRCodeWriter()
                    .encode(url.get(), BarcodeFormat.QR_CODE, 0, 0)
                    .toString("#", " ");
            context.json(new JsonArray(List.of(code.split("\n"))));
        } catch (WriterException e) {
            context.fail(e);
        }
    }

    private void predict(RoutingContext context) {
        boolean isNew = predictions.size() < MAX_PREDICTIONS;
        if (question.equals("open") && isNew && isFromThisSite(context.request())) {
            predictions.putIfAbsent(address(context), context.pathParam("param0"));
        }
        sendState(context);
    }

    /** The question is open for predictions, closed, answered with what came true, or over. */
    private void ask(RoutingContext context) {
        if (!isFromThisMachine(context.request()) || !isFromThisSite(context.request())) {
            Problem.of(403, "Only the machine that opened the room may ask.").answer(context);
            return;
        }
        String next = context.pathParam("param0");
        if (next.equals("open")) {
            predictions.clear();
        }
        question = next;
        sendState(context);
    }

    /** Nothing (204) if there is no room: a page that only asks must not find an error in its console. */
    private void sendState(RoutingContext context) {
        if (url.isEmpty()) {
            context.response().setStatusCode(204).end();
            return;
        }
        JsonObject predicted = new JsonObject();
        Set.of("none", "few", "all")
                .forEach(key -> predicted.put(key, Collections.frequency(predictions.values(), key)));
        context.json(new JsonObject()
                .put("url", url.get())
                .put("pods", palette.living())
                .put("question", question)
                .put("predicted", predicted)
                .put("yours", predictions.get(address(context)))
                .put("mayAsk", isFromThisMachine(context.request())));
    }

    private static String address(RoutingContext context) {
        return context.request().remoteAddress().hostAddress();
    }

    /** Adds the colour of the pod to a response of the backend, which names the pod. */
    void paint(MultiMap headers) {
        String pod = url.isPresent() ? headers.get("Pod") : null;
        if (pod != null) {
            long connectedFor = Long.parseLong(headers.get(ApiRoute.CONNECTED_FOR));
            int colour = palette.see(pod, connectedFor, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
            headers.set("Pod-Colour", Integer.toString(colour));
        }
    }

    /**
     * @param path where the request would go at the backend
     * @return whether it may: where the room is open, other machines may only greet, so that no phone starts a fault
     */
    boolean allows(HttpServerRequest request, String path) {
        return url.isEmpty() || path.equals("/greetings") || isFromThisMachine(request);
    }

    /** @return whether it is no browser's, or from a page at this URL: browsers tell which (RFC 6454, section 7) */
    static boolean isFromThisSite(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin == null || origin.endsWith("://" + request.authority());
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
