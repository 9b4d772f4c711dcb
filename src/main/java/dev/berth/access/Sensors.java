package dev.berth.access;

import dev.berth.access.AccessCommand.Occupancy;
import dev.berth.access.AccessCommand.Reading;
import dev.berth.access.AccessCommand.RecordReading;
import dev.berth.access.AccessCommand.SensorReading;
import dev.berth.access.AccessSql.Attempt;
import dev.berth.bookings.BookingCommand.GetTaken;
import dev.berth.bookings.BookingCommand.Taken;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What cameras and sensors tell, and how full a place is by that and by its bookings (RULES 40). */
final class Sensors {
    /** What a device may be called. */
    static final int NAME_MAX_CHARACTERS = 64;

    private final Bus bus;
    private final Gates gates;
    private final Gatekeeper gatekeeper;
    private final AccessSql sql;
    private final AccessConfig config;
    private final Clock clock;
    private final AccessMetrics metrics;

    Sensors(
            Bus bus,
            Gates gates,
            Gatekeeper gatekeeper,
            AccessSql sql,
            AccessConfig config,
            Clock clock,
            AccessMetrics metrics) {
        this.bus = bus;
        this.gates = gates;
        this.gatekeeper = gatekeeper;
        this.sql = sql;
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
    }

    void record(RecordReading command) {
        gates.own(command.actor(), command.reading().listing());
        record(command.reading());
    }

    private void record(Reading reading) {
        boolean news = reading.confidence() >= config.confidenceMin()
                && sql.record(reading, config.staleAfter(), config.clockTolerance());
        (news ? metrics.readings : metrics.dropped).increment();
    }

    /**
     * From Kafka, perhaps more than once: counts of an older time change nothing, and a plate has the event's id as its
     * request.
     *
     * @throws IllegalArgumentException when it is none
     */
    void take(EventRecord record) {
        if (!(record.event() instanceof ObservationMade made)) {
            return;
        }
        if (made.source().isEmpty() || made.source().length() > NAME_MAX_CHARACTERS) {
            throw new IllegalArgumentException("a source has 1 to %d characters".formatted(NAME_MAX_CHARACTERS));
        }
        double confidence = made.confidence() == null ? 1 : made.confidence();
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("a confidence is between 0 and 1");
        }
        String plate = made.plate();
        if (plate == null) {
            record(new Reading(
                    made.listing(), made.free(), made.occupied(), made.source(), confidence, made.observedAt()));
        } else {
            see(record, made, plate, confidence);
        }
    }

    private void see(EventRecord record, ObservationMade made, String plate, double confidence) {
        if (made.direction() == null) {
            throw new IllegalArgumentException("a plate has a direction");
        }
        boolean fresh = !made.observedAt().isBefore(clock.instant().minus(config.staleAfter()));
        if (!fresh || confidence < config.confidenceMin()) {
            metrics.dropped.increment();
            return;
        }
        Attempt attempt = new Attempt(
                Ids.next(),
                record.id(),
                made.listing(),
                made.source(),
                null,
                made.direction(),
                AccessCommand.CredentialType.PLATE,
                Plates.normalised(plate),
                made.observedAt());
        try {
            gatekeeper.seen(attempt, plate);
            metrics.readings.increment();
        } catch (Rejection refused) {
            if (refused.problem().type() == ProblemType.NOT_FOUND) {
                throw new IllegalArgumentException("there is no listing " + made.listing(), refused);
            }
            throw refused;
        }
    }

    Occupancy occupancy(ListingId listing) {
        int capacity = gates.get(listing).capacity();
        Taken taken = bus.ask(new GetTaken(listing)).await();
        int booked = taken.occupations().size();
        int arrived = booked == 0 ? 0 : sql.inside(taken.occupations()).size();
        Reading reading = sql.reading(listing, config.staleAfter());
        SensorReading sensor = reading == null ? null : sensor(reading, capacity);
        int free = free(capacity, booked, arrived, sensor == null ? null : sensor.free());
        return new Occupancy(listing, capacity, free, booked, arrived, taken.now(), sensor);
    }

    private static SensorReading sensor(Reading reading, int capacity) {
        Integer occupied = reading.occupied();
        int counted = occupied == null ? orZero(reading.free()) : capacity - occupied;
        return new SensorReading(
                Math.clamp(counted, 0, capacity), reading.observedAt(), reading.source(), reading.confidence());
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    /**
     * A count says how many places are empty; those that are booked and not yet taken are among them, and are nobody
     * else's. So a count never says more than the capacity less what is booked and has not come.
     *
     * @param counted free places by a sensor; null when there is none
     */
    static int free(int capacity, int booked, int arrived, @Nullable Integer counted) {
        int expected = booked - arrived;
        int empty = counted == null ? capacity - arrived : Math.min(counted, capacity);
        return Math.max(0, empty - expected);
    }
}
