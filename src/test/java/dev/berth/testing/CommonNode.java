package dev.berth.testing;

import dev.berth.platform.db.DatabaseConfig;
import dev.berth.testing.Platform.Node;
import java.nio.file.Path;
import java.util.List;

/**
 * One node with all that it needs, for the test classes that want nothing special of it: a parameter as {@link Services}
 * is. It starts when it is first asked for, lives until the last class, and has a Redis and a Kafka that nobody empties.
 * Whoever shares it is to be alone with what it makes: accounts, listings and mail addresses of its own.
 */
public final class CommonNode implements AutoCloseable {
    private final Services services;
    private final Platform platform;
    private final Node node;

    CommonNode(Servers servers) throws Exception {
        services = new Services(servers);
        Path folder = servers.emptied("common");
        platform = new Platform(
                        new Platform.Backends(
                                DatabaseConfig.of(services.migratedDatabase()),
                                servers.anotherRedis("redis-common"),
                                servers.anotherKafka("kafka-common")),
                        folder,
                        List.of(Platform.Place.HERE))
                .set("bookings.chargeTimeout", "30s");
        node = platform.start();
    }

    public Platform platform() {
        return platform;
    }

    public Node node() {
        return node;
    }

    @Override
    public void close() {
        platform.close();
        services.close();
    }
}
