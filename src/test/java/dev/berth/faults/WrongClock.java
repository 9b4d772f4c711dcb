package dev.berth.faults;

import dev.berth.testing.Platform.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Wall clocks that are wrong, by libfaketime: installed, or else taken from Debian's package by root, without installing
 * it. What measures how long something takes stays right, as with a clock that was set wrong.
 */
final class WrongClock {
    private static final String LIBRARY = "libfaketimeMT.so.1";
    private static final Path FETCHED = Path.of("target", "faketime").toAbsolutePath();

    private WrongClock() {}

    /** Where the library is, if it can be had. */
    static Optional<Path> library() throws IOException {
        Optional<Path> installed = find(Path.of("/usr/lib"));
        if (installed.isPresent() || !Shell.isRoot()) {
            return installed;
        }
        Optional<Path> fetched = find(FETCHED);
        if (fetched.isEmpty()) {
            Files.createDirectories(FETCHED);
            Shell.works(
                    "sh",
                    "-c",
                    "cd " + FETCHED + " && apt-get -q download libfaketime && dpkg -x libfaketime_*.deb . && rm *.deb");
            fetched = find(FETCHED);
        }
        return fetched;
    }

    private static Optional<Path> find(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files =
                Files.find(folder, 6, (path, attributes) -> path.endsWith(Path.of("faketime", LIBRARY)))) {
            return files.findFirst();
        }
    }

    /** From its next start on the node's clock is off. */
    static void set(Node node, Path library, String offset) {
        node.environment("LD_PRELOAD", library.toString())
                .environment("FAKETIME", offset)
                .environment("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                // With it (the default) whatever waits for some time does not wait at all here: threads spin.
                .environment("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** From its next start on the node's clock is right. */
    static void right(Node node) {
        node.environment("LD_PRELOAD", null)
                .environment("FAKETIME", null)
                .environment("FAKETIME_DONT_FAKE_MONOTONIC", null)
                .environment("FAKETIME_FORCE_MONOTONIC_FIX", null);
    }
}
