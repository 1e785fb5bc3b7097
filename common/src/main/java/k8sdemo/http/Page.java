// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

/** The frame of the pages that a browser gets when it follows a form or a link without JavaScript. */
public final class Page {
    /** The media type of a page. */
    public static final String MEDIA_TYPE = "text/html;charset=UTF-8";

    private static final String HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
              <title>%s</title>
              <link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/style.css">
            </head>
            <body>
              <main class="plain">
                <h1>%1$s</h1>
                %s
              </main>
            </body>
            </html>
            """;

    private Page() {}

    /**
     * Frames a page in the style of the frontend's page.
     *
     * @param title the title and the headline, as HTML
     * @param content what follows the headline, as HTML: escape a client's text first
     * @return the whole document
     */
    public static String of(String title, String content) {
        return HTML.formatted(title, content.strip());
    }

    /**
     * Tells what a client prefers: a browser that follows a form or a link asks for {@code text/html} first, everything
     * else wants data.
     *
     * @param accept the Accept field of the request, or null
     * @return whether to answer with a page
     */
    public static boolean isPreferred(String accept) {
        return accept != null && accept.stripLeading().startsWith("text/html");
    }
}
