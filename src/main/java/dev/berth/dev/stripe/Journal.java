package dev.berth.dev.stripe;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * A file of lines that only grows while it is open. A line counts once it is on the disk; lines that come while the disk is
 * busy are written together.
 */
final class Journal implements AutoCloseable {
    private final FileChannel channel;
    private final Context context;
    private final Queue<String> waiting = new ConcurrentLinkedQueue<>();

    private Journal(FileChannel channel, Context context) {
        this.channel = channel;
        this.context = context;
    }

    /** Reads every whole line; the last one may be torn by a crash, nobody was told of it. */
    static void read(Path file, Consumer<String> lines) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        String content = Files.readString(file);
        int begin = 0;
        int end = content.indexOf('\n');
        while (end >= 0) {
            lines.accept(content.substring(begin, end));
            begin = end + 1;
            end = content.indexOf('\n', begin);
        }
    }

    /** Begins the file anew with {@code lines}, all of them or none, and opens it for more. */
    static Journal open(Path file, List<String> lines, Context context) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        FileChannel channel = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        for (String line : lines) {
            write(channel, line);
        }
        channel.force(true);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new Journal(channel, context);
    }

    /** Completes when the line is on the disk. */
    Future<Void> append(String line) {
        waiting.add(line);
        return context.executeBlocking(
                        () -> {
                            // One that finds nothing was written, and forced, together with an earlier one.
                            boolean wrote = false;
                            for (String next = waiting.poll(); next != null; next = waiting.poll()) {
                                write(channel, next);
                                wrote = true;
                            }
                            if (wrote) {
                                channel.force(false);
                            }
                            return wrote;
                        },
                        true)
                .mapEmpty();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(FileChannel channel, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
