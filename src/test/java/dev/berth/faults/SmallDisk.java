package dev.berth.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder on a disk that is soon full, where this process may mount one; else an ordinary folder. */
final class SmallDisk implements AutoCloseable {
    private static final int MEBIBYTES = 400;
    private static final int BLOCK = 1 << 20;

    private final Path folder;
    private final boolean isSmall;

    private SmallDisk(Path folder, boolean isSmall) {
        this.folder = folder;
        this.isSmall = isSmall;
    }

    static SmallDisk mounted(Path folder) throws IOException {
        Files.createDirectories(folder);
        boolean isSmall = Shell.isRoot()
                && Shell.works("mount", "-t", "tmpfs", "-o", "size=" + MEBIBYTES + "m", "tmpfs", folder.toString());
        return new SmallDisk(folder, isSmall);
    }

    boolean isSmall() {
        return isSmall;
    }

    /** Leaves no byte free. */
    void fill() {
        // Smaller and smaller pieces: what is left at the end is less than a page.
        for (int piece = BLOCK; piece > 0; piece /= 16) {
            try (OutputStream out = Files.newOutputStream(ballast(piece))) {
                byte[] bytes = new byte[piece];
                while (true) {
                    out.write(bytes);
                }
            } catch (IOException full) {
                // That is what was wanted.
            }
        }
    }

    /** Takes away what {@link #fill} has put there. */
    void free() {
        try {
            for (int piece = BLOCK; piece > 0; piece /= 16) {
                Files.deleteIfExists(ballast(piece));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path ballast(int piece) {
        return folder.resolve("ballast" + piece);
    }

    @Override
    public void close() {
        if (isSmall) {
            Shell.run("umount", folder.toString());
        }
    }
}
