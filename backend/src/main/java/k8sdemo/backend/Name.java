package k8sdemo.backend;

/**
 * The rules of a name. A name is data: markup, quotes, emoji and right-to-left text are all welcome, and come back as
 * they went in. What cannot be shown, or cannot come back intact, is refused.
 */
final class Name {
    /** In Unicode code points: an emoji of one code point counts as one. */
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
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT;
    }
}
