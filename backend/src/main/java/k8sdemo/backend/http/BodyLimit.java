// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Bounds each body. {@code quarkus.http.limits.max-body-size} would, too, but it responds without a body and closes the
 * connection, and with it every other HTTP/2 stream (HttpServerCommonHandlers in Quarkus 3.33).
 */
@Provider
public class BodyLimit implements ReaderInterceptor {
    /** In bytes: a name of 100 characters fills at most 1,200 in a form. */
    private static final int MAX_BODY = 8 * 1024;

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        byte[] body = context.getInputStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new ProblemException(413, "The body must be at most " + MAX_BODY + " bytes long.");
        }
        context.setInputStream(new ByteArrayInputStream(body));
        return context.proceed();
    }
}
