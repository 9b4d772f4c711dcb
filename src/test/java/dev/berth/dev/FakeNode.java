package dev.berth.dev;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Takes a node's environment as a node does, and is ready. */
final class FakeNode {
    private FakeNode() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(System.getenv("BERTH_MANAGEMENT_PORT"));
        byte[] answer = System.getenv("BERTH_DATABASE_URL").getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        System.out.println("a node's own log");
        new CountDownLatch(1).await();
    }
}
