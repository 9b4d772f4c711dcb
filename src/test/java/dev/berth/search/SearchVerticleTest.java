package dev.berth.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.availability.Availability;
import dev.berth.bookings.BookingCommand.Calendar;
import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingEvent.ListingChanged;
import dev.berth.listings.ListingEvent.ListingDeleted;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.json.Json;
import dev.berth.realtime.PinCommand.SnapshotTiles;
import dev.berth.search.SearchCommand.FindFreeSlots;
import dev.berth.search.SearchCommand.FreeSlots;
import dev.berth.search.text.TextConfig;
import dev.berth.values.BlockId;
import dev.berth.values.GeoPoint;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.Tile;
import dev.berth.values.TimeRange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The verticle between a truth that a test writes and maps that a test reads.
 *
 * <p>Longer than other files, because all of it shares that truth and those maps.
 */
class SearchVerticleTest {
    private static final long DEADLINE_SECONDS = 30;
    private static final TimeRange STAY = Samples.stay("2026-03-20T12:00:00Z", "2026-03-20T14:00:00Z");
    private static final Tile TILE = Tile.at(Samples.KARLSRUHE, Tile.PIN_ZOOM);

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx, MessageCatalog.of(List.of()), Json.mapper());
    private final Truth truth = new Truth();
    private final ConcurrentLinkedQueue<PlayedKafka> kafkas = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final Listing garage = Samples.garage(ListingId.next(), 1, 3);

    @BeforeEach
    void serve() throws TimeoutException {
        truth.listings.put(garage.id(), garage);
        await(truth.serve(bus));
        await(hear(TILE, messages));
    }

    @AfterEach
    void close() throws TimeoutException {
        await(vertx.close());
    }

    private Future<Void> hear(Tile tile, BlockingQueue<JsonNode> into) {
        return vertx.eventBus()
                .<Buffer>localConsumer("pins." + tile, message -> into.add(parse(message.body())))
                .completion();
    }

    private static JsonNode parse(Buffer json) {
        try {
            return Json.mapper().readTree(json.getBytes());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private static SearchConfig config() {
        return new SearchConfig(
                Duration.ofMinutes(15),
                Duration.ofHours(2),
                Duration.ofMinutes(1),
                Duration.ofMillis(5),
                Duration.ofSeconds(1),
                new Bytes(1_000_000),
                Duration.ofMillis(50),
                1_000,
                4,
                2,
                Duration.ofSeconds(10),
                Duration.ofMillis(20),
                Duration.ofMillis(20),
                Duration.ofSeconds(1),
                1_000,
                ConfigLoader.load(TextConfig.class, Path.of("no-such-file.yaml"), Map.of()),
                new SearchConfig.OverviewConfig(2_000, 20_000, Duration.ofMillis(50), 100));
    }

    /** Deploys search over these Kafkas, one after the other; the last one stays. */
    private SearchVerticle deploy(PlayedKafka... kafka) throws TimeoutException {
        Iterator<PlayedKafka> next = List.of(kafka).iterator();
        SearchVerticle verticle = new SearchVerticle(
                bus,
                () -> {
                    PlayedKafka made = next.next();
                    kafkas.add(made);
                    return made;
                },
                config(),
                Samples.DEFAULTS,
                new SimpleMeterRegistry(),
                Clock.fixed(Samples.NOW, ZoneOffset.UTC));
        await(vertx.deployVerticle(verticle));
        return verticle;
    }

    private PlayedKafka deployFollowing() throws TimeoutException {
        PlayedKafka kafka = new PlayedKafka(true);
        deploy(kafka);
        await(kafka.followed());
        return kafka;
    }

    private FreeSlots free(ListingId listing) throws TimeoutException {
        return await(bus.ask(new FindFreeSlots(listing, STAY, List.of(SlotKind.values()), 32)));
    }

    private JsonNode snapshot(Tile tile) throws TimeoutException {
        return snapshot(tile, "");
    }

    private JsonNode snapshot(Tile tile, String digest) throws TimeoutException {
        return parse(await(bus.ask(new SnapshotTiles(List.of(tile), List.of(digest))))
                .tiles()
                .getFirst()
                .json());
    }

    private JsonNode nextMessage() throws InterruptedException {
        return requireNonNull(messages.poll(DEADLINE_SECONDS, TimeUnit.SECONDS), "no message");
    }

    private BookingEvent occupy(int slot) {
        return truth.occupy(garage.id(), garage.slots().get(slot).id(), STAY);
    }

    private interface Question {
        boolean holds() throws TimeoutException;
    }

    /** Asks until it holds: each answer is awaited, so that this is no busy loop. */
    private static void until(Question question) throws TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!question.holds()) {
            if (System.nanoTime() > end) {
                throw new TimeoutException("it never held");
            }
        }
    }

    @Test
    @Tag("RT3")
    void start_loadsEverything_pageByPage() throws Exception {
        for (int i = 0; i < 5; i++) {
            Listing other = Samples.garage(ListingId.next(), 1, 2);
            truth.listings.put(other.id(), other);
            truth.occupy(other.id(), other.slots().getFirst().id(), STAY);
        }
        SearchVerticle verticle = deploy(new PlayedKafka(true));
        assertThat(verticle.isReady()).isTrue();
        for (Listing listing : truth.listings.values()) {
            int busy = truth.calendar(listing.id()).occupancies().size();
            assertThat(free(listing.id()))
                    .returns(true, FreeSlots::known)
                    .returns(listing.capacity() - busy, FreeSlots::freeCount);
        }
        assertThat(snapshot(TILE).path("pins")).hasSize(6);
    }

    @Test
    @Tag("SM1")
    void pin_saysThatAPermitIsNeeded_onlyWhenEachSlotIsForPeopleWithOne() throws Exception {
        Listing mixed = Samples.withKinds(garage, SlotKind.ACCESSIBLE, SlotKind.STANDARD);
        Listing only = Samples.withKinds(garage, SlotKind.ACCESSIBLE, SlotKind.ACCESSIBLE);
        truth.listings.put(mixed.id(), mixed);
        truth.listings.put(only.id(), only);
        deploy(new PlayedKafka(true));
        for (JsonNode pin : snapshot(TILE).path("pins")) {
            assertThat(pin.has("accessible"))
                    .isEqualTo(pin.path("id").asText().equals(only.id().toString()));
            assertThat(pin.path("accessible").asBoolean(true)).isTrue();
        }
    }

    @Test
    @Tag("rule-6")
    void changeToldByANodeOfTheVersionBefore_isReadFromTheTruth() throws Exception {
        PlayedKafka kafka = deployFollowing();
        Listing limited = Samples.garage(garage.id(), 2, 3)
                .withAvailability(new Availability("off", null, null, List.of(), null, null, null, null, null, null));
        truth.listings.put(limited.id(), limited);
        ObjectNode told = Json.mapper().valueToTree(new ListingChanged(limited));
        ((ObjectNode) told.path("listing")).remove("availability");
        ListingChanged partly = Json.mapper().treeToValue(told, ListingChanged.class);
        assertThat(partly.listing().isWhole()).isFalse();
        kafka.deliver(partly);
        assertThat(nextMessage().path("pins").get(0).path("limited").asBoolean())
                .isTrue();
    }

    @Test
    @Tag("SM1")
    void booking_changesThePinOnce_howeverOftenItIsHeard() throws Exception {
        PlayedKafka kafka = deployFollowing();
        JsonNode before = snapshot(TILE);
        BookingEvent event = occupy(0);
        bus.publish(event);
        JsonNode message = nextMessage();
        assertThat(message.path("epoch")).isEqualTo(before.path("epoch"));
        assertThat(message.path("seq").asLong()).isEqualTo(before.path("seq").asLong() + 1);
        JsonNode pin = message.path("pins").get(0);
        assertThat(pin.path("v").asLong()).isEqualTo(2);
        assertThat(pin.path("busy").toString())
                .isEqualTo("[[%d,%d,1]]"
                        .formatted(STAY.from().getEpochSecond() / 60, STAY.to().getEpochSecond() / 60));
        assertThat(pin.path("tz").asText()).isEqualTo("Europe/Berlin");
        assertThat(pin.path("tariff").toString()).isEqualTo("{\"hour\":250,\"day\":1500}");

        kafka.deliver(event);
        bus.publish(event);
        kafka.deliver(occupy(1));
        assertThat(nextMessage().path("seq").asLong())
                .isEqualTo(message.path("seq").asLong() + 1);
        assertThat(free(garage.id()).freeCount()).isEqualTo(1);
        assertThat(truth.reloads).hasValue(0);
    }

    @Test
    void changesOutOfOrder_waitForEachOther() throws Exception {
        PlayedKafka kafka = deployFollowing();
        BookingEvent first = occupy(0);
        BookingEvent second = occupy(1);
        BookingEvent third = occupy(2);
        kafka.deliver(third);
        kafka.deliver(second);
        kafka.deliver(first);
        until(() -> free(garage.id()).freeCount() == 0);
        assertThat(truth.reloads).hasValue(0);
    }

    @Test
    @Tag("RT3")
    void lostChange_isMadeGoodFromTheTruth() throws Exception {
        deployFollowing();
        occupy(0);
        bus.publish(occupy(1));
        JsonNode pin = nextMessage().path("pins").get(0);
        assertThat(pin.path("v").asLong()).isEqualTo(3);
        assertThat(free(garage.id()).freeCount()).isEqualTo(1);
        assertThat(truth.reloads).hasValue(1);
    }

    @Test
    void changeThatContradicts_isMadeGoodFromTheTruth() throws Exception {
        PlayedKafka kafka = deployFollowing();
        BookingEvent placed = occupy(0);
        kafka.deliver(placed);
        Occupancy occupancy = placed.occupancies().getFirst();
        // It has moved to another slot, and its event says only where it is now.
        Occupancy moved = new Occupancy(occupancy.id(), garage.slots().get(1).id(), occupancy.stay(), true);
        truth.calendars.put(garage.id(), new Calendar(garage.id(), 2, List.of(moved)));
        kafka.deliver(new BookingEvent.BlockAdded(BlockId.next(), garage.id(), List.of(moved), 2));
        until(() -> !free(garage.id()).slots().contains(garage.slots().get(1).id()));
        assertThat(free(garage.id()).freeCount()).isEqualTo(2);
    }

    @Test
    void bookingOfAnUnknownListing_loadsIt() throws Exception {
        PlayedKafka kafka = deployFollowing();
        Listing fresh = Samples.garage(ListingId.next(), 1, 1);
        truth.listings.put(fresh.id(), fresh);
        BookingEvent event = truth.occupy(fresh.id(), fresh.slots().getFirst().id(), STAY);
        assertThat(free(fresh.id()).known()).isFalse();
        kafka.deliver(event);
        until(() -> free(fresh.id()).known());
        assertThat(free(fresh.id()).freeCount()).isZero();
    }

    @Test
    void bookingOfADeletedListing_isForgotten() throws Exception {
        PlayedKafka kafka = deployFollowing();
        kafka.deliver(new BookingEvent.BlockAdded(
                BlockId.next(), ListingId.next(), List.of(new Occupancy(Ids.next(), SlotId.next(), STAY, true)), 1));
        kafka.deliver(occupy(0));
        assertThat(nextMessage().path("pins")).hasSize(1);
    }

    @Test
    void listingWhoseDeletionWasMissed_goes_whenItsCalendarIsDoubted() throws Exception {
        PlayedKafka kafka = deployFollowing();
        truth.listings.remove(garage.id());
        kafka.deliver(new BookingEvent.BlockAdded(
                BlockId.next(), garage.id(), List.of(new Occupancy(Ids.next(), SlotId.next(), STAY, true)), 9));
        assertThat(nextMessage().path("gone").get(0).asText())
                .isEqualTo(garage.id().toString());
        assertThat(free(garage.id()).known()).isFalse();
    }

    @Test
    @Tag("SM1")
    void movedListing_goesFromItsTile_andDeletedOne() throws Exception {
        PlayedKafka kafka = deployFollowing();
        GeoPoint elsewhere = new GeoPoint(48.1351, 11.582);
        Tile munich = Tile.at(elsewhere, Tile.PIN_ZOOM);
        BlockingQueue<JsonNode> there = new LinkedBlockingQueue<>();
        await(hear(munich, there));
        Listing moved = Samples.listing(
                garage.id(),
                2,
                "Moved",
                elsewhere,
                garage.timeZone(),
                garage.tariff(),
                garage.amenities(),
                true,
                null,
                garage.type(),
                garage.slots());
        kafka.deliver(new ListingChanged(moved));
        JsonNode old = nextMessage();
        assertThat(old.path("pins")).isEmpty();
        assertThat(old.path("gone").get(0).asText()).isEqualTo(garage.id().toString());
        JsonNode arrived = requireNonNull(there.poll(DEADLINE_SECONDS, TimeUnit.SECONDS));
        assertThat(arrived.path("pins").get(0).path("title").asText()).isEqualTo("Moved");

        kafka.deliver(new ListingDeleted(garage.id(), 3));
        kafka.deliver(new ListingChanged(moved));
        JsonNode deleted = requireNonNull(there.poll(DEADLINE_SECONDS, TimeUnit.SECONDS));
        assertThat(deleted.path("gone").get(0).asText()).isEqualTo(garage.id().toString());
        assertThat(snapshot(munich).path("pins")).isEmpty();
    }

    @Test
    void slotThatComesBack_bringsItsCalendar() throws Exception {
        PlayedKafka kafka = deployFollowing();
        Slot last = garage.slots().get(2);
        kafka.deliver(new ListingChanged(withSlots(2, garage.slots().subList(0, 2))));
        // While it is not offered, its bookings concern nobody here.
        kafka.deliver(truth.occupy(garage.id(), last.id(), STAY));
        truth.listings.put(garage.id(), withSlots(3, garage.slots()));
        kafka.deliver(new ListingChanged(withSlots(3, garage.slots())));
        until(() -> free(garage.id()).freeCount() == 2
                && !free(garage.id()).slots().contains(last.id())
                && snapshot(TILE).path("pins").get(0).path("capacity").asInt() == 3);
    }

    private Listing withSlots(long version, List<Slot> slots) {
        return Samples.listing(
                garage.id(),
                version,
                garage.title(),
                garage.location(),
                garage.timeZone(),
                garage.tariff(),
                garage.amenities(),
                true,
                null,
                garage.type(),
                slots);
    }

    @Test
    @Tag("RT3")
    void withoutKafka_theBusDoes_andWhatItLostIsMadeGoodAfterwards() throws Exception {
        Promise<Void> isBack = Promise.promise();
        PlayedKafka back = new PlayedKafka(isBack.future());
        deploy(new PlayedKafka(false), new PlayedKafka(false), back);
        bus.publish(occupy(0));
        until(() -> free(garage.id()).freeCount() == 2);
        // The bus loses this one; the load that comes with Kafka brings it.
        occupy(1);
        isBack.complete();
        await(back.followed());
        assertThat(free(garage.id()).freeCount()).isEqualTo(1);
        assertThat(kafkas).hasSize(3);
    }

    @Test
    @Tag("RT3")
    void lostPlaceInKafka_loadsEverythingAgain() throws Exception {
        Listing doomed = Samples.garage(ListingId.next(), 1, 1);
        truth.listings.put(doomed.id(), doomed);
        PlayedKafka first = new PlayedKafka(true);
        PlayedKafka second = new PlayedKafka(true);
        deploy(first, second);
        await(first.followed());
        occupy(1);
        truth.listings.remove(doomed.id());
        first.lose();
        await(second.followed());
        assertThat(free(garage.id()).freeCount()).isEqualTo(2);
        assertThat(free(doomed.id()).known()).isFalse();
        JsonNode told = nextMessage();
        assertThat(told.path("gone").get(0).asText()).isEqualTo(doomed.id().toString());
        assertThat(told.path("pins")).hasSize(1);
    }

    @Test
    @Tag("RT3")
    void snapshotAndWhatFollowsIt_areTheTruth() throws Exception {
        PlayedKafka kafka = deployFollowing();
        Random random = new Random(7);
        JsonNode early = snapshot(TILE);
        List<Event> late = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            BookingEvent event = random(random);
            switch (random.nextInt(4)) {
                case 0 -> bus.publish(event);
                case 1 -> late.add(event);
                default -> {
                    kafka.deliver(event);
                    bus.publish(event);
                }
            }
            if (i % 20 == 0) {
                Collections.shuffle(late, random);
                late.forEach(kafka::deliver);
                late.clear();
            }
        }
        late.forEach(kafka::deliver);
        long version = 1 + truth.calendar(garage.id()).calendarVersion();
        until(() -> snapshot(TILE).path("pins").get(0).path("v").asLong() == version);
        JsonNode end = snapshot(TILE);

        Map<String, JsonNode> pins = new TreeMap<>();
        early.path("pins").forEach(pin -> pins.put(pin.path("id").asText(), pin));
        long seq = early.path("seq").asLong();
        while (seq < end.path("seq").asLong()
                || requireNonNull(pins.get(garage.id().toString())).path("v").asLong() < version) {
            JsonNode message = nextMessage();
            assertThat(message.path("seq").asLong()).isEqualTo(++seq);
            message.path("pins").forEach(pin -> pins.put(pin.path("id").asText(), pin));
        }
        assertThat(pins.values()).containsExactlyElementsOf(end.path("pins"));
        int busyNow = truth.calendar(garage.id()).occupancies().size();
        assertThat(end.path("pins").get(0).path("busy").size()).isEqualTo(busyNow == 0 ? 0 : 1);
    }

    @Test
    @Tag("RT3")
    void snapshotForWhomHasThePins_saysSo_untilOneChanges() throws Exception {
        PlayedKafka kafka = deployFollowing();
        JsonNode all = snapshot(TILE);
        PinDigest digest = new PinDigest();
        all.path("pins")
                .forEach(
                        pin -> digest.add(pin.path("id").asText(), pin.path("v").asLong()));
        JsonNode same = snapshot(TILE, digest.toString());
        assertThat(same.path("same").asBoolean()).isTrue();
        assertThat(same.has("pins")).isFalse();
        assertThat(same.path("epoch")).isEqualTo(all.path("epoch"));
        assertThat(same.path("seq")).isEqualTo(all.path("seq"));
        kafka.deliver(occupy(0));
        until(() -> !snapshot(TILE, digest.toString()).path("same").asBoolean());
        assertThat(snapshot(TILE, digest.toString()).path("pins")).hasSameSizeAs(all.path("pins"));
    }

    private BookingEvent random(Random random) {
        List<Occupancy> all = truth.calendar(garage.id()).occupancies();
        SlotId slot = garage.slots().get(random.nextInt(garage.capacity())).id();
        return all.stream()
                .filter(occupancy -> occupancy.slot().equals(slot))
                .findFirst()
                .map(occupancy -> truth.end(garage.id(), occupancy))
                .orElseGet(() -> truth.occupy(garage.id(), slot, STAY));
    }
}
