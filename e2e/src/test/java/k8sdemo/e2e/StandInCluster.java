// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A stand-in for kubectl, for what scripts/Open.java asks it: a pod is a server on this machine, whose port is in the name of the
 * pod, and a file says which pods are ready.
 */
final class StandInCluster {
    private final Path folder;
    private final Path ready;

    /** @param folder where the command is to be; no pod is ready yet, and there is no Service */
    StandInCluster(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.ready = folder.resolve("ready");
        Files.writeString(kubectl(), """
                #!/bin/bash
                case "$*" in
                  *"get service"*) if [ -e %1$s ]; then echo service/here; fi ;;
                  *"get endpointslices"*)
                    said=
                    while [ -e %1$s ]; do
                      ready=$(cat %1$s)
                      if [ "$ready" != "$said" ]; then echo "slice $ready"; said=$ready; fi
                      sleep 0.05
                    done ;;
                  *port-forward*)
                    [[ $* =~ pod/pod-([0-9]+) ]]
                    echo "$$" >%2$s/forward-${BASH_REMATCH[1]}
                    echo "Forwarding from 127.0.0.1:${BASH_REMATCH[1]} -> 1"
                    exec sleep 100 ;;
                esac
                """.formatted(ready, folder));
        Files.setPosixFilePermissions(kubectl(), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path kubectl() {
        return folder.resolve("kubectl");
    }

    /** Makes the pods with these ports ready, and no other. */
    void ready(int... ports) throws IOException {
        String names = IntStream.of(ports).mapToObj(port -> "pod-" + port).collect(Collectors.joining(" "));
        Files.move(Files.writeString(folder.resolve("next"), names), ready, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes the Service. */
    void undeploy() throws IOException {
        Files.delete(ready);
    }

    /** @return the process that forwards to this pod */
    String forward(int port) throws IOException {
        return Files.readString(folder.resolve("forward-" + port)).strip();
    }
}
