package dev.berth.access;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What gates, their owners and sensors can ask. Only the owner of a listing (with the token that its devices carry) or an
 * administrator is answered about its gates; others are refused with FORBIDDEN.
 */
public sealed interface AccessCommand<R extends Message> extends Command<R> {
    String ADDRESS = "access.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** Which way through a gate. */
    enum Direction {
        ENTRY,
        EXIT
    }

    /** What somebody shows to a gate. */
    enum CredentialType {
        QR,
        PIN,
        PLATE
    }

    enum Decision {
        ALLOW,
        DENY
    }

    /** How a plate that was read fits the one that is known: as it is, or but for one letter that cameras mix up. */
    enum PlateMatch {
        EXACT,
        OCR
    }

    /** What a gate does while nobody can be asked. */
    enum FailMode {
        OPEN,
        CLOSED
    }

    /**
     * @param value the text of a QR code, six digits, or a plate as it was read
     * @param confidence of the camera that has read a plate, 0 to 1; null for 1
     */
    record Credential(
            CredentialType type, String value, @Nullable Double confidence) {
        public Credential(CredentialType type, String value) {
            this(type, value, null);
        }

        /** Digits and codes open gates: they are for no log. */
        @Override
        public String toString() {
            return "Credential[" + type + "]";
        }
    }

    /**
     * Somebody stands before a gate. Repeatable by its request, which has the same answer again.
     *
     * @param device which gate, in the owner's own words, 1 to 64 characters
     * @param at when, if not now: from half an hour ago on; UNPROCESSABLE otherwise
     * @param request the client's, for this actor; null to decide anew each time
     */
    record AttemptAccess(
            Principal actor,
            ListingId listing,
            String device,
            Direction direction,
            Credential credential,
            @Nullable Instant at,
            @Nullable String request)
            implements AccessCommand<AccessDecision> {}

    /**
     * What the gate does.
     *
     * @param reason always there when it stays shut
     * @param bookingId whose right it is, if that is known
     * @param subscriptionId whose monthly pass it is, if it is one
     */
    record AccessDecision(
            UUID attemptId,
            Decision decision,
            @Nullable AccessReason reason,
            @Nullable BookingId bookingId,
            @Nullable PlateMatch plateMatch,
            @Nullable SubscriptionId subscriptionId)
            implements Message {
        /** Of a booking, or of nobody. */
        public AccessDecision(
                UUID attemptId,
                Decision decision,
                @Nullable AccessReason reason,
                @Nullable BookingId bookingId,
                @Nullable PlateMatch plateMatch) {
            this(attemptId, decision, reason, bookingId, plateMatch, null);
        }
    }

    /**
     * The attempts at a listing's gates, newest first.
     *
     * @param before the last one of the page before
     */
    record ReadAccessLog(
            Principal actor, ListingId listing, @Nullable UUID before, int limit)
            implements AccessCommand<AccessLogPage> {}

    /** @param next what to ask the next page with, null at the end */
    record AccessLogPage(
            List<AccessLogEntry> entries, @Nullable UUID next) implements Message {
        public AccessLogPage {
            entries = List.copyOf(entries);
        }
    }

    /**
     * @param plate as it was read, normalised; null when it was no plate or some time has passed
     * @param plateHash what is left of the plate after that: the same for the same plate
     */
    record AccessLogEntry(
            UUID id,
            Instant at,
            String device,
            Direction direction,
            CredentialType credential,
            Decision decision,
            @Nullable AccessReason reason,
            @Nullable BookingId bookingId,
            @Nullable String plate,
            @Nullable String plateHash,
            @Nullable PlateMatch plateMatch,
            @Nullable SubscriptionId subscriptionId) {}

    /** How a listing's gates behave. */
    record GetGate(Principal actor, ListingId listing) implements AccessCommand<GateSettings> {}

    /**
     * What is null of what gates see stays as it is.
     *
     * @param expectedVersion null for whatever it is now; else PRECONDITION_FAILED when it is another
     */
    record SetGate(
            Principal actor,
            ListingId listing,
            @Nullable Long expectedVersion,
            FailMode failEntry,
            FailMode failExit,
            boolean reentry,
            boolean closed,
            @Nullable Boolean seesEntry,
            @Nullable Boolean seesExit,
            @Nullable Boolean releaseNoShows)
            implements AccessCommand<GateSettings> {
        public SetGate(
                Principal actor,
                ListingId listing,
                @Nullable Long expectedVersion,
                FailMode failEntry,
                FailMode failExit,
                boolean reentry,
                boolean closed) {
            this(actor, listing, expectedVersion, failEntry, failExit, reentry, closed, null, null, null);
        }
    }

    /**
     * @param reentry whether a right lets its holder in again after leaving
     * @param closed whether nobody comes in until it is opened again; who is inside can leave
     * @param seesEntry nobody comes in unseen: who was not seen has not come (RULES 19)
     * @param seesExit nobody goes unseen: who was not seen inside has gone (RULES 20)
     * @param releaseNoShows whether the slot of a driver who has not come may be sold again (RULES 19)
     * @param version 0 while the owner has said nothing
     */
    record GateSettings(
            ListingId listingId,
            FailMode failEntry,
            FailMode failExit,
            boolean reentry,
            boolean closed,
            boolean seesEntry,
            boolean seesExit,
            boolean releaseNoShows,
            long version)
            implements Message {}

    /** A sensor of the actor's listing has counted. One that is stale or older than what is known changes nothing. */
    record RecordReading(Principal actor, Reading reading) implements AccessCommand<Done> {}

    /**
     * A count (RULES 40).
     *
     * @param free places, as counted; null when the taken ones were counted
     * @param occupied places; null when the free ones were counted
     * @param source which sensor, 1 to 64 characters
     * @param confidence 0 to 1
     */
    record Reading(
            ListingId listing,
            @Nullable Integer free,
            @Nullable Integer occupied,
            String source,
            double confidence,
            Instant observedAt) {
        public Reading {
            if ((free == null) == (occupied == null)) {
                throw new IllegalArgumentException("either free or occupied is counted");
            }
        }
    }

    /** How full a listing is now, for everybody. */
    record GetOccupancy(ListingId listing) implements AccessCommand<Occupancy> {}

    /**
     * @param free places that a driver without a booking could take
     * @param booked slots that bookings and blocks take now
     * @param arrived bookings among them whose holder is inside
     * @param reading what a sensor has counted lately; null when none has
     */
    record Occupancy(
            ListingId listingId,
            int capacity,
            int free,
            int booked,
            int arrived,
            Instant at,
            @Nullable SensorReading reading)
            implements Message {}

    /** @param free places as counted, or as follows from the taken ones, within the capacity */
    record SensorReading(int free, Instant observedAt, String source, double confidence) {}

    /** The pass of a booking on paper; the same refusals as of the pass itself. */
    record PrintPass(Principal actor, BookingId booking, String language) implements AccessCommand<PrintedPass> {}

    /** @param pdf in base64, as it would travel between nodes anyway */
    record PrintedPass(String pdf) implements Message {
        @Override
        public String toString() {
            return "PrintedPass[" + pdf.length() + " characters]";
        }
    }
}
