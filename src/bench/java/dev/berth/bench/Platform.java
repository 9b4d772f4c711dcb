package dev.berth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The platform under load: one that runs already, or one of its own with the dev services and a node in a process of
 * its own.
 */
final class Platform implements AutoCloseable {
    private static final Path FOLDER = Path.of("target", "bench").toAbsolutePath();
    private static final Pattern READY = Pattern.compile("Berth runs at\\s+(\\S+)");
    private static final Pattern JOINED = Pattern.compile("runs at\\s+(\\S+)");
    /** The last of its command line: the supervisor names it as a property only. */
    private static final String NODE_CLASS = "dev.berth.Main\0";

    private static final long MIB = 1_024 * 1_024;

    private final URI url;
    private final Optional<URI> database;
    private final Optional<Child> child;
    private Optional<Child> further = Optional.empty();
    private Optional<NodeProcess> joined = Optional.empty();

    private Platform(URI url, Optional<URI> database, Optional<Child> child) {
        this.url = url;
        this.database = database;
        this.child = child;
    }

    static Platform of(Options options) {
        if (options.url().isPresent()) {
            return new Platform(options.url().get(), options.database(), Optional.empty());
        }
        Child child = demo();
        URI url = address(child.await(READY));
        return new Platform(url, Optional.of(databaseOfDemo()), Optional.of(child));
    }

    private static Child demo(String... arguments) {
        return Child.java(List.of("-Dberth.demo.folder=" + FOLDER, "-Xmx768m"), "dev.berth.dev.Demo", arguments);
    }

    private static URI address(String url) {
        return URI.create(url.replace("localhost", "127.0.0.1"));
    }

    /** Its first node; only where the platform is the program's own. */
    NodeProcess node() {
        return new NodeProcess(
                child.orElseThrow(() -> new IllegalStateException("this case starts a platform of its own: no --url")),
                NODE_CLASS,
                url);
    }

    /** One more node that has joined it; the same whenever it is asked for. */
    NodeProcess second() {
        if (joined.isEmpty()) {
            Child started = demo("node");
            further = Optional.of(started);
            joined = Optional.of(new NodeProcess(started, NODE_CLASS, address(started.await(JOINED))));
        }
        return joined.get();
    }

    private static URI databaseOfDemo() {
        JsonMapper json = Json.mapper();
        try {
            JsonNode environment = json.readTree(Files.readString(FOLDER.resolve("services.json")))
                    .path("environment");
            String address = environment.path("BERTH_DATABASE_URL").asText();
            return URI.create(address.replaceFirst(
                    "//",
                    "//" + environment.path("BERTH_DATABASE_USER").asText() + ":"
                            + environment.path("BERTH_DATABASE_PASSWORD").asText() + "@"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return url;
    }

    /** Its PostgreSQL, when it is known. */
    Optional<URI> database() {
        return database;
    }

    /** The resident memory of the node, such as {@code 310 MB}; empty when it is not ours. */
    String memory() {
        return child.map(process -> process.residentBytes(NODE_CLASS))
                .filter(bytes -> bytes > 0)
                .map(bytes -> "node " + bytes / MIB + " MB")
                .orElse("");
    }

    @Override
    public void close() {
        further.ifPresent(Child::close);
        child.ifPresent(Child::close);
    }
}
