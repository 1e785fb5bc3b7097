// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of the head of an HTTP/1 request that Netty's decoder leaves open (RFC 9112, RFC 9110). */
final class HttpHead {
    /** A registered name, an IPv4 or an IPv6 address, and a port (RFC 3986, section 3.2.2); empty is allowed too. */
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]{0,5})?");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#@]*)(.*)");

    private HttpHead() {}

    /**
     * Checks a head.
     *
     * @param request as Netty decoded it
     * @return why the request is refused, or null if it is fine
     */
    static Problem check(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (version != HttpVersion.HTTP_1_0 && version != HttpVersion.HTTP_1_1) {
            return Problem.of(505, "This server speaks HTTP/1.1 and HTTP/2: send one of these versions.");
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1
                || (hosts.isEmpty() && version == HttpVersion.HTTP_1_1)
                || !hosts.stream().allMatch(host -> HOST.matcher(host.strip()).matches())) {
            return Problem.of(400, "The request must have one Host field: send the server's name and port.");
        }
        Problem unreadable = checkTransferEncoding(request);
        return unreadable != null ? unreadable : checkTarget(request);
    }

    /** RFC 9112, section 6.1 and section 6.3, rule 4: only a body whose last coding is chunked has an end. */
    private static Problem checkTransferEncoding(HttpRequest request) {
        List<String> codings = tokens(request.headers(), HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.isEmpty() && !request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return null;
        }
        if (request.protocolVersion() == HttpVersion.HTTP_1_0
                || codings.indexOf("chunked") != codings.size() - 1
                || codings.isEmpty()) {
            return Problem.of(400, "The body has no clear end: send Content-Length, or Transfer-Encoding: chunked.");
        }
        return codings.size() == 1
                ? null
                : Problem.of(501, "This server knows one transfer coding: send Transfer-Encoding: chunked.");
    }

    /** RFC 9112, section 3.2. */
    private static Problem checkTarget(HttpRequest request) {
        String target = request.uri();
        if (target.startsWith("/")
                || ABSOLUTE.matcher(target).matches()
                || (target.equals("*") && request.method() == HttpMethod.OPTIONS)) {
            String path = target.substring(0, endOfPath(target));
            return hasBrokenEscape(path)
                    ? Problem.of(400, "The address is not well-formed: write a percent sign as %25.")
                    : null;
        }
        return Problem.of(400, "The address must begin with a slash, as in GET /David.");
    }

    /**
     * Brings a head that is fine into the form that everything behind relies on: the target begins with its path, and has no
     * character that a URI does not have; a semicolon in the path is data (Jakarta REST would take it for a parameter, so
     * that one path could be written in many ways); each Connection option stands in a line of its own.
     *
     * @param request a request that {@link #check} found no fault with
     * @return whether the connection closes after the answer
     */
    static boolean prepare(HttpRequest request) {
        HttpHeaders headers = request.headers();
        Matcher absolute = ABSOLUTE.matcher(request.uri());
        if (!request.uri().startsWith("/") && absolute.matches()) {
            headers.set(HttpHeaderNames.HOST, absolute.group(1)); // RFC 9112, section 3.2.2
            request.setUri(absolute.group(2).startsWith("/") ? absolute.group(2) : "/" + absolute.group(2));
        }
        request.setUri(encoded(request.uri()));
        List<String> options = tokens(headers, HttpHeaderNames.CONNECTION);
        // A Content-Length beside Transfer-Encoding marks a smuggled request. Netty refuses it, or removes the length,
        // depending on its version: so nothing that follows chunks is trusted (RFC 9112, section 6.3, rule 3).
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && !options.contains("close")) {
            options.add("close");
        }
        if (!options.isEmpty()) {
            headers.set(HttpHeaderNames.CONNECTION, options);
        }
        if (tokens(headers, HttpHeaderNames.UPGRADE).contains("h2c")) {
            headers.remove(HttpHeaderNames.UPGRADE); // deprecated, and may be ignored (RFC 9113, section 3.1)
        }
        return request.protocolVersion() == HttpVersion.HTTP_1_1
                ? options.contains("close")
                : !options.contains("keep-alive");
    }

    /** @return the members of a list field in lower case, whatever lines they come in (RFC 9110, section 5.3) */
    private static List<String> tokens(HttpHeaders headers, CharSequence name) {
        List<String> tokens = new ArrayList<>();
        for (String line : headers.getAll(name)) {
            for (String token : line.split(",")) {
                if (!token.isBlank()) {
                    tokens.add(token.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return tokens;
    }

    private static int endOfPath(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target.length() : query;
    }

    private static boolean hasBrokenEscape(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (!isEscape(text, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEscape(String text, int percent) {
        return percent + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(percent + 1))
                && HexFormat.isHexDigit(text.charAt(percent + 2));
    }

    /**
     * Escapes what a URI cannot hold (RFC 3986, section 2) and browsers send all the same, in a query above all (WHATWG URL,
     * "query percent-encode set"). Netty decodes each byte to one character, so a character is one byte here.
     */
    private static String encoded(String target) {
        int path = endOfPath(target);
        StringBuilder encoded = null;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            boolean allowed = c == '%' ? isEscape(target, i) : c == ';' ? i > path : isUriCharacter(c);
            if (!allowed && encoded == null) {
                encoded = new StringBuilder(target.substring(0, i));
            }
            if (!allowed) {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            } else if (encoded != null) {
                encoded.append(c);
            }
        }
        return encoded == null ? target : encoded.toString();
    }

    private static boolean isUriCharacter(char c) {
        return c < 0x7F && (Character.isLetterOrDigit(c) || "-._~:/?@!$&'()*+,=".indexOf(c) >= 0);
    }
}
