package dev.berth.dev;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** A file of a node's output, that begins anew when it is full; the one before is kept. */
final class NodeLog implements Consumer<String> {
    private static final long BYTES_MAX = 20L << 20;

    private final Path file;
    private BufferedWriter writer;
    private long bytes;

    NodeLog(Path file) {
        this.file = file;
        try {
            Files.createDirectories(file.getParent());
            bytes = Files.exists(file) ? Files.size(file) : 0;
            writer = open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file() {
        return file;
    }

    @Override
    public synchronized void accept(String line) {
        try {
            if (bytes > BYTES_MAX) {
                writer.close();
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                writer = open();
                bytes = 0;
            }
            writer.write(line);
            writer.newLine();
            writer.flush();
            bytes += line.length() + 1L;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BufferedWriter open() throws IOException {
        return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
