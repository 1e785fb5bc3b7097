// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which URL of the page make prints. */
class PageUrlTest extends StandIns {
    /**
     * @param mapped the port of this machine that leads to the page; empty if the cluster has none
     * @param loadBalancer the address of the Service; empty if it has none
     * @param answering the hosts and ports at which the page answers, as a pattern of the shell
     * @param kernel what uname -r says
     */
    private void page(String mapped, String loadBalancer, String answering, String kernel) throws IOException {
        kubectl(
                "*loadBalancer*) printf '" + loadBalancer + "' ;;",
                "*nodePort*) printf 30123 ;;",
                "*'get nodes'*) printf '172.18.0.2 fd00::2' ;;");
        ports(mapped, "");
        standIn("curl", "case \"$*\" in *//%s/*) ;; *) exit 28 ;; esac".formatted(answering));
        standIn("uname", "if [ \"$1\" = -r ]; then echo %s; else echo Linux; fi".formatted(kernel));
    }

    @ParameterizedTest
    @CsvSource({
        "minikube,             9080, 10.96.0.9,   *,                   http://localhost:9080",
        "kind,                 9080, '',          localhost:9080,      http://localhost:9080",
        "kind NAMESPACE=other, 9080, '',          *,                   http://172.18.0.2:30123",
        "minikube,             '',   10.96.0.9,   10.96.0.9:8080,      http://10.96.0.9:8080",
        "minikube,             '',   10.96.0.9,   172.18.0.2:30123,    http://172.18.0.2:30123",
        "gke,                  '',   2001:db8::7, *2001:db8::7*:8080,  http://[2001:db8::7]:8080"
    })
    void open_prints_the_first_url_that_answers(
            String target, String mapped, String loadBalancer, String answering, String url) throws IOException {
        page(mapped, loadBalancer, answering, LINUX);
        assertSucceeded(make("open TARGET=" + target), "The page: " + url + "\n");
    }

    /** The browser runs in Windows, where the addresses of containers lead nowhere, although they answer in WSL. */
    @Test
    void open_prints_no_address_of_a_container_in_wsl() throws IOException {
        page("", "172.18.0.9", "*", WSL);
        assertSucceeded(run("scripts/open", "look"), "To forward a port to it: make open");
        page("8080", "172.18.0.9", "*", WSL);
        assertSucceeded(make("open"), "The page: http://localhost:8080\n");
    }

    @Test
    void open_forwards_a_port_if_nothing_answers_and_says_when_that_ends() throws IOException {
        page("", "", "nothing", LINUX);
        int port = App.freePort();
        assertSucceeded(
                make("open FRONTEND_PORT=" + port),
                "The page: http://localhost:" + port + "   (until Ctrl-C, or until the pod behind it ends",
                "make cluster");
        assertThat(calls("kubectl"))
                .last()
                .asString()
                .endsWith("port-forward service/k8s-demo-frontend " + port + ":8080");
    }
}
