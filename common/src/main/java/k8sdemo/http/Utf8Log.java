// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.io.UnsupportedEncodingException;
import java.util.logging.Handler;

/** Writes the log in UTF-8 whatever the locale is, as in ssh, cron or a small image: a name must be readable there too. */
@Singleton
@Startup
public class Utf8Log {
    Utf8Log() throws UnsupportedEncodingException {
        for (Handler handler : InitialConfigurator.DELAYED_HANDLER.getHandlers()) {
            handler.setEncoding("UTF-8");
        }
    }
}
