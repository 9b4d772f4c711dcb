package dev.berth.realtime;

import io.netty.channel.EventLoop;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;

/**
 * A session of one of SockJS's fallbacks, which Vert.x frames and times. It queues without bound and says that nothing
 * waits as soon as a response has taken it, so what waits is counted here, until it is on the wire.
 */
final class XhrLink implements Link {
    private final SockJSSocket socket;
    private final EventLoop loop;
    private final int sizeMax;
    private final int queueSizeMax;
    private Listener listener = NOBODY;
    private int waiting;
    private boolean isFull;
    private boolean isClosed;

    XhrLink(SockJSSocket socket, EventLoop loop, RealtimeConfig config) {
        this.socket = socket;
        this.loop = loop;
        this.sizeMax = config.messageSizeMax().intValue();
        this.queueSizeMax = config.queueSizeMax().intValue();
    }

    void start(Listener hearing) {
        listener = hearing;
        socket.handler(bytes -> onLoop(() -> {
            if (isClosed) {
                return;
            }
            if (bytes.length() > sizeMax) {
                close(Closing.TOO_LARGE);
            } else {
                hearing.received(bytes.toString());
            }
        }));
        socket.exceptionHandler(fault -> onLoop(this::abort));
        socket.closeHandler(ignored -> onLoop(() -> {
            isClosed = true;
            hearing.closed();
        }));
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    @Override
    public void send(Frame frame) {
        if (isClosed) {
            return;
        }
        String text = frame.text();
        waiting += text.length();
        socket.write(text).onComplete(ignored -> onLoop(() -> written(text.length())));
        if (!isFull && waiting >= queueSizeMax) {
            isFull = true;
            loop.execute(listener::filled);
        }
    }

    private void written(int length) {
        waiting -= length;
        if (isFull && waiting <= queueSizeMax / 2) {
            isFull = false;
            loop.execute(listener::drained);
        }
    }

    @Override
    public boolean isFull() {
        return isFull;
    }

    /** Requests of the browser come one by one and are bounded by their own connection. */
    @Override
    public void read(boolean wanted) {
        if (isClosed) {
            return;
        }
        if (wanted) {
            socket.resume();
        } else {
            socket.pause();
        }
    }

    /** The answer of the request that carried the ping is answer enough. */
    @Override
    public void pong() {}

    /** Vert.x beats for its sessions itself. */
    @Override
    public void heartbeat() {}

    /** The fallbacks carry no code of ours: Vert.x says "go away", and the page connects again. */
    @Override
    public void close(Closing reason) {
        abort();
    }

    @Override
    public void abort() {
        if (!isClosed) {
            isClosed = true;
            socket.close();
            listener.closed();
        }
    }

    private static final Listener NOBODY = new Listener() {
        @Override
        public void received(String message) {}

        @Override
        public void filled() {}

        @Override
        public void drained() {}

        @Override
        public void closed() {}
    };
}
