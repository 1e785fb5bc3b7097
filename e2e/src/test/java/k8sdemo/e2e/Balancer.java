// SPDX-License-Identifier: Apache-2.0
package k8sdemo.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/** A service in front of backends that, like kube-proxy, balances connections at random and knows nothing about HTTP. */
final class Balancer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final List<Integer> ports = new CopyOnWriteArrayList<>();
    private final Set<Integer> cut = ConcurrentHashMap.newKeySet();
    private final Set<NetSocket> clients = ConcurrentHashMap.newKeySet();
    private final NetServer server;

    Balancer() {
        server = vertx.createNetServer()
                .connectHandler(this::connect)
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void connect(NetSocket client) {
        client.pause();
        if (ports.isEmpty()) {
            client.close();
            return;
        }
        int port = ports.get(ThreadLocalRandom.current().nextInt(ports.size()));
        if (cut.contains(port)) {
            return;
        }
        vertx.createNetClient()
                .connect(port, "localhost")
                .onSuccess(backend -> {
                    clients.add(client);
                    client.closeHandler(closed -> {
                        clients.remove(client);
                        backend.close();
                    });
                    backend.closeHandler(closed -> client.close());
                    backend.handler(data -> passOn(data, port, client));
                    client.handler(data -> passOn(data, port, backend)).resume();
                })
                .onFailure(refused -> client.close());
    }

    private void passOn(Buffer data, int port, NetSocket to) {
        if (!cut.contains(port)) {
            to.write(data);
        }
    }

    /** Cuts the cable of a backend: its connections hang, and so do the new ones to it, until the cable is mended. */
    void cut(App backend) {
        cut.add(backend.port());
    }

    void mend(App backend) {
        cut.remove(backend.port());
    }

    void add(App backend) {
        ports.add(backend.port());
    }

    /** Gives a backend no new connections; it keeps those that it has. */
    void remove(App backend) {
        ports.remove((Integer) backend.port());
    }

    /** Closes all connections. */
    void disconnect() {
        clients.forEach(NetSocket::close);
    }

    String url() {
        return "http://localhost:" + server.actualPort();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
