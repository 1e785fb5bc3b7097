// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which URL of the page make prints. For the forward itself, see {@link OpenTest}. */
class PageUrlTest extends StandIns {
    /**
     * @param loadBalancer the address of the Service; empty if it has none
     * @param answering the hosts and ports at which the page answers, as a pattern of the shell
     * @param kernel what uname -r says
     */
    private void page(String loadBalancer, String answering, String kernel) throws IOException {
        kubectl(
                "*loadBalancer*) printf '" + loadBalancer + "' ;;",
                "*nodePort*) printf 30123 ;;",
                "*'get nodes'*) printf '172.18.0.2 fd00::2' ;;");
        standIn("curl", "case \"$*\" in *//%s/*) ;; *) exit 28 ;; esac".formatted(answering));
        standIn("uname", "if [ \"$1\" = -r ]; then echo %s; else echo Linux; fi".formatted(kernel));
    }

    @ParameterizedTest
    @CsvSource({
        "minikube, 10.96.0.9,    10.96.0.9:8080,     The page: http://10.96.0.9:8080",
        "kind,     '',           172.18.0.2:30123,   The page: http://172.18.0.2:30123",
        "minikube, 10.96.0.9,    172.18.0.2:30123,   'http://10.96.0.9:8080, which may be an old one.\nThe page: http://172.18.0.2:30123'",
        "gke,      2001:db8::7,  *2001:db8::7*:8080, The page: http://[2001:db8::7]:8080"
    })
    void open_prints_the_first_url_that_answers(String target, String loadBalancer, String answering, String says)
            throws IOException {
        page(loadBalancer, answering, LINUX);
        assertSucceeded(make("open TARGET=" + target), says + "\n");
    }

    /** The browser runs in Windows, where the addresses of containers lead nowhere, although they answer in WSL. */
    @Test
    void open_prints_no_address_of_a_container_in_wsl() throws IOException {
        page("172.18.0.9", "*", WSL);
        assertSucceeded(run("scripts/open", "look"), "To forward a port to it: make open");
        page("127.0.0.1", "*", WSL);
        assertSucceeded(make("open"), "The page: http://127.0.0.1:8080");
    }

    @Test
    void open_forwards_a_port_if_nothing_answers_and_only_once() throws IOException {
        page("", "localhost:*", LINUX);
        Path java = folder.resolve("java");
        executable(
                "java", "#!/bin/bash\necho \"$$ http://localhost:$6\" >$7\necho \"$*\" >" + java + "\nexec sleep 60\n");
        executable("javac", "#!/bin/bash\necho javac 17\n");
        environment.put("JAVA_HOME", null);
        ProcessBuilder open = new ProcessBuilder("scripts/open").directory(project.toFile());
        environment.forEach((name, value) -> Command.set(open.environment(), name, value));
        Process forward = open.start();
        try {
            await().until(() -> Files.exists(java) && Files.size(java) > 0);
            assertThat(java).content().contains("k8s-demo-frontend:8080 127.0.0.1 ");
            assertSucceeded(make("open"), "The page: http://localhost:80");
        } finally {
            forward.destroy();
        }
    }

    @Test
    void open_waits_for_the_address_of_a_tunnel_that_is_running() throws IOException {
        page("", "10.96.0.9:8080", LINUX);
        Path asked = folder.resolve("asked");
        kubectl("*loadBalancer*) if [ -e %1$s ]; then printf 10.96.0.9; else touch %1$s; fi ;;".formatted(asked));
        standIn("pgrep", "[[ $* == *minikube*tunnel* ]]");
        assertSucceeded(make("open TARGET=minikube"), "The page: http://10.96.0.9:8080");
    }
}
