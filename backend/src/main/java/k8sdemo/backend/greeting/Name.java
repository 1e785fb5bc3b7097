// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.greeting;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.hibernate.validator.constraints.CodePointLength;

/**
 * The rules for a name. A name is data: markup, quotes, emoji and right-to-left text are all welcome and come back as they
 * went in. A name that shows nothing, or cannot come back intact, is refused.
 */
@NotNull(message = "is required")
@CodePointLength(max = Name.MAX_LENGTH, message = "must be at most {max} characters long")
@Pattern(regexp = "(?s)" + Name.INVISIBLE + "*+.+", message = "must not be blank")
@Pattern(regexp = "\\P{Cc}*", message = "must not contain control characters")
@Pattern(regexp = Name.WELL_FORMED, message = "must be well-formed Unicode, sent as UTF-8")
@Constraint(validatedBy = {})
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER})
public @interface Name {
    /** In Unicode code points, so that a simple emoji counts as one. */
    int MAX_LENGTH = 100;

    /** Spaces, format characters, marks without a letter, and what Unicode draws as nothing (Default_Ignorable_Code_Point). */
    String INVISIBLE =
            "[\\s\\p{Z}\\p{Cf}\\p{M}\\u115F\\u1160\\u2065\\u2800\\u3164\\uFFA0\\uFFF0-\\uFFF8\\x{E0000}-\\x{E0FFF}]";

    /** No lone surrogate, and no replacement character: decoders put it in place of bytes that are not UTF-8. */
    String WELL_FORMED = "[^\\p{Cs}\\uFFFD]*";

    /** @return nothing: each rule has its own message */
    String message() default "";

    /** @return the groups of Bean Validation; unused */
    Class<?>[] groups() default {};

    /** @return the payload of Bean Validation; unused */
    Class<? extends Payload>[] payload() default {};
}
