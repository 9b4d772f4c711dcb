package dev.berth.access;

import dev.berth.access.AccessCommand.AccessDecision;
import dev.berth.access.AccessCommand.AttemptAccess;
import dev.berth.access.AccessCommand.Credential;
import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Decision;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.access.AccessCommand.FailMode;
import dev.berth.access.AccessCommand.PlateMatch;
import dev.berth.access.AccessSql.Attempt;
import dev.berth.access.AccessSql.Decided;
import dev.berth.access.AccessSql.Finding;
import dev.berth.access.Gates.Gate;
import dev.berth.access.Judge.Verdict;
import dev.berth.bookings.BookingCommand.FindRights;
import dev.berth.bookings.BookingCommand.PassContent;
import dev.berth.bookings.BookingCommand.ReadPass;
import dev.berth.bookings.BookingCommand.Right;
import dev.berth.bookings.BookingCommand.Rights;
import dev.berth.identity.IdentityCommand.FindPlates;
import dev.berth.identity.IdentityCommand.Plate;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.TimeRange;
import dev.berth.values.VehicleId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers gates: finds the right that a credential stands for, judges it, and lets the database decide who is inside. While
 * that cannot be asked, the gate's fail mode answers, and what was answered is written down later.
 */
final class Gatekeeper {
    private static final Pattern PIN = Pattern.compile("[0-9]{6}");
    private static final Verdict UNKNOWN = Verdict.deny(AccessReason.UNKNOWN_CREDENTIAL);

    private final Bus bus;
    private final Gates gates;
    private final AccessSql sql;
    private final Undecided undecided;
    private final Announcer announcer;
    private final AccessConfig config;
    private final Clock clock;
    private final AccessMetrics metrics;
    private final PassHolders passes;

    Gatekeeper(
            Bus bus,
            Gates gates,
            AccessSql sql,
            Undecided undecided,
            Announcer announcer,
            AccessConfig config,
            Clock clock,
            AccessMetrics metrics) {
        this.bus = bus;
        this.gates = gates;
        this.sql = sql;
        this.undecided = undecided;
        this.announcer = announcer;
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
        this.passes = new PassHolders(bus, config);
    }

    AccessDecision attempt(AttemptAccess command) {
        Gate gate = gates.own(command.actor(), command.listing());
        Instant at = command.at();
        if (at != null) {
            requirePlausible(at);
        }
        Attempt attempt = new Attempt(
                Ids.next(),
                request(command),
                command.listing(),
                command.device(),
                command.actor().user(),
                command.direction(),
                command.credential().type(),
                plate(command.credential()),
                at);
        return answer(attempt, command.credential(), gate);
    }

    /** A camera has seen a plate go through a way without a barrier: the same as at a gate. */
    AccessDecision seen(Attempt attempt, String plate) {
        return answer(attempt, new Credential(CredentialType.PLATE, plate), gates.get(attempt.listing()));
    }

    private AccessDecision answer(Attempt attempt, Credential credential, Gate gate) {
        // What is signed needs nobody to be asked.
        PassContent pass = credential.type() == CredentialType.QR ? pass(credential) : null;
        AccessDecision decision;
        try {
            Finding finding = switch (credential.type()) {
                case QR -> ofPass(attempt, pass);
                case PIN -> ofPin(attempt, credential.value());
                case PLATE -> ofPlate(attempt, credential);
            };
            Decided decided = sql.decide(attempt, finding, config.reentry());
            announcer.announce(decided.event());
            decision = decided.decision();
        } catch (Rejection rejection) {
            if (rejection.problem().type() != ProblemType.UNAVAILABLE) {
                throw rejection;
            }
            decision = withoutAsking(attempt, credential.type(), pass, gate);
        }
        metrics.count(attempt.direction(), decision);
        return decision;
    }

    private void requirePlausible(Instant at) {
        Instant now = clock.instant();
        if (at.isBefore(now.minus(config.reportedLate())) || at.isAfter(now.plus(config.clockTolerance()))) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "an attempt is told of soon after it was made", "/at");
        }
    }

    private static @Nullable UUID request(AttemptAccess command) {
        String request = command.request();
        String name = command.actor().user() + "/" + request;
        return request == null ? null : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String plate(Credential credential) {
        return credential.type() == CredentialType.PLATE ? Plates.normalised(credential.value()) : null;
    }

    private @Nullable PassContent pass(Credential credential) {
        try {
            return ask(new ReadPass(credential.value().strip()));
        } catch (Rejection rejection) {
            if (rejection.problem().type() == ProblemType.UNPROCESSABLE) {
                return null;
            }
            throw rejection;
        }
    }

    private Finding ofPass(Attempt attempt, @Nullable PassContent pass) {
        if (pass == null) {
            return none(Verdict.deny(AccessReason.INVALID_CREDENTIAL));
        }
        Rights found = ask(new FindRights(attempt.listing(), pass.booking(), null, null));
        if (found.rights().isEmpty()) {
            return passes.ofCard(attempt, pass);
        }
        Right right = found.rights().getFirst();
        Long nonce = right.nonce();
        Verdict verdict = nonce != null && nonce != pass.nonce()
                ? Verdict.deny(AccessReason.INVALID_CREDENTIAL)
                : judge(right, attempt, found.now());
        return finding(right, verdict, attempt);
    }

    private Finding ofPin(Attempt attempt, String pin) {
        boolean wellFormed = PIN.matcher(pin).matches();
        if (!sql.takeTry(attempt.listing(), attempt.device(), config.pinWindow(), config.pinTries())) {
            return none(Verdict.deny(AccessReason.TOO_MANY_TRIES));
        } else if (!wellFormed) {
            return none(UNKNOWN);
        }
        Rights found = ask(new FindRights(attempt.listing(), null, pin, null));
        // The same digits can be another's on the day before or after.
        Finding ofBooking = best(found.rights(), attempt, found.now());
        return ofBooking.verdict().allow() ? ofBooking : passes.ofPin(attempt, pin, ofBooking);
    }

    private Finding best(List<Right> rights, Attempt attempt, Instant now) {
        Finding refused = none(UNKNOWN);
        for (Right right : byNearness(rights, time(attempt, now))) {
            Verdict verdict = judge(right, attempt, now);
            boolean opens = verdict.allow() && (attempt.direction() == Direction.ENTRY || verdict.unseen() == null);
            if (opens) {
                return finding(right, verdict, attempt);
            } else if (refused.booking() == null
                    || (verdict.allow() && !refused.verdict().allow())) {
                refused = finding(right, verdict, attempt);
            }
        }
        return refused;
    }

    private static List<Right> byNearness(List<Right> rights, Instant now) {
        return rights.stream()
                .sorted(Comparator.comparingLong((Right right) -> distanceSeconds(right.stay(), now))
                        .thenComparing(right -> right.stay().from()))
                .toList();
    }

    private static long distanceSeconds(TimeRange stay, Instant now) {
        if (now.isBefore(stay.from())) {
            return stay.from().getEpochSecond() - now.getEpochSecond();
        }
        return Math.max(0, now.getEpochSecond() - stay.to().getEpochSecond());
    }

    /** @param plate normalised */
    private record Candidate(Right right, String plate) {}

    private Finding ofPlate(Attempt attempt, Credential credential) {
        Double confidence = credential.confidence();
        if (confidence != null && confidence < config.confidenceMin()) {
            return none(Verdict.deny(AccessReason.UNCERTAIN));
        }
        String read = attempt.plate();
        if (read == null || read.isEmpty()) {
            return none(UNKNOWN);
        }
        if (attempt.direction() == Direction.EXIT) {
            // Who is inside is known by the plate that came in, whatever has become of the right.
            Finding leaving = leaving(attempt, read);
            if (leaving != null) {
                return leaving;
            }
        }
        Instant about = attempt.at() == null ? clock.instant() : attempt.at();
        TimeRange around = new TimeRange(about.minus(config.nearTime()), about.plus(config.nearTime()));
        Rights near = ask(new FindRights(attempt.listing(), null, null, around));
        List<Candidate> candidates = withPlates(near.rights());
        Instant now = time(attempt, near.now());
        List<Candidate> present =
                candidates.stream().filter(each -> isOpen(each.right(), now)).toList();
        Plates.Fitting<Candidate> fitting = Plates.find(read, present, Candidate::plate);
        PlateMatch booked = fitting.found().isEmpty() ? null : fitting.match();
        if (booked != PlateMatch.EXACT) {
            Finding ofPass = passes.ofPlate(attempt, read, booked);
            if (ofPass != null) {
                return ofPass;
            }
        }
        if (!fitting.found().isEmpty()) {
            return one(fitting.found(), fitting.match(), attempt, near.now());
        }
        // Only to say why: nobody comes in on a right of another time.
        List<Right> others = Plates.find(read, candidates, Candidate::plate).match() == PlateMatch.EXACT
                ? candidates.stream()
                        .filter(each -> each.plate().equals(read))
                        .map(Candidate::right)
                        .toList()
                : List.of();
        return others.isEmpty() ? none(Verdict.deny(AccessReason.PLATE_MISMATCH)) : best(others, attempt, near.now());
    }

    private @Nullable Finding leaving(Attempt attempt, String read) {
        Plates.Fitting<AccessSql.Inside> fitting =
                Plates.find(read, sql.inside(attempt.listing()), AccessSql.Inside::plate);
        if (fitting.found().isEmpty()) {
            return null;
        } else if (fitting.found().size() > 1) {
            return none(Verdict.deny(AccessReason.AMBIGUOUS_PLATE));
        }
        AccessSql.Inside inside = fitting.found().getFirst();
        if (inside.pass() != null) {
            return passes.leaving(attempt, inside, fitting.match());
        }
        BookingId booking = inside.booking();
        Rights found = ask(new FindRights(attempt.listing(), booking, null, null));
        if (found.rights().isEmpty()) {
            return null;
        }
        Right right = found.rights().getFirst();
        return new Finding(
                booking,
                judge(right, attempt, found.now()),
                fitting.match(),
                right.stay().to(),
                null);
    }

    private static boolean isOpen(Right right, Instant now) {
        return !now.isBefore(right.notBefore()) && now.isBefore(right.notAfter());
    }

    /** Several stays of one driver are one after the other; rights of several drivers tell nobody who this is (RULES 22). */
    private Finding one(List<Candidate> fitting, PlateMatch match, Attempt attempt, Instant now) {
        Set<UUID> drivers = new HashSet<>();
        fitting.forEach(each -> drivers.add(each.right().driver().value()));
        boolean severalLookAlike = match == PlateMatch.OCR
                && fitting.stream().map(Candidate::plate).distinct().count() > 1;
        if (drivers.size() > 1 || severalLookAlike) {
            return none(Verdict.deny(AccessReason.AMBIGUOUS_PLATE));
        }
        Finding best = best(fitting.stream().map(Candidate::right).toList(), attempt, now);
        // At the exit the camera may err again: what the right says is what it is known by.
        String known = fitting.getFirst().plate();
        return new Finding(best.booking(), best.verdict(), match, best.ends(), known);
    }

    private List<Candidate> withPlates(List<Right> rights) {
        Map<VehicleId, String> plates = plates(rights.stream()
                .map(Right::vehicle)
                .filter(vehicle -> vehicle != null)
                .distinct()
                .toList());
        List<Candidate> candidates = new ArrayList<>();
        for (Right right : rights) {
            VehicleId vehicle = right.vehicle();
            String plate = vehicle == null ? null : plates.get(vehicle);
            if (plate != null && !plate.isEmpty()) {
                candidates.add(new Candidate(right, plate));
            }
        }
        return candidates;
    }

    /** Normalised. */
    private Map<VehicleId, String> plates(List<VehicleId> vehicles) {
        Map<VehicleId, String> plates = new HashMap<>();
        if (!vehicles.isEmpty()) {
            for (Plate plate : ask(new FindPlates(vehicles)).plates()) {
                plates.put(plate.vehicle(), Plates.normalised(plate.plate()));
            }
        }
        return plates;
    }

    private Verdict judge(Right right, Attempt attempt, Instant databaseNow) {
        return Judge.judge(right, attempt.listing(), attempt.direction(), time(attempt, databaseNow));
    }

    private static Instant time(Attempt attempt, Instant databaseNow) {
        Instant at = attempt.at();
        return at == null ? databaseNow : at;
    }

    private Finding finding(Right right, Verdict verdict, Attempt attempt) {
        VehicleId vehicle = right.vehicle();
        boolean comesIn = verdict.allow() && attempt.direction() == Direction.ENTRY;
        String plate = comesIn && vehicle != null ? plates(List.of(vehicle)).get(vehicle) : null;
        return new Finding(right.booking(), verdict, null, right.stay().to(), plate);
    }

    private static Finding none(Verdict verdict) {
        return new Finding(null, verdict, null, null, null);
    }

    private AccessDecision withoutAsking(
            Attempt attempt, CredentialType credential, @Nullable PassContent pass, Gate gate) {
        Instant now = time(attempt, clock.instant());
        AccessReason reason = null;
        if (credential == CredentialType.QR) {
            reason = pass == null
                    ? AccessReason.INVALID_CREDENTIAL
                    : Judge.offline(pass, attempt.listing(), attempt.direction(), now);
        }
        Decision decision = Decision.DENY;
        if (reason == null) {
            FailMode mode = attempt.direction() == Direction.ENTRY
                    ? gate.settings().failEntry()
                    : gate.settings().failExit();
            decision = mode == FailMode.OPEN ? Decision.ALLOW : Decision.DENY;
            reason = mode == FailMode.OPEN ? AccessReason.FAIL_OPEN : AccessReason.FAIL_CLOSED;
        }
        BookingId booking = pass != null && pass.listing().equals(attempt.listing()) ? pass.booking() : null;
        AccessDecision told = new AccessDecision(attempt.id(), decision, reason, booking, null);
        metrics.withoutAsking.increment();
        undecided.add(attempt, now, told);
        return told;
    }

    private <R extends Message> R ask(Command<R> command) {
        return bus.ask(command, config.answerWithin()).await();
    }
}
