// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import java.util.regex.Pattern;

/**
 * The methods that a resource takes, for the Allow field of a 405 (RFC 9110, section 15.5.6): Jakarta REST leaves the field
 * out. A resource declares its own as a bean.
 *
 * @param path matches the paths of the resource
 * @param methods the value of the field, for example {@code GET, HEAD}
 */
public record AllowedMethods(Pattern path, String methods) {
    /**
     * @param path a regular expression for the whole path
     * @param methods the value of the field
     */
    public AllowedMethods(String path, String methods) {
        this(Pattern.compile(path + "/?"), methods);
    }
}
