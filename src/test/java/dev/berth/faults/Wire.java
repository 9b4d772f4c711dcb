package dev.berth.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What stands between the nodes and a server, and can be cut, held up and slowed down. */
final class Wire implements AutoCloseable {
    private static final int BUFFER_SIZE = 64 * 1_024;
    private static final int BACKLOG = 256;

    private final InetSocketAddress entry;
    private final InetSocketAddress target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flows = lock.newCondition();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile @Nullable ServerSocket listener;
    private volatile boolean stalled;
    private volatile long delayNanos;
    private volatile @Nullable Supplier<Tap> taps;

    /** Reads what a client sends on one connection. */
    interface Tap {
        /** Whether what was sent now is to have no answer: the connection is cut once the server has it. */
        boolean fatal(byte[] bytes, int length);
    }

    /**
     * @param host the address to listen on
     * @param target the server's port on this machine's loopback address
     */
    Wire(String host, int port, int target) {
        this.entry = new InetSocketAddress(host, port);
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), target);
        open();
    }

    String host() {
        return entry.getHostString();
    }

    int port() {
        return entry.getPort();
    }

    /** Takes connections, and lets everything through at once. */
    void open() {
        stalled(false);
        delayNanos = 0;
        taps = null;
        if (listener == null) {
            try {
                ServerSocket opened = new ServerSocket();
                opened.setReuseAddress(true);
                opened.bind(entry, BACKLOG);
                listener = opened;
                Thread.ofVirtual().name("wire-" + port()).start(() -> accept(opened));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The server is gone: connections end, new ones are refused. */
    void cut() {
        ServerSocket open = listener;
        listener = null;
        quietly(open);
        links.forEach(Link::close);
    }

    /** The server takes connections and says nothing more, until {@link #open}. */
    void stall() {
        stalled(true);
    }

    /** Everything takes that much longer, in each direction. */
    void slow(Duration delay) {
        delayNanos = delay.toNanos();
    }

    /** New connections are read along; those that are there end, so that all are. */
    void tap(Supplier<Tap> tap) {
        taps = tap;
        links.forEach(Link::close);
    }

    /** Connections that a {@link Tap} has ended. */
    int cuts() {
        return cuts.get();
    }

    @Override
    public void close() {
        cut();
        stalled(false);
    }

    private void stalled(boolean now) {
        lock.lock();
        try {
            stalled = now;
            flows.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept(ServerSocket open) {
        while (!open.isClosed()) {
            try {
                Socket client = open.accept();
                Thread.ofVirtual().name("wire-link-" + port()).start(() -> join(client));
            } catch (IOException e) {
                // Closed: there is nothing more to accept.
            }
        }
    }

    private void join(Socket client) {
        Socket server = new Socket();
        Supplier<Tap> tapping = taps;
        Link link = new Link(client, server, tapping == null ? null : tapping.get());
        links.add(link);
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
            Thread.ofVirtual().name("wire-down-" + port()).start(() -> pump(link, server, client, false));
            pump(link, client, server, true);
        } catch (IOException e) {
            link.close();
        }
    }

    private void pump(Link link, Socket from, Socket to, boolean up) {
        byte[] buffer = new byte[BUFFER_SIZE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                awaitFlow();
                if (delayNanos > 0) {
                    LockSupport.parkNanos(delayNanos);
                }
                Tap tap = link.tap;
                if (up && tap != null && tap.fatal(buffer, length)) {
                    link.doomed = true;
                }
                if (!up && link.doomed) {
                    cuts.incrementAndGet();
                    break;
                }
                out.write(buffer, 0, length);
            }
        } catch (IOException e) {
            // One of the two has ended it.
        } finally {
            link.close();
        }
    }

    private void awaitFlow() {
        lock.lock();
        try {
            while (stalled) {
                flows.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        private final @Nullable Tap tap;
        private volatile boolean doomed;

        Link(Socket client, Socket server, @Nullable Tap tap) {
            this.client = client;
            this.server = server;
            this.tap = tap;
        }

        void close() {
            links.remove(this);
            quietly(client);
            quietly(server);
        }
    }

    private static void quietly(@Nullable AutoCloseable closing) {
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (Exception e) {
            // It is closed, which is all that was wanted.
        }
    }
}
