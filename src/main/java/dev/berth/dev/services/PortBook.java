package dev.berth.dev.services;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
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
        Path file = folder.resolve("ports.properties");
        try {
            Properties remembered = new Properties();
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    remembered.load(reader);
                }
            }
            Map<String, Integer> ports = new HashMap<>();
            List<String> without = new ArrayList<>();
            for (String name : names) {
                String text = remembered.getProperty(name, "");
                int port = text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
                if (port > 0 && port < 1 << Character.SIZE && !ports.containsValue(port) && FreePorts.isFree(port)) {
                    ports.put(name, port);
                } else {
                    without.add(name);
                }
            }
            Iterator<Integer> free = FreePorts.find(names.size()).stream()
                    .filter(port -> !ports.containsValue(port))
                    .iterator();
            for (String name : without) {
                ports.put(name, free.next());
            }
            for (Map.Entry<String, Integer> entry : ports.entrySet()) {
                remembered.setProperty(entry.getKey(), entry.getValue().toString());
            }
            try (Writer writer = Files.newBufferedWriter(file)) {
                remembered.store(writer, null);
            }
            return new PortBook(ports);
        } catch (IOException e) {
            throw new ServiceException("cannot keep ports in " + file + ": " + e, e);
        }
    }

    public int port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException("no port is kept for " + name);
        }
        return port;
    }
}
