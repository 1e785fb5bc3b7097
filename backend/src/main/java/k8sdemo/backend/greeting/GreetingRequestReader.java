// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.CharacterCodingException;
import k8sdemo.backend.http.ProblemException;

/**
 * Reads a submitted name from a form or from JSON, strictly: refuses a body that is too long, not well-formed or
 * ambiguous and says why, where a lenient parser would greet somebody else.
 */
@Provider
@Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.APPLICATION_JSON})
public class GreetingRequestReader implements MessageBodyReader<GreetingRequest> {
    /** In bytes: a name of 100 characters fills at most 1,200 in a form. */
    static final int MAX_BODY = 8 * 1024;

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    @Override
    public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == GreetingRequest.class;
    }

    /** @throws ProblemException 413 over {@link #MAX_BODY}, 400 if the body is not well-formed or the name is refused */
    @Override
    public GreetingRequest readFrom(
            Class<GreetingRequest> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream stream)
            throws IOException {
        byte[] body = stream.readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new ProblemException(413, "The body must be at most " + MAX_BODY + " bytes long.");
        }
        return new GreetingRequest(
                mediaType.isCompatible(MediaType.APPLICATION_JSON_TYPE) ? nameInJson(body) : nameInForm(body));
    }

    private static String nameInJson(byte[] body) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw malformed("The body is not well-formed JSON: send {\"name\":\"Ana\"}.");
        }
        if (!json.isObject()) {
            throw malformed("The body must be a JSON object: send {\"name\":\"Ana\"}.");
        }
        JsonNode name = json.get("name");
        if (name != null && !name.isTextual()) {
            throw ProblemException.badField("name", "must be a string");
        }
        return name == null ? null : name.textValue();
    }

    private static String nameInForm(byte[] body) {
        String name = null;
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i < body.length && body[i] != '&') {
                continue;
            }
            int equals = start;
            while (equals < i && body[equals] != '=') {
                equals++;
            }
            try {
                if (PercentEncoding.decodeForm(body, start, equals).equals("name")) {
                    if (name != null) {
                        throw ProblemException.badField("name", "must be given once");
                    }
                    name = PercentEncoding.decodeForm(body, Math.min(equals + 1, i), i);
                }
            } catch (CharacterCodingException e) {
                throw malformed("The form is not well-formed: percent-encode its fields as UTF-8.");
            }
            start = i + 1;
        }
        return name;
    }

    private static ProblemException malformed(String detail) {
        return new ProblemException(400, detail);
    }
}
