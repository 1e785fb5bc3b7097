// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import k8sdemo.http.Page;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Writes a {@link Greeting} as the page that a browser without JavaScript shows. Not a second method of the resource: to choose
 * between two, Quarkus 3.33 parses the media types, and responds to a malformed one with a 500.
 */
@Provider
@Produces(Page.MEDIA_TYPE)
public class GreetingPage implements MessageBodyWriter<Greeting> {
    private final String word;

    GreetingPage(@ConfigProperty(name = "greeting.word") String word) {
        this.word = word;
    }

    /** Escapes the name. */
    record Content(String word, Greeting greeting) implements TemplateInstance {}

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == Greeting.class;
    }

    @Override
    public void writeTo(
            Greeting greeting,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        String page = Page.of("Answered", new Content(word, greeting).render());
        out.write(page.getBytes(StandardCharsets.UTF_8));
    }
}
