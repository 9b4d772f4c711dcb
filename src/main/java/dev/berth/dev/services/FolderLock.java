package dev.berth.dev.services;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** One JVM alone uses a folder. The lock ends with the JVM, also when it is killed, and with this object: keep it. */
public final class FolderLock implements AutoCloseable {
    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * The lock.
     *
     * @throws ServiceException somebody else has it
     */
    public static FolderLock lock(Path folder) {
        return tryLock(folder)
                .orElseThrow(() -> new ServiceException("Berth already runs with the data in "
                        + folder.toAbsolutePath().normalize()
                        + ": stop it first, or start here a further node that joins it"));
    }

    /** The lock, or nothing when somebody else has it. */
    public static Optional<FolderLock> tryLock(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            FileChannel channel =
                    FileChannel.open(absolute.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                // The channel's end is the lock's end.
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return Optional.of(new FolderLock(absolute, channel));
                }
            } catch (OverlappingFileLockException e) {
                // Somebody else is this JVM.
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw new ServiceException("cannot use the folder " + absolute + ": " + e, e);
        }
    }

    public Path path() {
        return folder;
    }

    /** A folder inside, without what was in it. */
    public Path emptied(String name) {
        Path path = folder.resolve(name);
        try {
            Binaries.delete(path);
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new ServiceException("cannot empty the folder " + path + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ServiceException("cannot give back the folder " + folder, e);
        }
    }
}
