// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.fault;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class BrokenReleaseIT extends BrokenReleaseTest {}
