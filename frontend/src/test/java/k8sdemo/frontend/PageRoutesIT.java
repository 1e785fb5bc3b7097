// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same cases against the packaged application. */
@QuarkusIntegrationTest
class PageRoutesIT extends PageRoutesTest {}
