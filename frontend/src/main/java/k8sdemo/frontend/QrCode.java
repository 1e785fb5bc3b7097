// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import java.util.Map;

/**
 * A QR code of a URL.
 *
 * @param svg as a picture, with the URL as its title
 * @param text for a terminal
 */
record QrCode(String svg, String text) {
    /** The light modules around a code that readers need (ISO/IEC 18004). */
    private static final int QUIET_ZONE = 4;

    /** Black on white in every terminal: these two of the 256 colours belong to no theme. */
    private static final String BLACK_ON_WHITE = "\u001b[38;5;16;48;5;231m";

    private static final String RESET = "\u001b[0m";

    /** @param url at most 300 characters, none of which XML escapes */
    static QrCode of(String url) {
        try {
            BitMatrix modules = new QRCodeWriter()
                    .encode(url, BarcodeFormat.QR_CODE, 0, 0, Map.of(EncodeHintType.MARGIN, QUIET_ZONE));
            return new QrCode(svg(modules, url), text(modules));
        } catch (WriterException e) {
            throw new IllegalStateException("a URL always fits", e);
        }
    }

    private static String svg(BitMatrix modules, String title) {
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < modules.getHeight(); y++) {
            for (int x = 0; x < modules.getWidth(); x++) {
                if (modules.get(x, y)) {
                    path.append('M').append(x).append(' ').append(y).append("h1v1h-1z");
                }
            }
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" shape-rendering="crispEdges">\
                <title>%s</title><path fill="#fff" d="M0 0h%1$dv%2$dH0z"/><path d="%s"/></svg>
                """.formatted(modules.getWidth(), modules.getHeight(), title, path);
    }

    /** A character is two modules high. */
    private static String text(BitMatrix modules) {
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < modules.getHeight(); y += 2) {
            text.append(BLACK_ON_WHITE);
            for (int x = 0; x < modules.getWidth(); x++) {
                boolean upper = modules.get(x, y);
                boolean lower = y + 1 < modules.getHeight() && modules.get(x, y + 1);
                text.append(upper ? (lower ? '█' : '▀') : (lower ? '▄' : ' '));
            }
            text.append(RESET).append('\n');
        }
        return text.toString();
    }
}
