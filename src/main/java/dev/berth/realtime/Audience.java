package dev.berth.realtime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The sockets of one event loop that hear one address. */
final class Audience {
    private static final byte[] RELOAD = "{\"reload\":true}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "}".getBytes(StandardCharsets.US_ASCII);

    private final String address;
    private final byte[] start;
    private final Hub hub;
    private final Runnable release;
    private final List<Seat> seats = new ArrayList<>();
    private long emptySinceNanos = System.nanoTime();

    /**
     * @param address plain characters only, none that JSON would escape
     * @param release ends what feeds it
     */
    Audience(String address, Hub hub, Runnable release) {
        this.address = address;
        this.start =
                ("{\"type\":\"rec\",\"address\":\"" + address + "\",\"body\":").getBytes(StandardCharsets.US_ASCII);
        this.hub = hub;
        this.release = release;
    }

    String address() {
        return address;
    }

    Seat sit(Peer peer) {
        Seat seat = new Seat(this, peer, seats.size());
        seats.add(seat);
        hub.metrics().subscriptions.increment();
        return seat;
    }

    /** Whether nobody has heard it for so long that nothing of it is on its way any more. */
    boolean isAbandoned(long nowNanos, long lingerNanos) {
        return seats.isEmpty() && nowNanos - emptySinceNanos > lingerNanos;
    }

    void release() {
        release.run();
    }

    /** Sends a body, JSON in UTF-8, to everybody; who cannot take it now is told to reload later. */
    void tell(byte[] body) {
        int sent = 0;
        try (Frame frame = frame(body)) {
            // Backwards, because a seat that is left meanwhile is filled from the end.
            for (int i = seats.size() - 1; i >= 0; i--) {
                if (seats.get(i).peer.deliver(frame, this)) {
                    sent++;
                }
            }
        }
        hub.metrics().deliveries.add(sent);
    }

    /** The message that makes a page take a snapshot. */
    Frame reload() {
        return frame(RELOAD);
    }

    private Frame frame(byte[] body) {
        byte[] json = new byte[start.length + body.length + END.length];
        System.arraycopy(start, 0, json, 0, start.length);
        System.arraycopy(body, 0, json, start.length, body.length);
        System.arraycopy(END, 0, json, start.length + body.length, END.length);
        return hub.frame(json);
    }

    /** A socket's place in an audience. */
    static final class Seat {
        private final Audience audience;
        private final Peer peer;
        private int index;
        private long expiresAtMillis = Long.MAX_VALUE;

        private Seat(Audience audience, Peer peer, int index) {
            this.audience = audience;
            this.peer = peer;
            this.index = index;
        }

        Audience audience() {
            return audience;
        }

        long expiresAtMillis() {
            return expiresAtMillis;
        }

        void expiresAtMillis(long millis) {
            expiresAtMillis = millis;
        }

        /** Leaves; the last seat takes this one's place, so that leaving costs the same in any audience. */
        void leave() {
            List<Seat> seats = audience.seats;
            Seat last = seats.removeLast();
            if (last != this) {
                last.index = index;
                seats.set(index, last);
            }
            audience.hub.metrics().subscriptions.decrement();
            if (seats.isEmpty()) {
                audience.emptySinceNanos = System.nanoTime();
            }
        }
    }
}
