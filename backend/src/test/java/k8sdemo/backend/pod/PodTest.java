// SPDX-License-Identifier: Apache-2.0
package k8sdemo.backend.pod;

import static k8sdemo.backend.Api.POD;
import static k8sdemo.backend.Api.get;
import static k8sdemo.backend.Api.given;
import static k8sdemo.backend.Api.postForm;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import k8sdemo.backend.WorkshopProfile;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(WorkshopProfile.class)
class PodTest {
    @Test
    void a_response_names_the_node_of_the_pod() {
        postForm("name=Ana").statusCode(200).body("node", equalTo("node-1"));
    }

    @Test
    void a_response_says_when_the_process_started() {
        String started = postForm("name=Ana").statusCode(200).extract().path("started");
        Instant process =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        assertThat(Instant.parse(started), both(greaterThan(process)).and(lessThan(Instant.now())));
        postForm("name=Bob").body("started", equalTo(started));
    }

    @Test
    void a_browser_without_javascript_shows_the_node() {
        postForm(given().accept("text/html"), "name=Ana").body(containsString("node <code>node-1</code>"));
    }

    /** The contract of the article's first demo. */
    @Test
    void a_response_in_plain_text_stays_as_it_is() {
        get("/Ana").body(equalTo("Hello Ana from " + POD + "!"));
    }
}
