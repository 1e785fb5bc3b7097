// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

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
 * Reads a {@link GreetingRequest} from a form. Not {@code @RestForm}: there, Quarkus 3.33 responds to a malformed escape with
 * a 500, and one method could not take JSON as well.
 */
@Provider
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class GreetingForm implements MessageBodyReader<GreetingRequest> {
    @Override
    public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == GreetingRequest.class;
    }

    @Override
    public GreetingRequest readFrom(
            Class<GreetingRequest> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        String form = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        try {
            List<String> names = Arrays.stream(form.split("&"))
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
