package dev.berth.testing;

import dev.berth.platform.db.DatabaseConfig;
import dev.berth.testing.Platform.Node;
import java.nio.file.Path;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/**
 * One node with all that it needs, for the test classes that want nothing special of it: a parameter as {@link Services}
 * is. It starts when it is first asked for, lives until the last class, and has a Redis and a Kafka that nobody empties.
 * Whoever shares it is to be alone with what it makes: accounts, listings and mail addresses of its own.
 */
public final class CommonNode implements AutoCloseable {
    private final Services services;
    private final Platform platform;
    private final Node node;
    private @Nullable Node second;

    CommonNode(Servers servers) throws Exception {
        services = new Services(servers);
        Path folder = servers.emptied("common");
        platform = new Platform(
                        new Platform.Backends(
                                DatabaseConfig.of(services.migratedDatabase()),
                                servers.anotherRedis("redis-common"),
                                servers.anotherKafka("kafka-common")),
                        folder,
                        Collections.nCopies(2, Platform.Place.HERE))
                .set("bookings.chargeTimeout", "30s")
                // Calendars of other servers are those of tests, and looked at soon.
                .set("calendars.imports.privateNetworks", "true")
                .set("calendars.imports.refreshPause", "0s")
                .set("calendars.imports.look", "200ms");
        node = platform.start();
    }

    public Platform platform() {
        return platform;
    }

    public Node node() {
        return node;
    }

    /** Another node of the same cluster, which starts when it is first asked for and lives as long as the first: nobody ends either. */
    public synchronized Node second() throws InterruptedException {
        Node known = second;
        if (known == null) {
            known = platform.start();
            second = known;
        }
        return known;
    }

    @Override
    public void close() {
        platform.close();
        services.close();
    }
}
