package dev.berth.dev.services;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The ports of a folder's servers, by name. They stay the same from start to start, so that open pages, bookmarks and
 * database tools find everything again; one that is taken meanwhile is replaced.
 */
public final class PortBook {
    private final Map<String, Integer> ports;

    private PortBook(Map<String, Integer> ports) {
        this.ports = ports;
    }

    /** All of {@code names}, each with a port that is free now. */
    public static PortBook open(Path folder, List<String> names) {
        return open(folder, names, Map.of());
    }

    /** @param preferred what a name without a port gets, if it is free */
    public static PortBook open(Path folder, List<String> names, Map<String, Integer> preferred) {
        Path file = folder.resolve("ports.properties");
        try {
            Properties remembered = new Properties();
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    remembered.load(reader);
                }
            }
            Map<String, Integer> ports = new HashMap<>();
            for (String name : names) {
                int port = number(remembered.getProperty(name, ""));
                if (port == 0 || ports.containsValue(port) || !FreePorts.isFree(port)) {
                    port = fresh(preferred.getOrDefault(name, 0), remembered, ports);
                }
                ports.put(name, port);
            }
            ports.forEach((name, port) -> remembered.setProperty(name, port.toString()));
            try (Writer writer = Files.newBufferedWriter(file)) {
                remembered.store(writer, null);
            }
            return new PortBook(ports);
        } catch (IOException e) {
            throw new ServiceException("cannot keep ports in " + file + ": " + e, e);
        }
    }

    private static int fresh(int preferred, Properties remembered, Map<String, Integer> ports) {
        int port = preferred;
        while (port == 0
                || ports.containsValue(port)
                || remembered.containsValue(Integer.toString(port))
                || !FreePorts.isFree(port)) {
            port = FreePorts.find(1).getFirst();
        }
        return port;
    }

    private static int number(String text) {
        int port = text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
        return port < 1 << Character.SIZE ? port : 0;
    }

    public int port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException("no port is kept for " + name);
        }
        return port;
    }
}
