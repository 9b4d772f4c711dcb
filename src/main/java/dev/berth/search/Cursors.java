package dev.berth.search;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Signer;
import dev.berth.search.SearchCommand.Position;
import dev.berth.values.ListingId;
import dev.berth.values.TimeRange;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;

/**
 * Cursors of searches: the last position and the stay that the first page was about, which may have been "soon", signed
 * and tied to the question. What somebody has made up or taken from another question is refused.
 */
final class Cursors {
    private static final byte FORMAT = 1;
    private static final int LENGTH = 1 + Integer.BYTES + 2 * (Long.BYTES + Integer.BYTES) + 3 * Long.BYTES;

    private final Signer signer;

    Cursors(Signer signer) {
        this.signer = signer;
    }

    record Cursor(TimeRange stay, Position after) {}

    /** @param question a hash of everything that must be the same on all pages */
    String write(int question, TimeRange stay, Position after) {
        UUID id = after.id().value();
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).put(FORMAT).putInt(question);
        for (Instant instant : new Instant[] {stay.from(), stay.to()}) {
            bytes.putLong(instant.getEpochSecond()).putInt(instant.getNano());
        }
        bytes.putLong(after.key()).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return signer.sign(bytes.array());
    }

    /** @throws Rejection INVALID_CURSOR when it is not one of ours, or of another question */
    Cursor read(String text, int question) {
        byte[] payload = signer.verify(text);
        if (payload == null || payload.length != LENGTH) {
            throw invalid();
        }
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        if (bytes.get() != FORMAT || bytes.getInt() != question) {
            throw invalid();
        }
        Instant from = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
        Instant to = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
        long key = bytes.getLong();
        return new Cursor(
                new TimeRange(from, to), new Position(key, new ListingId(new UUID(bytes.getLong(), bytes.getLong()))));
    }

    private static Rejection invalid() {
        return new Rejection(ProblemType.INVALID_CURSOR, "The cursor does not belong to this search", "/query/cursor");
    }
}
