package dev.berth.search;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.berth.platform.bus.Bus;
import dev.berth.values.ListingId;
import dev.berth.values.Tile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pins of this node as a stream for each tile: a snapshot, and after it numbered messages without a gap. What changes
 * within a few milliseconds goes in one message, encoded once however many browsers hear it. A snapshot shows also what
 * waits to be published, under the number before: hearing that again changes nothing.
 */
final class PinStream {
    /** How far a map goes on from the epoch is its own business; here it tells one start of a node from the next. */
    private final long epoch;

    private final Vertx vertx;
    private final Bus bus;
    private final SearchIndex index;
    private final long batchMillis;
    private final Clock clock;
    private final SearchMetrics metrics;
    private final JsonFactory json = new JsonFactory();
    /** Only of tiles in which something has changed since the start. */
    private final Map<Tile, Changes> tiles = new HashMap<>();

    private final Set<Tile> due = new LinkedHashSet<>();
    private final Map<Tile, Encoded> encoded = new HashMap<>();
    private final long snapshotAgeMillis;
    private final long snapshotBytesMax;
    private long encodedBytes;

    /** A tile's snapshot as it was sent. */
    private record Encoded(long seq, long atMillis, String digest, Buffer json) {}

    private static final class Changes {
        long seq;
        /** Whether it is gone from the tile. */
        final Map<ListingId, Boolean> waiting = new LinkedHashMap<>();
    }

    PinStream(Vertx vertx, Bus bus, SearchIndex index, SearchConfig config, Clock clock, SearchMetrics metrics) {
        this.vertx = vertx;
        this.bus = bus;
        this.index = index;
        this.batchMillis = Math.max(1, config.pinBatch().toMillis());
        this.snapshotAgeMillis = config.snapshotAge().toMillis();
        this.snapshotBytesMax = config.snapshotCache().value();
        this.clock = clock;
        this.metrics = metrics;
        this.epoch = clock.millis();
    }

    void changed(Tile tile, ListingId listing) {
        tell(tile, listing, false);
    }

    void gone(Tile tile, ListingId listing) {
        tell(tile, listing, true);
    }

    private void tell(Tile tile, ListingId listing, boolean isGone) {
        tiles.computeIfAbsent(tile, created -> new Changes()).waiting.put(listing, isGone);
        if (due.isEmpty()) {
            vertx.setTimer(batchMillis, timer -> flush());
        }
        due.add(tile);
    }

    private void flush() {
        List<Tile> now = new ArrayList<>(due);
        due.clear();
        for (Tile tile : now) {
            Changes changes = tiles.get(tile);
            if (changes != null) {
                publish(tile, changes);
            }
        }
    }

    private void publish(Tile tile, Changes changes) {
        changes.seq++;
        Instant now = clock.instant();
        int[] count = {0};
        Buffer message = write(out -> {
            out.writeStartObject();
            out.writeNumberField("epoch", epoch);
            out.writeNumberField("seq", changes.seq);
            out.writeArrayFieldStart("pins");
            for (Map.Entry<ListingId, Boolean> change : changes.waiting.entrySet()) {
                int ordinal = change.getValue() ? -1 : index.find(change.getKey());
                if (ordinal >= 0) {
                    write(out, index.pin(ordinal, now));
                    count[0]++;
                }
            }
            out.writeEndArray();
            out.writeArrayFieldStart("gone");
            for (Map.Entry<ListingId, Boolean> change : changes.waiting.entrySet()) {
                if (change.getValue()) {
                    out.writeString(change.getKey().toString());
                }
            }
            out.writeEndArray();
            out.writeEndObject();
        });
        changes.waiting.clear();
        bus.publishLocal("pins." + tile, message);
        metrics.pins.increment(count[0]);
        metrics.pinMessages.increment();
    }

    /**
     * {@code {"tile","epoch","seq","pins":[…]}}, or {@code {"tile","epoch","seq","same":true}} for whoever has exactly these
     * pins already. Encoded once for all who ask before anything changes: after an outage everybody asks at once.
     *
     * @param digest of the pins that the asker has, or empty
     */
    Buffer snapshot(Tile tile, String digest) {
        Encoded known = encoded.get(tile);
        long seq = seq(tile);
        if (known == null || known.seq != seq || isWaiting(tile) || isOld(known)) {
            known = encode(tile, seq);
            keep(tile, known);
        }
        return known.digest.equals(digest) ? same(tile, seq) : known.json;
    }

    private long seq(Tile tile) {
        Changes changes = tiles.get(tile);
        return changes == null ? 0 : changes.seq;
    }

    /** Whether it has changed since its last message, so that the same number may stand for more than before. */
    private boolean isWaiting(Tile tile) {
        Changes changes = tiles.get(tile);
        return changes != null && !changes.waiting.isEmpty();
    }

    /** What is free now changes with the time alone. */
    private boolean isOld(Encoded known) {
        return Math.abs(clock.millis() - known.atMillis) >= snapshotAgeMillis;
    }

    private void keep(Tile tile, Encoded fresh) {
        Encoded before = encoded.put(tile, fresh);
        encodedBytes += fresh.json.length() - (before == null ? 0 : before.json.length());
        if (encodedBytes > snapshotBytesMax) {
            encoded.clear();
            encodedBytes = 0;
        }
    }

    private Buffer same(Tile tile, long seq) {
        return write(out -> {
            out.writeStartObject();
            out.writeStringField("tile", tile.toString());
            out.writeNumberField("epoch", epoch);
            out.writeNumberField("seq", seq);
            out.writeBooleanField("same", true);
            out.writeEndObject();
        });
    }

    private Encoded encode(Tile tile, long seq) {
        Instant now = clock.instant();
        PinDigest digest = new PinDigest();
        Buffer json = write(out -> {
            out.writeStartObject();
            out.writeStringField("tile", tile.toString());
            out.writeNumberField("epoch", epoch);
            out.writeNumberField("seq", seq);
            out.writeArrayFieldStart("pins");
            List<Pin> pins = new ArrayList<>();
            index.inTile(tile, ordinal -> pins.add(index.pin(ordinal, now)));
            for (Pin pin : pins) {
                write(out, pin);
                digest.add(pin.id().toString(), pin.version());
            }
            out.writeEndArray();
            out.writeEndObject();
        });
        return new Encoded(seq, now.toEpochMilli(), digest.toString(), json);
    }

    private static void write(JsonGenerator out, Pin pin) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", pin.id().toString());
        out.writeNumberField("lat", pin.location().lat());
        out.writeNumberField("lng", pin.location().lng());
        out.writeNumberField("v", pin.version());
        out.writeStringField("type", pin.type().name());
        out.writeStringField("title", pin.title());
        out.writeNullField("rating");
        out.writeNumberField("capacity", pin.capacity());
        out.writeNumberField("free", pin.free());
        out.writeArrayFieldStart("busy");
        int[] busy = pin.busy();
        for (int i = 0; i < busy.length; i += BusySteps.STRIDE) {
            out.writeArray(busy, i, BusySteps.STRIDE);
        }
        out.writeEndArray();
        out.writeStringField("currency", pin.currency());
        writeTariff(out, pin);
        out.writeStringField("tz", pin.timeZone());
        out.writeBooleanField("instantBook", pin.instantBook());
        // What is rarely true costs nothing where it is not: each byte goes to everybody who looks.
        if (pin.accessibleOnly()) {
            out.writeBooleanField("accessible", true);
        }
        if (pin.demo()) {
            out.writeBooleanField("demo", true);
        }
        if (pin.limited()) {
            out.writeBooleanField("limited", true);
        }
        out.writeEndObject();
    }

    /** Null where only the server can tell the price. */
    private static void writeTariff(JsonGenerator out, Pin pin) throws IOException {
        Integer hour = pin.hour();
        Integer day = pin.day();
        if (hour == null) {
            out.writeNullField("tariff");
            return;
        }
        out.writeObjectFieldStart("tariff");
        out.writeNumberField("hour", hour);
        if (day == null) {
            out.writeNullField("day");
        } else {
            out.writeNumberField("day", day);
        }
        out.writeEndObject();
    }

    private interface Writing {
        void to(JsonGenerator out) throws IOException;
    }

    private Buffer write(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator out = json.createGenerator(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
