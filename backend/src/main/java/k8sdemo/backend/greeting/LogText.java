// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

/** Makes a client's text safe for a line of the log: it can neither end the line nor pose as another field. */
final class LogText {
    private LogText() {}

    /**
     * @param text anything
     * @return the text in double quotes; quotes, backslashes, and characters that are invisible or change how the line
     *     is shown become the backslash escapes of Java
     */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (isSafe(c)) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }

    private static boolean isSafe(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
