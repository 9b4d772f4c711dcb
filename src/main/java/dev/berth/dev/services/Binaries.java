package dev.berth.dev.services;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Server programs out of jars of the class path, unpacked once per version into a folder of this user. Several JVMs may do
 * it at once: each unpacks aside and moves its folder into place, the first one wins.
 */
public final class Binaries {
    private static final int EXECUTABLE_BY_OWNER = 0100;

    private final Path folder;

    public Binaries(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** The folder that this user's programs keep such things in, shared by all working copies. */
    public static Binaries ofUser() {
        String caches = System.getenv("XDG_CACHE_HOME");
        Path base = caches != null && Path.of(caches).isAbsolute()
                ? Path.of(caches)
                : Path.of(System.getProperty("user.home"), ".cache");
        return new Binaries(base.resolve("berth"));
    }

    interface Unpacking {
        void into(Path target, InputStream content) throws IOException;
    }

    /** The folder with the unpacked resource. */
    Path unpacked(String resource, Unpacking unpacking) {
        URL url = Binaries.class.getResource(resource);
        if (url == null) {
            throw new ServiceException("the class path has no " + resource + ": there is no server for this machine ("
                    + Launcher.operatingSystem() + ", " + Launcher.architecture() + ")");
        }
        try {
            URLConnection connection = url.openConnection();
            connection.setUseCaches(false);
            Path ready = folder.resolve(nameOf(resource, connection));
            if (Files.isDirectory(ready)) {
                return ready;
            }
            Files.createDirectories(folder);
            Path aside = Files.createTempDirectory(folder, "unpacking-");
            try (InputStream content = connection.getInputStream()) {
                unpacking.into(aside, content);
                aside.toFile().setExecutable(true, false);
                aside.toFile().setReadable(true, false);
                moveIntoPlace(aside, ready);
            } finally {
                delete(aside);
            }
            return ready;
        } catch (IOException e) {
            throw new ServiceException("cannot unpack " + resource + " into " + folder + ": " + e, e);
        }
    }

    /** Another version is another content: the check sum in the jar's index tells without reading it. */
    private static String nameOf(String resource, URLConnection connection) throws IOException {
        String name = resource.substring(resource.lastIndexOf('/') + 1);
        long sum = connection instanceof JarURLConnection jar
                ? jar.getJarEntry().getCrc()
                : connection.getContentLengthLong();
        return name + "-" + HexFormat.of().toHexDigits(sum, 8);
    }

    private static void moveIntoPlace(Path aside, Path ready) throws IOException {
        try {
            Files.move(aside, ready, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another JVM was faster.
        } catch (IOException e) {
            if (!Files.isDirectory(ready)) {
                throw e;
            }
        }
    }

    static void unpackTarXz(Path target, InputStream content) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(content)))) {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("entry outside of the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(path.getParent());
                    Files.deleteIfExists(path);
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
                    if ((entry.getMode() & EXECUTABLE_BY_OWNER) != 0) {
                        path.toFile().setExecutable(true, false);
                    }
                }
                entry = tar.getNextEntry();
            }
        }
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> paths = Files.walk(path)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
