package dev.berth.dev.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** TCP ports of this machine that nobody listens on. */
public final class FreePorts {
    /** Below the range from which systems take ports of outgoing connections: a port that is free stays free. */
    private static final int LOWEST = 12_000;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 2_000;

    private FreePorts() {}

    /** {@code count} different free ports. */
    public static List<Integer> find(int count) {
        RandomGenerator random = RandomGenerator.getDefault();
        Set<Integer> found = new LinkedHashSet<>();
        for (int attempt = 0; attempt < ATTEMPTS && found.size() < count; attempt++) {
            int port = random.nextInt(LOWEST, HIGHEST);
            if (!found.contains(port) && isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new ServiceException("found no " + count + " free ports between " + LOWEST + " and " + HIGHEST);
        }
        return List.copyOf(found);
    }

    /** Whether a server could listen there on all addresses, the loopback address among them. */
    public static boolean isFree(int port) {
        // Somebody may listen on all addresses, which leaves the loopback address free on some systems.
        return binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                && binds(new InetSocketAddress(port));
    }

    /**
     * Never listens: a process that another thread starts just now has copies of all sockets until it has closed them, and
     * a copy that listens would make the port look taken to the next who asks.
     */
    private static boolean binds(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            // As servers do: connections that are just being forgotten do not make a port taken.
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A taken port is fatal: whoever listens there is not the server that we start. */
    static void require(String server, int port) {
        if (!isFree(port)) {
            throw new ServiceException(
                    server + " cannot start: port " + port + " of this machine is taken by another program");
        }
    }
}
