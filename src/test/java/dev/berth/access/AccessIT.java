package dev.berth.access;

import static dev.berth.access.AccessWorld.pin;
import static dev.berth.access.AccessWorld.plate;
import static dev.berth.access.AccessWorld.qr;
import static dev.berth.access.AccessWorld.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.access.AccessCommand.AccessDecision;
import dev.berth.access.AccessCommand.AccessLogEntry;
import dev.berth.access.AccessCommand.AttemptAccess;
import dev.berth.access.AccessCommand.Credential;
import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Decision;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.access.AccessCommand.FailMode;
import dev.berth.access.AccessCommand.GetGate;
import dev.berth.access.AccessCommand.GetOccupancy;
import dev.berth.access.AccessCommand.Occupancy;
import dev.berth.access.AccessCommand.PlateMatch;
import dev.berth.access.AccessCommand.ReadAccessLog;
import dev.berth.access.AccessCommand.Reading;
import dev.berth.access.AccessCommand.RecordReading;
import dev.berth.access.AccessCommand.SetGate;
import dev.berth.bookings.BookingStatus;
import dev.berth.listings.Listing;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Gates against real PostgreSQL and Kafka.
 *
 * <p>Longer than other files, because all of it shares one setting of gates, bookings and sensors.
 */
@WithServices
@Tag("AC3")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessIT {
    private final AccessWorld world;
    private final Listing listing;

    AccessIT(Services services) {
        world = new AccessWorld(services);
        listing = world.listing(10);
    }

    @AfterAll
    void close() {
        world.close();
    }

    private List<AccessLogEntry> log(Listing of) {
        return world.node
                .ask(new ReadAccessLog(AccessWorld.owner(of), of.id(), null, 100))
                .entries();
    }

    @Test
    @Tag("AC1")
    @Tag("rule-24")
    void everyAttempt_isAnsweredWithAReason_andWrittenDown() {
        Listing place = world.listing(3);
        assertThat(world.enter(place, qr(world.right(place)))).isEqualTo("ALLOW");
        assertThat(world.enter(place, qr(world.right(place, BookingStatus.CONFIRMED, 20, 60, null))))
                .isEqualTo("DENY too_early");
        assertThat(world.enter(place, qr(world.right(place, BookingStatus.CONFIRMED, -60, -1, null))))
                .isEqualTo("DENY expired");
        assertThat(world.enter(place, qr(world.right(listing)))).isEqualTo("DENY wrong_place");
        assertThat(world.enter(place, qr(world.right(place, BookingStatus.HELD, -60, 60, null))))
                .isEqualTo("DENY paid_due");
        assertThat(world.enter(place, qr(world.right(place, BookingStatus.CANCELLED_BY_HOST, -60, 60, null))))
                .isEqualTo("DENY cancelled");
        assertThat(world.enter(place, new Credential(CredentialType.QR, "B1.forged")))
                .isEqualTo("DENY invalid_credential");
        assertThat(world.enter(place, pin("000000"))).isEqualTo("DENY unknown_credential");
        assertThat(world.enter(place, plate("XX X 1"))).isEqualTo("DENY plate_mismatch");
        List<AccessLogEntry> log = log(place);
        assertThat(log).hasSize(9);
        assertThat(log.getFirst().plate()).isEqualTo("XXX1");
        assertThat(log.getLast().decision()).isEqualTo(Decision.ALLOW);
        assertThat(log).extracting(AccessLogEntry::id).isSortedAccordingTo(Collections.reverseOrder());
    }

    @Test
    @Tag("rule-21")
    void aCredentialThatIsInside_doesNotEnterAgain_norLeaveTwice() {
        BookingId booking = world.right(listing);
        assertThat(world.enter(listing, qr(booking))).isEqualTo("ALLOW");
        assertThat(world.enter(listing, qr(booking))).isEqualTo("DENY already_inside");
        assertThat(world.leave(listing, qr(booking))).isEqualTo("ALLOW");
        assertThat(world.leave(listing, qr(booking))).isEqualTo("DENY already_outside");
        assertThat(world.enter(listing, qr(booking))).isEqualTo("DENY used");
        AccessWorld.eventually(
                "bookings hear of both, also the long way",
                () -> Collections.frequency(world.told, "ENTRY " + booking) >= 2
                        && Collections.frequency(world.told, "EXIT " + booking) >= 2);
    }

    @Test
    @Tag("rule-21")
    void whoMayComeBack_comesBack_andIsGoneWhenTheRightIsOver() {
        Listing place = world.listing(3);
        world.node.ask(
                new SetGate(AccessWorld.owner(place), place.id(), 0L, FailMode.CLOSED, FailMode.OPEN, true, false));
        BookingId booking = world.right(place);
        for (int i = 0; i < 3; i++) {
            assertThat(world.enter(place, qr(booking))).isEqualTo("ALLOW");
            assertThat(world.enter(place, qr(booking))).isEqualTo("DENY already_inside");
            assertThat(world.leave(place, qr(booking))).isEqualTo("ALLOW");
        }
        assertThat(world.told).doesNotContain("EXIT " + booking);
        world.node.rows("UPDATE access.presence SET gone_at = now() WHERE booking_id = $1", booking.value());
        AccessWorld.eventually("bookings hear that it is gone", () -> world.told.contains("EXIT " + booking));
    }

    @Test
    @Tag("rule-19")
    @Tag("rule-20")
    void whatAPlaceSees_isNothingUntilTheOwnerSaysSo_andBookingsHearOfIt() {
        Listing place = world.listing(3);
        Principal owner = AccessWorld.owner(place);
        AccessCommand.GateSettings before = world.node.ask(new AccessCommand.GetGate(owner, place.id()));
        assertThat(before.seesEntry() || before.seesExit() || before.releaseNoShows())
                .isFalse();
        world.node.ask(
                new SetGate(owner, place.id(), 0L, FailMode.CLOSED, FailMode.OPEN, false, false, true, true, null));
        AccessCommand.GateSettings after = world.node.ask(
                new SetGate(owner, place.id(), null, FailMode.CLOSED, FailMode.OPEN, true, false, null, false, true));
        assertThat(after.seesEntry()).as("what is not said stays").isTrue();
        assertThat(after.seesExit()).isFalse();
        assertThat(after.releaseNoShows()).isTrue();
        AccessWorld.eventually(
                "bookings hear of both, also the long way",
                () -> Collections.frequency(world.told, "WATCH %s true true false 1".formatted(place.id())) >= 2
                        && Collections.frequency(world.told, "WATCH %s true false true 2".formatted(place.id())) >= 2);
    }

    @Test
    @Tag("rule-21")
    void fortyGatesAtOnce_oneOpens() {
        for (Direction direction : Direction.values()) {
            BookingId booking = world.right(listing);
            if (direction == Direction.EXIT) {
                world.enter(listing, qr(booking));
            }
            List<Future<AccessDecision>> asked = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                asked.add(world.node.bus().ask(AccessWorld.attempt(listing, "gate " + i, direction, qr(booking))));
            }
            TestNode.await(Future.all(new ArrayList<>(asked)));
            assertThat(asked)
                    .filteredOn(answer -> answer.result().decision() == Decision.ALLOW)
                    .hasSize(1);
        }
    }

    @Test
    void theSameRequest_hasTheSameAnswer() {
        BookingId booking = world.right(listing);
        AttemptAccess command = new AttemptAccess(
                AccessWorld.owner(listing), listing.id(), "north", Direction.ENTRY, qr(booking), null, "request-1");
        AccessDecision first = world.node.ask(command);
        assertThat(said(first)).isEqualTo("ALLOW");
        assertThat(world.node.ask(command)).isEqualTo(first);
        assertThat(world.number("SELECT count(*) FROM access.attempt WHERE booking_id = $1", booking.value()))
                .isEqualTo(1);
    }

    @Test
    void anExit_letsOutOnce_whomNoGateHasSeenComeIn_andWhoIsLate() {
        BookingId unseen = world.right(listing);
        assertThat(world.leave(listing, qr(unseen))).isEqualTo("ALLOW no_entry_seen");
        assertThat(world.leave(listing, qr(unseen))).isEqualTo("DENY already_outside");
        BookingId old = world.right(listing, BookingStatus.COMPLETED, -120, -60, null);
        assertThat(world.leave(listing, qr(old))).isEqualTo("DENY expired");

        BookingId late = world.right(listing);
        assertThat(world.enter(listing, qr(late))).isEqualTo("ALLOW");
        world.put(listing, late, UserId.next(), null, BookingStatus.COMPLETED, -120, -60);
        assertThat(world.leave(listing, qr(late))).isEqualTo("ALLOW overstayed");
    }

    @Test
    void aClosedPlace_letsOutOnly() {
        Listing place = world.listing(3);
        Principal owner = AccessWorld.owner(place);
        BookingId inside = world.right(place);
        assertThat(world.enter(place, qr(inside))).isEqualTo("ALLOW");
        var settings =
                world.node.ask(new SetGate(owner, place.id(), null, FailMode.CLOSED, FailMode.OPEN, false, true));
        assertThat(settings.version()).isEqualTo(1);
        assertThat(world.node.ask(new GetGate(owner, place.id()))).isEqualTo(settings);
        assertThatThrownBy(() -> world.node.ask(
                        new SetGate(owner, place.id(), 0L, FailMode.CLOSED, FailMode.OPEN, false, false)))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining("PRECONDITION_FAILED");
        assertThat(world.enter(place, qr(world.right(place)))).isEqualTo("DENY closed");
        assertThat(world.leave(place, qr(inside))).isEqualTo("ALLOW");
    }

    @Test
    @Tag("AC2")
    @Tag("rule-23")
    void fiveWrongPins_areAllThatADeviceHas_inTenMinutes() {
        Listing place = world.listing(3);
        world.pin(world.right(place), "123456");
        List<Future<AccessDecision>> guesses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            guesses.add(
                    world.node.bus().ask(AccessWorld.attempt(place, "keypad", Direction.ENTRY, pin("00000" + i % 10))));
        }
        TestNode.await(Future.all(new ArrayList<>(guesses)));
        assertThat(guesses)
                .filteredOn(guess -> guess.result().reason() == AccessReason.UNKNOWN_CREDENTIAL)
                .hasSize(5);
        assertThat(said(world.node.ask(AccessWorld.attempt(place, "keypad", Direction.ENTRY, pin("123456")))))
                .isEqualTo("DENY too_many_tries");
        assertThat(said(world.node.ask(AccessWorld.attempt(place, "other", Direction.ENTRY, pin("123456")))))
                .isEqualTo("ALLOW");
        world.node.rows(
                "UPDATE access.pin_tries SET tries = ARRAY[now() - interval '11 minutes'] WHERE listing_id = $1",
                place.id().value());
        assertThat(said(world.node.ask(AccessWorld.attempt(place, "keypad", Direction.EXIT, pin("123456")))))
                .isEqualTo("ALLOW");
    }

    @Test
    @Tag("rule-23")
    void rightPins_countForNothing() {
        for (int i = 0; i < 12; i++) {
            String digits = "10000" + i % 10 + (i < 10 ? "" : "1");
            BookingId booking = world.right(listing);
            world.pin(booking, digits.substring(digits.length() - 6));
            assertThat(said(world.node.ask(AccessWorld.attempt(
                            listing, "busy keypad", Direction.ENTRY, pin(digits.substring(digits.length() - 6))))))
                    .isEqualTo("ALLOW");
        }
    }

    @Test
    @Tag("AC4")
    @Tag("rule-22")
    void aPlate_isFound_alsoWhenTheCameraMixesUpOneLetter_andOnlyOneRightFits() {
        Listing place = world.listing(10);
        BookingId booking = world.right(place, BookingStatus.CONFIRMED, -60, 60, "KA-OB 18");
        AccessDecision entered =
                world.node.ask(AccessWorld.attempt(place, "camera", Direction.ENTRY, plate("ka 0b 18")));
        assertThat(entered.decision()).isEqualTo(Decision.ALLOW);
        assertThat(entered.bookingId()).isEqualTo(booking);
        assertThat(entered.plateMatch()).isEqualTo(PlateMatch.OCR);
        AccessLogEntry logged = log(place).getFirst();
        assertThat(logged.plate()).isEqualTo("KA0B18");
        assertThat(logged.plateMatch()).isEqualTo(PlateMatch.OCR);
        // Two letters are another car.
        assertThat(world.enter(place, plate("KA0818"))).isEqualTo("DENY plate_mismatch");

        // It is let out by its plate whatever has become of the booking.
        world.become(booking, BookingStatus.COMPLETED);
        AccessDecision left = world.node.ask(AccessWorld.attempt(place, "camera", Direction.EXIT, plate("KA OB 18")));
        assertThat(said(left)).isEqualTo("ALLOW");
        assertThat(left.plateMatch()).isEqualTo(PlateMatch.EXACT);

        world.right(place, BookingStatus.CONFIRMED, -60, 60, "KA-S 1");
        world.right(place, BookingStatus.CONFIRMED, -60, 60, "KA-5 I");
        assertThat(world.enter(place, plate("KA 5 1"))).isEqualTo("DENY ambiguous_plate");
        assertThat(world.enter(place, plate("KA S 1"))).isEqualTo("ALLOW");
    }

    @Test
    @Tag("rule-22")
    void aPlateOfAnotherTime_isToldSo_andOneOfTwoDriversOpensForNobody() {
        Listing place = world.listing(10);
        world.right(place, BookingStatus.CONFIRMED, 120, 180, "KA-L 8");
        assertThat(world.enter(place, plate("KA L 8"))).isEqualTo("DENY too_early");
        assertThat(world.enter(place, plate("KA L B"))).isEqualTo("DENY plate_mismatch");
        world.right(place, BookingStatus.CONFIRMED, -60, 60, "KA-T 2");
        world.right(place, BookingStatus.CONFIRMED, -30, 60, "KA-T 2");
        assertThat(world.enter(place, plate("KAT2"))).isEqualTo("DENY ambiguous_plate");
        assertThat(world.enter(place, new Credential(CredentialType.PLATE, "KA T 2", 0.3)))
                .isEqualTo("DENY uncertain");
    }

    @Test
    @Tag("rule-22")
    void oneDriversStays_oneAfterTheOther_areNotMixedUp() {
        Listing place = world.listing(10);
        UserId driver = UserId.next();
        VehicleId vehicle = VehicleId.next();
        world.plates.put(vehicle, "KA-N 9");
        BookingId now = world.put(place, BookingId.next(), driver, vehicle, BookingStatus.CONFIRMED, -60, 5);
        BookingId next = world.put(place, BookingId.next(), driver, vehicle, BookingStatus.CONFIRMED, 5, 60);
        AccessDecision first = world.node.ask(AccessWorld.attempt(place, "camera", Direction.ENTRY, plate("KAN9")));
        assertThat(first.bookingId()).isEqualTo(now);
        assertThat(first.bookingId()).isNotEqualTo(next);
    }

    @Test
    @Tag("rule-24")
    void aGateThatNobodyAnswers_doesAsItsOwnerSays_andItIsWrittenDownLater() {
        Listing place = world.listing(10);
        BookingId inside = world.right(place);
        BookingId outside = world.right(place);
        assertThat(world.enter(place, qr(inside))).isEqualTo("ALLOW");
        SqlConnection connection = TestNode.await(world.node.db().pool().getConnection());
        Transaction lock = TestNode.await(connection.begin());
        TestNode.await(connection
                .query("SET LOCAL idle_in_transaction_session_timeout = 0")
                .execute());
        TestNode.await(connection
                .query("LOCK TABLE access.attempt IN ACCESS EXCLUSIVE MODE")
                .execute());
        assertThat(world.enter(place, qr(outside))).isEqualTo("DENY fail_closed");
        assertThat(world.leave(place, qr(inside))).isEqualTo("ALLOW fail_open");
        // What is signed is known all the same.
        assertThat(world.enter(place, qr(world.right(listing)))).isEqualTo("DENY wrong_place");
        assertThat(world.enter(place, new Credential(CredentialType.QR, "B1.forged")))
                .isEqualTo("DENY invalid_credential");
        TestNode.await(lock.commit());
        TestNode.await(connection.close());

        AccessWorld.eventually(
                "all is written down as it was told",
                () -> log(place).stream()
                        .map(entry -> entry.decision() + " " + entry.reason())
                        .toList()
                        .equals(List.of(
                                "DENY INVALID_CREDENTIAL",
                                "DENY WRONG_PLACE",
                                "ALLOW FAIL_OPEN",
                                "DENY FAIL_CLOSED",
                                "ALLOW null")));
        // The statement that came too late has let nobody in.
        AccessWorld.eventually(
                "the pass has not been used",
                () -> world.number(
                                "SELECT count(*) FROM access.presence WHERE inside AND booking_id = $1",
                                outside.value())
                        == 0);
        assertThat(world.enter(place, qr(outside))).isEqualTo("ALLOW");
        assertThat(world.leave(place, qr(inside))).isEqualTo("DENY already_outside");
    }

    @Test
    void gatesAndTheirLog_areTheirOwners() {
        Principal stranger = new Principal(UserId.next(), Set.of(Role.HOST));
        BookingId booking = world.right(listing);
        assertThatThrownBy(() -> world.node.ask(
                        new AttemptAccess(stranger, listing.id(), "north", Direction.ENTRY, qr(booking), null, null)))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining("FORBIDDEN");
        assertThatThrownBy(() -> world.node.ask(new ReadAccessLog(stranger, listing.id(), null, 10)))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining("FORBIDDEN");
        Instant longAgo = Instant.now().minus(Duration.ofHours(2));
        assertThatThrownBy(() -> world.node.ask(new AttemptAccess(
                        AccessWorld.owner(listing),
                        listing.id(),
                        "north",
                        Direction.ENTRY,
                        qr(booking),
                        longAgo,
                        null)))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining("UNPROCESSABLE");
    }

    @Test
    void theLog_comesInPages() {
        Listing place = world.listing(3);
        for (int i = 0; i < 5; i++) {
            world.enter(place, plate("KA " + i));
        }
        List<UUID> read = new ArrayList<>();
        UUID before = null;
        do {
            var page = world.node.ask(new ReadAccessLog(AccessWorld.owner(place), place.id(), before, 2));
            page.entries().forEach(entry -> read.add(entry.id()));
            before = page.next();
        } while (before != null);
        assertThat(read).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    @Tag("rule-41")
    void oldPlates_areKeptAsDigestsOnly_theSameForTheSamePlate() {
        Listing place = world.listing(3);
        for (String read : List.of("KA-X 1", "KA-X 1", "KA-X 2", "KA-NEW 3")) {
            world.enter(place, plate(read));
        }
        world.node.rows("""
                UPDATE access.attempt SET recorded_at = now() - interval '31 days'
                WHERE listing_id = $1 AND plate LIKE 'KAX%'
                """, place.id().value());
        AccessWorld.eventually(
                "the old ones are digested",
                () -> log(place).stream().filter(entry -> entry.plate() != null).count() == 1);
        List<AccessLogEntry> log = log(place);
        assertThat(log.getFirst().plate()).isEqualTo("KANEW3");
        assertThat(log.getFirst().plateHash()).isNull();
        assertThat(log.subList(1, 4))
                .allSatisfy(entry -> assertThat(entry.plateHash()).hasSize(22).doesNotContain("KAX"));
        assertThat(log.subList(1, 4))
                .extracting(AccessLogEntry::plateHash)
                .doesNotContainNull()
                .satisfies(hashes -> {
                    assertThat(hashes.get(1)).isEqualTo(hashes.get(2));
                    assertThat(hashes.get(0)).isNotEqualTo(hashes.get(1));
                });
    }

    private void count(Listing of, String source, int free, Instant at, double confidence) {
        world.node.ask(
                new RecordReading(AccessWorld.owner(of), new Reading(of.id(), free, null, source, confidence, at)));
    }

    @Test
    @Tag("AC5")
    @Tag("rule-40")
    void counts_areUsedWhileTheyAreFresh_andBookingsAlwaysReduceThem() {
        Listing place = world.listing(10);
        BookingId arrived = world.right(place);
        BookingId expected = world.right(place);
        world.taken.addAll(List.of(arrived, expected));
        assertThat(world.enter(place, qr(arrived))).isEqualTo("ALLOW");
        Occupancy withoutSensor = world.node.ask(new GetOccupancy(place.id()));
        assertThat(withoutSensor.free()).isEqualTo(8);
        assertThat(withoutSensor.booked()).isEqualTo(2);
        assertThat(withoutSensor.arrived()).isEqualTo(1);
        assertThat(withoutSensor.reading()).isNull();

        Instant now = Instant.now();
        count(place, "loop", 6, now.minusSeconds(60), 0.9);
        // Older, uncertain, stale, and from a clock that runs ahead: none of them counts.
        count(place, "loop", 1, now.minusSeconds(120), 0.9);
        count(place, "camera", 1, now, 0.2);
        count(place, "camera", 1, now.minus(Duration.ofMinutes(31)), 1);
        count(place, "camera", 1, now.plus(Duration.ofMinutes(5)), 1);
        Occupancy counted = world.node.ask(new GetOccupancy(place.id()));
        assertThat(counted.free()).isEqualTo(5);
        assertThat(java.util.Objects.requireNonNull(counted.reading()).source()).isEqualTo("loop");

        count(place, "loop", 100, now, 0.9);
        assertThat(world.node.ask(new GetOccupancy(place.id())).free()).isEqualTo(9);
        world.node.rows(
                "UPDATE access.reading SET observed_at = now() - interval '31 minutes' WHERE listing_id = $1",
                place.id().value());
        assertThat(world.node.ask(new GetOccupancy(place.id())).reading()).isNull();
    }

    @Test
    @Tag("AC4")
    @Tag("AC5")
    @Tag("rule-40")
    void sensors_tellByKafkaToo_andOneEventCountsOnce() throws Exception {
        Listing place = world.listing(10);
        BookingId booking = world.right(place, BookingStatus.CONFIRMED, -60, 60, "KA-K 7");
        Instant now = Instant.now();
        UUID once = Ids.next();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, world.kafka),
                new StringSerializer(),
                new StringSerializer())) {
            ObservationMade count = new ObservationMade(place.id(), "loop", now, 0.9, null, 4, null, null);
            ObservationMade seen =
                    new ObservationMade(place.id(), "camera", now, 0.9, null, null, "KA K 7", Direction.ENTRY);
            producer.send(record(Ids.next(), count)).get();
            producer.send(record(once, seen)).get();
            producer.send(record(once, seen)).get();
        }
        AccessWorld.eventually("the count is taken in", () -> {
            Occupancy occupancy = world.node.ask(new GetOccupancy(place.id()));
            return occupancy.reading() != null && occupancy.free() == 6;
        });
        AccessWorld.eventually("the car is inside", () -> world.told.contains("ENTRY " + booking));
        AccessWorld.eventually(
                "and its attempt is in the log, once", () -> log(place).size() == 1);
        assertThat(log(place).getFirst().device()).isEqualTo("camera");
        assertThat(world.enter(place, plate("KAK7"))).isEqualTo("DENY already_inside");
    }

    private static ProducerRecord<String, String> record(UUID id, ObservationMade observation) {
        try {
            ProducerRecord<String, String> record = new ProducerRecord<>(
                    ObservationMade.ADDRESS, observation.key(), Json.mapper().writeValueAsString(observation));
            record.headers()
                    .add("event-id", id.toString().getBytes(StandardCharsets.UTF_8))
                    .add("type", MessageCatalog.tag(ObservationMade.class).getBytes(StandardCharsets.UTF_8));
            return record;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
