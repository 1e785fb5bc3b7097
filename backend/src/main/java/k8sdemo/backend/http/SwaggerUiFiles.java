// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.http;

import io.quarkus.logging.Log;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where Vert.x unpacks Swagger UI, which it can only serve from files: for temporary files, or in memory, which a pod with a
 * read-only file system still has. The app starts without either, and only Swagger UI is missing.
 */
@Singleton
public class SwaggerUiFiles implements VertxOptionsCustomizer {
    /** Turns on what the settings of both apps turn off, if there is a place for it. */
    @Override
    public void accept(VertxOptions options) {
        choose(options, System.getProperty("java.io.tmpdir"), "/dev/shm");
    }

    static void choose(VertxOptions options, String... places) {
        for (String place : places) {
            if (Files.isWritable(Path.of(place))) {
                options.getFileSystemOptions()
                        .setFileCacheDir(Path.of(place, "vertx-cache").toString()) // Vert.x makes the name unique
                        .setFileCachingEnabled(true)
                        .setClassPathResolvingEnabled(true);
                return;
            }
        }
        Log.info("No Swagger UI: no folder can be written, neither for temporary files nor in memory");
    }
}
