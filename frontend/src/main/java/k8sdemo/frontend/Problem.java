package k8sdemo.frontend;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Why a request was not answered: a problem detail as RFC 9457 defines it.
 *
 * @param status the status of the answer
 * @param detail one sentence for a person: what is wrong, and what to do; plain text of our own, never of a client's
 */
record Problem(int status, String detail) {
    /** What a browser without JavaScript shows; its style is the page's. */
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              <title>No answer</title>
              <link rel="icon" href="/favicon.svg">
              <link rel="stylesheet" href="/style.css">
            </head>
            <body>
              <main class="plain">
                <h1>No answer yet</h1>
                <p class="problem">%s</p>
                <p><a href="/">Back to the form</a></p>
              </main>
            </body>
            </html>
            """;

    /** @return the status in words (RFC 9110, section 15) */
    private String title() {
        return status == 413
                ? "Content Too Large"
                : HttpResponseStatus.valueOf(status).reasonPhrase();
    }

    static Problem of(int status, String detail) {
        return new Problem(status, detail);
    }

    /** Ends the request: with a page for a browser that follows a form or a link, else as JSON. */
    void answer(RoutingContext context) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        context.response().setStatusCode(status);
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.startsWith("text/html")) {
            context.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/html;charset=UTF-8");
            context.end(PAGE.formatted(detail));
        } else {
            context.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json");
            context.end(new JsonObject()
                    .put("type", "about:blank")
                    .put("title", title())
                    .put("status", status)
                    .put("detail", detail)
                    .toBuffer());
        }
    }
}
