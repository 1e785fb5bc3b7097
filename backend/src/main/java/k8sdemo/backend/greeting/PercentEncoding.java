// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Strict decoding of percent-encoded UTF-8 (RFC 3986, section 2.1). The decoders of the JDK and of the server put a
 * replacement character where the bytes are not UTF-8, but a name must come back intact or be refused.
 */
final class PercentEncoding {
    private PercentEncoding() {}

    /**
     * @param encoded the characters of a path segment, as they stand in the request
     * @return what they encode
     * @throws CharacterCodingException if an escape is cut short, is not hexadecimal, or the bytes are not UTF-8
     */
    static String decodePath(String encoded) throws CharacterCodingException {
        byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
        return decode(bytes, 0, bytes.length, false);
    }

    /**
     * @param bytes a form's body, of which a part is decoded: here a plus sign is a space (WHATWG URL, section 5.1)
     * @param from the part's first byte
     * @param to the byte behind its last
     * @return what they encode
     * @throws CharacterCodingException if an escape is cut short, is not hexadecimal, or the bytes are not UTF-8
     */
    static String decodeForm(byte[] bytes, int from, int to) throws CharacterCodingException {
        return decode(bytes, from, to, true);
    }

    private static String decode(byte[] bytes, int from, int to, boolean plusIsSpace) throws CharacterCodingException {
        ByteBuffer decoded = ByteBuffer.allocate(to - from);
        for (int i = from; i < to; i++) {
            if (bytes[i] == '%') {
                int high = i + 2 < to ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < to ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new CharacterCodingException();
                }
                decoded.put((byte) (high << 4 | low));
                i += 2;
            } else {
                decoded.put(plusIsSpace && bytes[i] == '+' ? (byte) ' ' : bytes[i]);
            }
        }
        return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
    }
}
