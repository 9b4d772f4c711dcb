package dev.berth.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.faults.Client.Answer;
import dev.berth.faults.Client.Booked;
import dev.berth.faults.Client.Write;
import dev.berth.faults.EventLog.Delivered;
import dev.berth.testing.Platform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What must hold when a fault is over, whatever it was. A later capability adds a line. */
final class Invariants {
    private static final Duration SOON = Duration.ofSeconds(40);
    /** Repeated of what each client was told, so that checking stays quick. */
    private static final int REPEATED_PER_CLIENT = 8;

    static final List<Invariant> ALL = List.of(
            // First what comes to rest by itself, so that the others see the end of it.
            new Invariant(
                    "expired holds are freed",
                    world -> none(
                            world.countSoonZero(
                                    "SELECT count(*) FROM bookings.occupation WHERE status = 'HELD' AND payment_status <> 'PROCESSING'"),
                            "holds left")),
            new Invariant(
                    "the outbox drains",
                    world -> none(world.countSoonZero("SELECT count(*) FROM platform.outbox"), "events left")),
            new Invariant("every change of a calendar is in Kafka, in its order", Invariants::calendarsInKafka),
            new Invariant("every event has its effect once", Invariants::onceNotified),
            new Invariant(
                    "nothing is parked",
                    world -> none(
                            world.count("SELECT count(*) FROM platform.parked_event WHERE body <> '" + EventLog.POISON
                                    + "'"),
                            "events parked")),
            new Invariant("no slot is sold twice", world -> none(world.count("""
                    SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                    ON a.slot_id = b.slot_id AND a.id < b.id AND a.stay && b.stay AND a.live AND b.live
                    """), "overlaps")),
            new Invariant("the ledger sums to zero", world -> none(world.count("""
                    SELECT count(*) FROM (
                        SELECT 1 FROM payments.entry GROUP BY transfer, currency HAVING sum(amount) <> 0) AS unbalanced
                    """), "transfers that do not")),
            new Invariant(
                    "what is confirmed is paid, and what is cancelled paid back",
                    world -> none(world.countSoonZero("""
                    SELECT count(*) FROM bookings.occupation o
                    WHERE o.status IN ('CONFIRMED', 'ACTIVE', 'COMPLETED', 'CANCELLED_BY_DRIVER', 'DECLINED')
                    AND (
                        SELECT coalesce(sum(e.amount), 0) FROM payments.transfer t
                        JOIN payments.entry e ON e.transfer = t.id
                        JOIN payments.account a ON a.id = e.account AND a.kind IN ('processor_clearing', 'wallet', 'points_liability')
                        WHERE t.kind IN ('CHARGE', 'REFUND') AND t.booking = o.id)
                        <> CASE WHEN o.status IN ('CONFIRMED', 'ACTIVE', 'COMPLETED')
                            -- Who goes again at once pays nothing.
                            AND o.payment_status <> 'REFUNDED' THEN o.price_amount ELSE 0 END
                    """), "bookings whose money is elsewhere")),
            new Invariant(
                    "no payment and no refund waits for an answer", world -> none(world.countSoonZero("""
                    SELECT (SELECT count(*) FROM payments.payment WHERE status = 'PROCESSING')
                    + (SELECT count(*) FROM payments.refund WHERE status = 'PENDING')
                    """), "of them")),
            new Invariant("the provider has charged once, and what the ledger says", Invariants::providerAgrees),
            new Invariant(
                    "balances are the sums of their entries",
                    world -> none(world.count("SELECT count(*) FROM payments.difference"), "that are not")),
            new Invariant(
                    "nothing stays set aside on a card for what has ended",
                    world -> none(world.countSoonZero("""
                    SELECT count(*) FROM payments.payment p JOIN bookings.occupation o ON o.id = p.id
                    WHERE p.status = 'AUTHORISED' AND o.status NOT IN ('HELD', 'PENDING_HOST')
                    """), "payments set aside")),
            new Invariant(
                    "no change waits for money that does not come",
                    world -> none(
                            world.countSoonZero("SELECT count(*) FROM bookings.charge WHERE status = 'PENDING'"),
                            "changes that wait")),
            new Invariant("who was told that they have come is there, or has gone", Invariants::arrived),
            new Invariant("what was answered is durable, and asked again answered the same", Invariants::durable),
            new Invariant("each map shows what the database says", Invariants::mapsAreRight),
            new Invariant(
                    "tiles' numbers follow one another, and nobody hears what is not his",
                    world -> world.pages().stream()
                            .flatMap(page -> page.wrongs().stream())
                            .distinct()
                            .toList()));

    private Invariants() {}

    /**
     * Something that must hold.
     *
     * @param check what is wrong, in words; nothing when it holds
     */
    record Invariant(String name, Function<World, List<String>> check) {}

    /** What does not hold. */
    static List<String> broken(World world) {
        List<String> broken = new ArrayList<>();
        for (Invariant invariant : ALL) {
            invariant.check().apply(world).forEach(wrong -> broken.add(invariant.name() + ": " + wrong));
        }
        return broken;
    }

    private static List<String> none(long count, String what) {
        return count == 0 ? List.of() : List.of(count + " " + what);
    }

    /** Holds, or comes to hold soon; else what was wrong last. */
    private static List<String> soon(java.util.function.Supplier<List<String>> check) {
        List<String> wrong = new ArrayList<>();
        try {
            Platform.await("it holds", SOON, () -> {
                wrong.clear();
                wrong.addAll(check.get());
                return wrong.isEmpty();
            });
        } catch (AssertionError late) {
            return wrong.stream().limit(10).toList();
        }
        return List.of();
    }

    private static List<String> calendarsInKafka(World world) {
        return soon(() -> {
            List<String> wrong = new ArrayList<>();
            Map<String, List<Long>> told = world.events().calendarVersions();
            for (List<String> row : world.rows("SELECT listing_id, version FROM bookings.calendar")) {
                List<Long> expected = LongStream.rangeClosed(1, Long.parseLong(row.getLast()))
                        .boxed()
                        .toList();
                List<Long> heard = told.getOrDefault(row.getFirst(), List.of());
                if (!heard.equals(expected)) {
                    wrong.add("of listing %s %d of %d".formatted(row.getFirst(), heard.size(), expected.size()));
                }
            }
            return wrong;
        });
    }

    /** Driver and host of each confirmation and of each cancellation, and the driver of each refund, are told once. */
    private static List<String> onceNotified(World world) {
        return soon(() -> {
            List<Delivered> all = world.events().all();
            Set<String> taken =
                    world.rows("SELECT event_id FROM platform.inbox WHERE consumer = 'notifications'").stream()
                            .map(List::getFirst)
                            .collect(Collectors.toSet());
            Map<String, Integer> weights = Map.of(
                    "bookings.BookingConfirmed",
                    2,
                    "bookings.BookingChanged",
                    2,
                    "bookings.BookingCancelled",
                    2,
                    "bookings.BookingRequested",
                    1,
                    "bookings.BookingDeclined",
                    1,
                    "payments.PaymentRefunded",
                    1);
            List<String> wrong = new ArrayList<>();
            long expected = 0;
            Set<String> confirmed = new HashSet<>();
            Set<String> asked = new HashSet<>();
            for (Delivered event : all) {
                String booking = event.body().path("booking").path("id").asText();
                if (event.type().equals("bookings.BookingConfirmed")) {
                    confirmed.add(booking);
                }
                boolean isSilent = event.type().equals("bookings.BookingCancelled") && !confirmed.contains(booking);
                if (event.type().equals("bookings.BookingRequested")) {
                    asked.add(booking);
                }
                // Who has asked is told when nothing comes of it.
                boolean isUnanswered = event.type().equals("bookings.BookingExpired") && asked.contains(booking);
                Integer weight = isUnanswered ? Integer.valueOf(1) : weights.get(event.type());
                if (weight != null) {
                    expected += isSilent ? 0 : weight;
                    if (!taken.contains(event.id())) {
                        wrong.add("not taken in: " + event.type() + " " + event.id());
                    }
                }
            }
            long told = world.count("SELECT count(*) FROM notifications.notification");
            if (told != expected) {
                wrong.add(told + " notifications instead of " + expected);
            }
            long mails = world.count("SELECT count(*) FROM notifications.mail");
            if (mails != expected) {
                wrong.add(mails + " mails instead of " + expected);
            }
            return wrong;
        });
    }

    private static List<String> providerAgrees(World world) {
        Provider provider = new Provider(world.platform());
        List<String> wrong = new ArrayList<>();
        Map<String, Integer> charged = new HashMap<>();
        long balance = 0;
        for (JsonNode intent : provider.all("payment_intents")) {
            long received = intent.path("amount_received").asLong();
            String payment = intent.path("metadata").path("payment").asText();
            if (received > 0 && charged.merge(payment, 1, Integer::sum) > 1) {
                wrong.add("payment " + payment + " is charged more than once");
            }
            balance += received;
        }
        for (JsonNode refund : provider.all("refunds")) {
            balance -= refund.path("status").asText().equals("succeeded")
                    ? refund.path("amount").asLong()
                    : 0;
        }
        long posted = world.count("""
                SELECT coalesce(sum(e.amount), 0) FROM payments.transfer t
                JOIN payments.entry e ON e.transfer = t.id
                JOIN payments.account a ON a.id = e.account AND a.kind = 'processor_clearing'
                WHERE t.kind IN ('CHARGE', 'REFUND', 'TOP_UP', 'WALLET_PAID_OUT', 'WALLET_PAYOUT_RETURNED')
                """);
        if (posted != balance) {
            wrong.add("the provider has " + balance + ", the ledger says " + posted);
        }
        return wrong;
    }

    private static List<String> durable(World world) {
        List<String> wrong = new ArrayList<>();
        Map<String, String> stored = new HashMap<>();
        world.rows("SELECT id, idempotency_key FROM bookings.occupation WHERE block_id IS NULL")
                .forEach(row -> stored.put(row.getFirst(), row.getLast()));
        Random random = new Random(stored.size());
        for (Client client : world.clients()) {
            List<Booked> booked = client.booked();
            for (Booked booking : booked) {
                if (!Objects.equals(stored.get(booking.id()), booking.key())) {
                    wrong.add("booking " + booking.id() + " is lost");
                }
            }
            List<Booked> newest = booked.subList(Math.max(0, booked.size() - REPEATED_PER_CLIENT), booked.size());
            for (Booked booking : newest) {
                Answer again = client.send(
                        new Write("again", "/bookings", booking.request(), booking.key(), answer -> {}),
                        world.anyNode(random));
                String id = again.body().path("id").asText();
                if (again.status() != 201 || !id.equals(booking.id())) {
                    wrong.add("asked again for " + booking.id() + ": " + again.status() + " " + again.body());
                }
            }
        }
        return wrong;
    }

    private static List<String> arrived(World world) {
        Set<String> here = world
                .rows(
                        "SELECT id, status FROM bookings.occupation WHERE status IN ('ACTIVE', 'COMPLETED') AND entered_at IS NOT NULL")
                .stream()
                .map(List::getFirst)
                .collect(Collectors.toSet());
        return world.clients().stream()
                .flatMap(client -> client.arrived().stream())
                .filter(id -> !here.contains(id))
                .map(id -> "booking " + id + " is not")
                .toList();
    }

    /** Of the pages' pins, which were patched all along: version, and the slots' minutes that are taken. */
    private static List<String> mapsAreRight(World world) {
        return soon(() -> {
            List<String> wrong = new ArrayList<>();
            Map<String, Long> versions = world.versions();
            Map<String, Long> minutes = new HashMap<>();
            world.rows("""
                    SELECT listing_id, sum(extract(epoch FROM upper(stay) - lower(stay)) / 60)::bigint
                    FROM bookings.occupation WHERE live GROUP BY listing_id
                    """).forEach(row -> minutes.put(row.getFirst(), Long.valueOf(row.getLast())));
            for (int i = 0; i < world.pages().size(); i++) {
                for (String listing : world.listings()) {
                    JsonNode pin = world.pages().get(i).pin(listing);
                    if (pin == null) {
                        wrong.add("page " + i + " has no pin of " + listing);
                    } else if (pin.path("v").asLong() != versions.getOrDefault(listing, 0L)) {
                        wrong.add("page %d shows %s of %s, not %s"
                                .formatted(i, pin.path("v"), listing, versions.get(listing)));
                    } else if (taken(pin) != minutes.getOrDefault(listing, 0L)) {
                        wrong.add("page %d shows %d minutes taken of %s, not %s"
                                .formatted(i, taken(pin), listing, minutes.get(listing)));
                    }
                }
            }
            return wrong;
        });
    }

    private static long taken(JsonNode pin) {
        long minutes = 0;
        for (JsonNode step : pin.path("busy")) {
            minutes += (step.path(1).asLong() - step.path(0).asLong())
                    * step.path(2).asLong();
        }
        return minutes;
    }
}
