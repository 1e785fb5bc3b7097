// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import k8sdemo.backend.http.ProblemException;

/**
 * The rules for a name. A name is data: markup, quotes, emoji and right-to-left text are all welcome and come back as they
 * went in. A name that shows nothing, or cannot come back intact, is refused.
 */
final class Name {
    /** In Unicode code points, so that a simple emoji counts as one. */
    static final int MAX_LENGTH = 100;

    private Name() {}

    /**
     * @param name what was submitted, or null if nothing was
     * @return the same name
     * @throws ProblemException 400, naming the rule that the name breaks
     */
    static String check(String name) {
        if (name == null) {
            throw refused("is required");
        }
        if (name.codePoints().allMatch(Name::isInvisible)) {
            throw refused("must not be blank");
        }
        if (name.codePointCount(0, name.length()) > MAX_LENGTH) {
            throw refused("must be at most " + MAX_LENGTH + " characters long");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw refused("must not contain control characters");
        }
        if (name.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw refused("must be well-formed Unicode");
        }
        return name;
    }

    private static ProblemException refused(String rule) {
        return ProblemException.badField("name", rule);
    }

    private static boolean isInvisible(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.getType(c) == Character.FORMAT
                || c == 0x2800 // the Braille pattern without dots
                || isIgnorable(c);
    }

    /** Unicode's Default_Ignorable_Code_Point, without those of the general category Format; the JDK does not know it. */
    private static boolean isIgnorable(int c) {
        return c == 0x034F
                || c == 0x115F
                || c == 0x1160
                || c == 0x17B4
                || c == 0x17B5
                || (c >= 0x180B && c <= 0x180F)
                || c == 0x2065
                || c == 0x3164
                || (c >= 0xFE00 && c <= 0xFE0F)
                || c == 0xFFA0
                || (c >= 0xFFF0 && c <= 0xFFF8)
                || (c >= 0xE0000 && c <= 0xE0FFF);
    }
}
