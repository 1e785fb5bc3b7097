// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwaggerUiFilesTest {
    /** Nobody can write there, not even root. */
    private static final String NOWHERE = "/proc/nowhere";

    private static FileSystemOptions choose(String... places) {
        VertxOptions options = new VertxOptions();
        options.getFileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
        SwaggerUiFiles.choose(options, places);
        return options.getFileSystemOptions();
    }

    @Test
    void go_to_the_first_place_that_can_be_written(@TempDir Path folder) {
        FileSystemOptions chosen = choose(NOWHERE, folder.toString(), "/");
        assertTrue(chosen.isClassPathResolvingEnabled());
        assertTrue(chosen.isFileCachingEnabled());
        assertEquals(folder, Path.of(chosen.getFileCacheDir()).getParent());
    }

    @Test
    void are_not_served_where_nothing_can_be_written() {
        assertFalse(choose(NOWHERE, NOWHERE).isClassPathResolvingEnabled());
    }
}
