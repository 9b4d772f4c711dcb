package dev.berth.faults;

import dev.berth.platform.faults.FailPoint;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Ends the process of a node at a {@link FailPoint}, as {@code kill -9} would in that moment. A node hears of it by a file
 * in its folder: the file's name is the point, its content the event that the moment has to be about.
 */
public final class Killer implements FailPoint.Listener {
    static final int STATUS = 86;
    private static final String FOLDER = "FAIL_POINTS";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final String folder = System.getenv().getOrDefault(FOLDER, "");

    @Override
    public void reached(FailPoint point, List<?> events) {
        if (folder.isEmpty()) {
            return;
        }
        Path armed = Path.of(folder, point.name());
        try {
            if (Files.exists(armed) && isAbout(Files.readString(armed), events)) {
                // The next process is to live.
                Files.delete(armed);
                Runtime.getRuntime().halt(STATUS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAbout(String event, List<?> events) {
        return event.isEmpty()
                || events.stream()
                        .anyMatch(each -> each.getClass().getSimpleName().equals(event));
    }

    /** Lets a node be killed this way, from its next start on. */
    static void watch(Node node, Path folder) throws IOException {
        Files.createDirectories(folder);
        node.environment(FOLDER, folder.toString());
    }

    /** Waits until the node has died at the point; one that is supervised then lives again. */
    static void kill(Node node, Path folder, FailPoint point, String event) throws IOException {
        long before = deaths(node);
        Path prepared = Files.writeString(folder.resolve("prepared"), event);
        Files.move(prepared, folder.resolve(point.name()));
        Platform.await("the node has died at " + point, SOON, () -> deaths(node) > before);
    }

    private static long deaths(Node node) {
        return node.ends().stream().filter(status -> status == STATUS).count();
    }
}
