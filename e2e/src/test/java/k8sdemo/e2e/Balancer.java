package k8sdemo.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/** A service in front of backends that, like kube-proxy, balances connections at random and knows nothing about HTTP. */
final class Balancer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final List<Integer> ports = new CopyOnWriteArrayList<>();
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
        vertx.createNetClient()
                .connect(port, "localhost")
                .onSuccess(backend -> {
                    client.closeHandler(closed -> backend.close());
                    backend.closeHandler(closed -> client.close());
                    backend.handler(client::write);
                    client.handler(backend::write).resume();
                })
                .onFailure(refused -> client.close());
    }

    void add(App backend) {
        ports.add(backend.port());
    }

    void remove(App backend) {
        ports.remove((Integer) backend.port());
    }

    String url() {
        return "http://localhost:" + server.actualPort();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
