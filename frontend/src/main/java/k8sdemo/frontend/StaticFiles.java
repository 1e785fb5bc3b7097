// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import k8sdemo.http.Problem;

/**
 * Serves the page: the files in {@code META-INF/resources}, each read, hashed and compressed once.
 *
 * <p>Every file carries a strong ETag (RFC 9110, section 8.8.3) and {@code no-cache}: a browser keeps it, and asks
 * whether it is still current, which costs an empty 304. A longer life would be wrong here: while a release rolls out, page,
 * style and script must come from the same version.
 */
@Singleton
public class StaticFiles {
    private static final String FOLDER = "META-INF/resources/";
    private static final Pattern PATH = Pattern.compile("/([a-z0-9-]+\\.([a-z]+))");
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css;charset=UTF-8",
            "html", "text/html;charset=UTF-8",
            "js", "text/javascript;charset=UTF-8",
            "svg", "image/svg+xml",
            "txt", "text/plain;charset=UTF-8");

    /** A browser asks for the icon by itself where a page names none, as when it opens an answer of the API. */
    private static final Map<String, String> ALIASES =
            Map.of("/", "/index.html", "/room", "/room.html", "/favicon.ico", "/favicon.svg");

    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

    private record StaticFile(String type, Body plain, Body gzip) {}

    private record Body(Buffer bytes, String etag) {}

    void register(@Observes Router router) {
        router.route().order(-1).handler(this::serve); // before Quarkus' own handler, which knows no ETag
        router.route().order(30_000).handler(context -> Problem.of(404, "There is nothing here. The page is at /.")
                .answer(context));
    }

    private void serve(RoutingContext context) {
        HttpServerRequest request = context.request();
        StaticFile file = file(ALIASES.getOrDefault(request.path(), request.path()));
        if (file == null) {
            context.next();
            return;
        }
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            context.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            Problem.of(405, "This is a file: send GET or HEAD.").answer(context);
            return;
        }
        Body body = accepts(request, "gzip") ? file.gzip : file.plain;
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.ETAG, body.etag)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (matches(list(request, HttpHeaders.IF_NONE_MATCH), body.etag)) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.type);
        if (body == file.gzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        if (request.method() == HttpMethod.HEAD) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.bytes.length()))
                    .end();
        } else {
            response.end(body.bytes);
        }
    }

    /** @return the file at that path, or null if there is none */
    private StaticFile file(String path) {
        StaticFile file = files.get(path);
        if (file == null) {
            file = read(path);
            if (file != null) {
                files.put(path, file);
            }
        }
        return file;
    }

    private static StaticFile read(String path) {
        Matcher match = PATH.matcher(path);
        if (!match.matches() || !TYPES.containsKey(match.group(2))) {
            return null;
        }
        ClassLoader classes = Thread.currentThread().getContextClassLoader();
        try (InputStream in = classes.getResourceAsStream(FOLDER + match.group(1))) {
            if (in == null) {
                return null;
            }
            byte[] plain = in.readAllBytes();
            ByteArrayOutputStream gzip = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
                out.write(plain);
            }
            return new StaticFile(TYPES.get(match.group(2)), body(plain), body(gzip.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A compressed body is another representation, and needs an ETag of its own (RFC 9110, section 8.8.3.3). */
    private static Body body(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Body(Buffer.buffer(bytes), '"' + HexFormat.of().formatHex(hash, 0, 16) + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** @return the members of a list field, whatever lines they come in (RFC 9110, section 5.3) */
    private static String[] list(HttpServerRequest request, CharSequence field) {
        return String.join(",", request.headers().getAll(field)).split(",");
    }

    private static boolean accepts(HttpServerRequest request, String coding) {
        for (String entry : list(request, HttpHeaders.ACCEPT_ENCODING)) {
            String[] parts = entry.strip().split("\\s*;\\s*q=");
            if (parts[0].equalsIgnoreCase(coding)) {
                return parts.length == 1 || !parts[1].matches("0(\\.0*)?");
            }
        }
        return false;
    }

    /** A weak comparison, as RFC 9110, section 13.1.2, has it for If-None-Match. */
    private static boolean matches(String[] ifNoneMatch, String etag) {
        for (String candidate : ifNoneMatch) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }
}
