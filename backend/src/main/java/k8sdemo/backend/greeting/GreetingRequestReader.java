// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import k8sdemo.backend.http.ProblemException;

/**
 * Reads a {@link GreetingRequest} from a form or from JSON. Not {@code @RestForm}: there, Quarkus 3.33 responds to a malformed
 * escape with a 500. Nor {@code quarkus.http.limits.max-body-size}: that responds without a body, and closes the connection
 * with every other HTTP/2 stream on it (HttpServerCommonHandlers).
 */
@Provider
@Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
public class GreetingRequestReader implements MessageBodyReader<GreetingRequest> {
    /** In bytes: a name of 100 characters fills at most 1,200 in a form. */
    private static final int MAX_BODY = 8 * 1024;

    private final ObjectMapper json;

    GreetingRequestReader(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == GreetingRequest.class;
    }

    @Override
    public GreetingRequest readFrom(
            Class<GreetingRequest> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream stream)
            throws IOException {
        byte[] body = stream.readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new ProblemException(413, "The body must be at most " + MAX_BODY + " bytes long.");
        }
        return mediaType.isCompatible(MediaType.APPLICATION_JSON_TYPE) ? readJson(body) : readForm(body);
    }

    private GreetingRequest readJson(byte[] body) throws IOException {
        try {
            return json.readValue(body, GreetingRequest.class);
        } catch (IOException e) {
            throw new ProblemException(400, "The body is not well-formed JSON: send {\"name\":\"Ana\"}.");
        }
    }

    private static GreetingRequest readForm(byte[] body) {
        try {
            List<String> names = Arrays.stream(new String(body, StandardCharsets.UTF_8).split("&"))
                    .map(field -> field.split("=", 2))
                    .filter(field -> decode(field[0]).equals("name"))
                    .map(field -> field.length == 1 ? "" : decode(field[1]))
                    .toList();
            if (names.size() > 1) {
                throw new ProblemException(400, "The name must be given once.");
            }
            return new GreetingRequest(names.isEmpty() ? null : names.get(0));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "The form is not well-formed: percent-encode its fields as UTF-8.");
        }
    }

    private static String decode(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }
}
