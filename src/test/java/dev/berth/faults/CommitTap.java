package dev.berth.faults;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads along what a client of PostgreSQL sends, and is fatal to what makes a change for good: a COMMIT, or the statement
 * that places a booking, which commits by itself. The client never learns what became of it.
 */
final class CommitTap implements Wire.Tap {
    private static final String PLACING = "place_booking";
    private static final int PREFIX = 5;

    private final AtomicInteger left;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private final Set<String> placing = new HashSet<>();
    private boolean started;

    /** @param left how many more it may end, over all connections */
    CommitTap(AtomicInteger left) {
        this.left = left;
    }

    @Override
    public boolean fatal(byte[] bytes, int length) {
        waiting.write(bytes, 0, length);
        ByteBuffer in = ByteBuffer.wrap(waiting.toByteArray());
        boolean commits = false;
        while (true) {
            in.mark();
            if (in.remaining() < PREFIX) {
                break;
            }
            // The first message of a connection has no type.
            char type = started ? (char) in.get() : ' ';
            int size = in.getInt() - Integer.BYTES;
            if (in.remaining() < size) {
                in.reset();
                break;
            }
            byte[] body = new byte[size];
            in.get(body);
            if (!started) {
                // Asking for TLS comes before the real start.
                started = size > Integer.BYTES;
            } else {
                commits |= commits(type, new String(body, StandardCharsets.ISO_8859_1));
            }
        }
        waiting.reset();
        waiting.write(in.array(), in.position(), in.remaining());
        return commits && left.getAndDecrement() > 0;
    }

    private boolean commits(char type, String body) {
        int first = body.indexOf(0);
        return switch (type) {
            case 'P' -> {
                if (body.contains(PLACING)) {
                    placing.add(body.substring(0, first));
                }
                yield false;
            }
            case 'B' -> placing.contains(body.substring(first + 1, body.indexOf(0, first + 1)));
            case 'Q' -> body.startsWith("COMMIT");
            default -> false;
        };
    }
}
