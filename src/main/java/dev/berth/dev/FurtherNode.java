package dev.berth.dev;

import dev.berth.dev.services.FolderLock;
import dev.berth.dev.services.FreePorts;
import dev.berth.dev.services.Launcher;
import dev.berth.dev.services.ServiceException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** One more node that joins the platform which runs in a folder. */
final class FurtherNode implements AutoCloseable {
    private final Node node;
    private final ProcessHandle platform;
    private final FolderLock place;
    private final int number;
    private final int httpPort;

    /** @throws ServiceException no platform runs in the folder, or it has all nodes that it may have */
    FurtherNode(Path folder, String mainClass) throws IOException {
        Optional<FolderLock> unused = FolderLock.tryLock(folder);
        unused.ifPresent(FolderLock::close);
        Path file = folder.toAbsolutePath().normalize().resolve(Platform.SERVICES_FILE);
        if (unused.isPresent() || !Files.exists(file)) {
            throw new ServiceException("No platform runs here that a node could join: start one with `mvn` first.");
        }
        JsonObject services = PrivateFile.read(file);
        this.platform = ProcessHandle.of(services.getLong("pid"))
                .filter(ProcessHandle::isAlive)
                .orElseThrow(() -> new ServiceException("The platform is just stopping."));
        List<Integer> clusterPorts = services.getJsonArray("clusterPorts").stream()
                .map(port -> ((Number) port).intValue())
                .toList();
        int taken = 0;
        FolderLock found = null;
        for (int i = 2; i <= clusterPorts.size() && found == null; i++) {
            taken = i;
            found = FolderLock.tryLock(folder.resolve("node-" + i)).orElse(null);
        }
        if (found == null) {
            throw new ServiceException("This platform has all of its " + clusterPorts.size() + " nodes already.");
        }
        this.place = found;
        this.number = taken;
        Map<String, String> common = new TreeMap<>();
        services.getJsonObject("environment")
                .forEach(each -> common.put(each.getKey(), String.valueOf(each.getValue())));
        List<Integer> ports = FreePorts.find(2);
        this.httpPort = ports.get(0);
        this.node = new Node(
                "Node " + number,
                Launcher.detect(),
                mainClass,
                NodeEnvironment.own(common, httpPort, ports.get(1), clusterPorts.get(number - 1)),
                URI.create("http://127.0.0.1:" + ports.get(1) + "/health/ready"),
                folder.resolve("logs").resolve("node-" + number + ".log"));
    }

    /** Returns when the node is ready. */
    void awaitReady() {
        node.start();
    }

    int number() {
        return number;
    }

    String url() {
        return "http://localhost:" + httpPort;
    }

    /** Completes when the platform has ended which this node belongs to. */
    CompletableFuture<?> platformEnd() {
        return platform.onExit();
    }

    @Override
    public void close() {
        node.close();
        place.close();
    }
}
