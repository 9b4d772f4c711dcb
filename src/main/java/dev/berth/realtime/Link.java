package dev.berth.realtime;

/** The way to one browser: a WebSocket or one of SockJS's XHR transports. Used by its event loop only. */
interface Link {
    void send(Frame frame);

    /** Whether so much waits for the browser that no more change should be added. */
    boolean isFull();

    /** Whether messages of the browser are read; those that are not wait in the browser's own queue. */
    void read(boolean wanted);

    /** Answers a ping of the bridge protocol, in the way that clients of this transport understand. */
    void pong();

    /** Says on a quiet line that the server lives. */
    void heartbeat();

    /** Ends it, telling the browser why. */
    void close(Closing reason);

    /** Ends it at once, because the browser does not read any more. */
    void abort();

    /** What the link tells its peer. */
    interface Listener {
        void received(String message);

        void filled();

        void drained();

        void closed();
    }

    /** Why a socket is ended; the codes are WebSocket's. */
    enum Closing {
        SILENT(1001, "no ping"),
        BROKEN(1007, "not the bridge protocol"),
        FLOODING(1008, "too many messages"),
        TOO_LARGE(1009, "message too large"),
        /** The page connects again, and a load balancer sends it to another node. */
        RESTARTING(1012, "service restart");

        private final int code;
        private final String text;

        Closing(int code, String text) {
            this.code = code;
            this.text = text;
        }

        int code() {
            return code;
        }

        String text() {
            return text;
        }
    }
}
