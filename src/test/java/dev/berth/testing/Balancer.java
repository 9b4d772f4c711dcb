package dev.berth.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One address before several nodes, as a load balancer is in production: a connection goes to the first node in the
 * order of preference that takes it, and ends when that node does.
 */
public final class Balancer implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    private static final long LISTEN_SECONDS = 10;

    private final NetServer server;
    private final NetClient client;
    private final List<SocketAddress> nodes;

    /** @param ports of the nodes, best first */
    public Balancer(Vertx vertx, List<Integer> ports) throws Exception {
        this(
                ports.stream()
                        .map(port -> SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                        .toList(),
                vertx);
    }

    /** @param nodes where they are, best first */
    public static Balancer of(Vertx vertx, List<SocketAddress> nodes) throws Exception {
        return new Balancer(nodes, vertx);
    }

    private Balancer(List<SocketAddress> nodes, Vertx vertx) throws Exception {
        this.nodes = List.copyOf(nodes);
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
        this.server = vertx.createNetServer(
                        new NetServerOptions().setHost("127.0.0.1").setPort(0))
                .connectHandler(socket -> {
                    socket.pause();
                    connect(socket, 0);
                })
                .listen()
                .await(LISTEN_SECONDS, TimeUnit.SECONDS);
    }

    public String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    public int port() {
        return server.actualPort();
    }

    private void connect(NetSocket socket, int attempt) {
        if (attempt == nodes.size()) {
            socket.close();
            return;
        }
        client.connect(nodes.get(attempt)).onComplete(connected -> {
            if (connected.succeeded()) {
                join(socket, connected.result());
            } else {
                connect(socket, attempt + 1);
            }
        });
    }

    private static void join(NetSocket outer, NetSocket inner) {
        Future<Void> up = outer.pipeTo(inner);
        Future<Void> down = inner.pipeTo(outer);
        up.onComplete(ended -> inner.close());
        down.onComplete(ended -> outer.close());
        outer.resume();
    }

    @Override
    public void close() {
        server.close().eventually(client::close);
    }
}
