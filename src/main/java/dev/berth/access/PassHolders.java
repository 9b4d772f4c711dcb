package dev.berth.access;

import dev.berth.access.AccessCommand.Direction;
import dev.berth.access.AccessCommand.PlateMatch;
import dev.berth.access.AccessSql.Attempt;
import dev.berth.access.AccessSql.Finding;
import dev.berth.access.AccessSql.PassUse;
import dev.berth.access.Judge.Verdict;
import dev.berth.bookings.BookingCommand.PassContent;
import dev.berth.identity.IdentityCommand.FindPlates;
import dev.berth.identity.IdentityCommand.Plate;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.subscriptions.SubscriptionCommand.FindPasses;
import dev.berth.subscriptions.SubscriptionCommand.PassRefusal;
import dev.berth.subscriptions.SubscriptionCommand.PassRight;
import dev.berth.values.BookingId;
import dev.berth.values.VehicleId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holders of monthly passes and permits at a gate, who are asked for where no booking opens it. Each card and each vehicle of a
 * pass can be inside once, and of all together as many as it lets in (RULES 21, 34).
 */
final class PassHolders {
    private static final Verdict UNKNOWN = Verdict.deny(AccessReason.UNKNOWN_CREDENTIAL);

    private final Bus bus;
    private final AccessConfig config;

    PassHolders(Bus bus, AccessConfig config) {
        this.bus = bus;
        this.config = config;
    }

    /** @param content of a QR code that no booking has */
    Finding ofCard(Attempt attempt, PassContent content) {
        List<PassRight> found = ask(new FindPasses(
                        attempt.listing(), content.booking().value(), null, attempt.at()))
                .rights();
        if (found.isEmpty()) {
            return new Finding(null, UNKNOWN, null, null, null);
        }
        PassRight right = found.getFirst();
        Long nonce = right.nonce();
        return nonce == null || nonce != content.nonce()
                ? new Finding(null, Verdict.deny(AccessReason.INVALID_CREDENTIAL), null, null, null)
                : finding(right, attempt, null, null);
    }

    /** @param otherwise what is to be said when no pass has this PIN */
    Finding ofPin(Attempt attempt, String pin, Finding otherwise) {
        List<PassRight> found =
                ask(new FindPasses(attempt.listing(), null, pin, attempt.at())).rights();
        if (found.isEmpty()) {
            return otherwise;
        }
        Finding best = finding(best(found), attempt, null, null);
        return best.verdict().allow() || otherwise.booking() == null ? best : otherwise;
    }

    /** @param plate normalised */
    private record Candidate(PassRight right, String plate) {}

    /**
     * @param booked how well a booking's plate fits, which counts when it fits as well; null when none does
     * @return null when no pass has this plate
     */
    @Nullable
    Finding ofPlate(Attempt attempt, String read, @Nullable PlateMatch booked) {
        List<PassRight> rights =
                ask(new FindPasses(attempt.listing(), null, null, attempt.at())).rights();
        Plates.Fitting<Candidate> fitting = Plates.find(read, withPlates(rights), Candidate::plate);
        if (fitting.found().isEmpty()) {
            return null;
        }
        boolean severalLookAlike = fitting.match() == PlateMatch.OCR
                && (booked == PlateMatch.OCR
                        || fitting.found().stream()
                                        .map(Candidate::plate)
                                        .distinct()
                                        .count()
                                > 1);
        if (severalLookAlike) {
            return new Finding(null, Verdict.deny(AccessReason.AMBIGUOUS_PLATE), null, null, null);
        }
        PassRight best = best(fitting.found().stream().map(Candidate::right).toList());
        return finding(
                best, attempt, fitting.match(), fitting.found().getFirst().plate());
    }

    /** Who is inside is known by the plate that came in. */
    Finding leaving(Attempt attempt, AccessSql.Inside inside, @Nullable PlateMatch match) {
        return ask(new FindPasses(attempt.listing(), null, null, attempt.at())).rights().stream()
                .filter(right -> right.key().equals(inside.booking().value()))
                .findFirst()
                .map(right -> finding(right, attempt, match, null))
                // Of a pass that is long over: whoever is in is let out.
                .orElseGet(() -> new Finding(
                        inside.booking(),
                        new Verdict(true, AccessReason.OVERSTAYED, AccessReason.EXPIRED),
                        match,
                        null,
                        null,
                        new PassUse(Objects.requireNonNull(inside.pass()), 1)));
    }

    /** One that opens; else the first. */
    private static PassRight best(List<PassRight> rights) {
        return rights.stream()
                .filter(right -> right.refusal() == null)
                .findFirst()
                .orElse(rights.getFirst());
    }

    private static Finding finding(
            PassRight right, Attempt attempt, @Nullable PlateMatch match, @Nullable String plate) {
        return new Finding(
                new BookingId(right.key()),
                judge(right, attempt),
                match,
                null,
                attempt.direction() == Direction.ENTRY ? plate : null,
                new PassUse(right.pass(), right.concurrency()));
    }

    private static Verdict judge(PassRight right, Attempt attempt) {
        if (!right.listing().equals(attempt.listing())) {
            return Verdict.deny(AccessReason.WRONG_PLACE);
        }
        PassRefusal refusal = right.refusal();
        AccessReason reason = refusal == null ? null : reason(refusal);
        if (attempt.direction() == Direction.ENTRY) {
            return reason == null ? new Verdict(true, null, null) : Verdict.deny(reason);
        }
        // Who is in is let out, also late; one who was not seen coming in must have had the right to.
        return new Verdict(
                true,
                right.late() ? AccessReason.OVERSTAYED : null,
                refusal == PassRefusal.OUTSIDE_HOURS ? null : reason);
    }

    private static AccessReason reason(PassRefusal refusal) {
        return switch (refusal) {
            case NOT_BEGUN -> AccessReason.TOO_EARLY;
            case UNPAID -> AccessReason.PAID_DUE;
            case SUSPENDED -> AccessReason.SUSPENDED;
            case ENDED -> AccessReason.EXPIRED;
            case OUTSIDE_HOURS -> AccessReason.OUTSIDE_HOURS;
        };
    }

    private List<Candidate> withPlates(List<PassRight> rights) {
        List<VehicleId> vehicles = new ArrayList<>();
        for (PassRight right : rights) {
            VehicleId vehicle = right.vehicle();
            if (vehicle != null && !vehicles.contains(vehicle)) {
                vehicles.add(vehicle);
            }
        }
        Map<VehicleId, String> plates = new HashMap<>();
        if (!vehicles.isEmpty()) {
            for (Plate plate : ask(new FindPlates(vehicles)).plates()) {
                plates.put(plate.vehicle(), plate.plate());
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        for (PassRight right : rights) {
            VehicleId vehicle = right.vehicle();
            String plate = vehicle == null ? right.plate() : plates.get(vehicle);
            if (plate != null && !Plates.normalised(plate).isEmpty()) {
                candidates.add(new Candidate(right, Plates.normalised(plate)));
            }
        }
        return candidates;
    }

    private <R extends Message> R ask(Command<R> command) {
        return bus.ask(command, config.answerWithin()).await();
    }
}
