package dev.berth.waitlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.bookings.BookingCommand;
import dev.berth.bookings.BookingCommand.Calendar;
import dev.berth.bookings.BookingCommand.GetCalendar;
import dev.berth.bookings.BookingEvent.BlockRemoved;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Tariff;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BlockId;
import dev.berth.values.GeoPoint;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.waitlist.WaitlistCommand.BeginToWait;
import dev.berth.waitlist.WaitlistEvent.SlotFreed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Waitlists on a real database, between a listing and a calendar that a test writes. */
@WithServices
@Tag("SM10")
@TestInstance(Lifecycle.PER_CLASS)
class WaitlistIT {
    private static final long DEADLINE_SECONDS = 30;
    private static final int PER_DRIVER = 3;

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx, MessageCatalog.of(List.of()), Json.mapper());
    private final Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);
    private final TimeRange stay = hours(0, 2);
    private final List<Occupancy> taken = new CopyOnWriteArrayList<>();
    private final Queue<SlotFreed> heard = new ConcurrentLinkedQueue<>();
    private Listing listing;
    private Db db;
    private WaitlistSql sql;
    private Waitlist waitlist;

    @BeforeAll
    void start(Services services) throws TimeoutException {
        DatabaseConfig database = DatabaseConfig.of(services.migratedDatabase());
        db = Database.open(vertx, database);
        sql = new WaitlistSql(db, new Outbox(db, bus, Json.mapper()));
        WaitlistConfig limits =
                new WaitlistConfig(PER_DRIVER, Duration.ofDays(180), Duration.ofDays(30), 50, Duration.ofDays(30));
        waitlist = new Waitlist(bus, sql, limits, Clock.systemUTC(), new SimpleMeterRegistry().counter("told"));
        await(bus.<ListingCommand<?>>serve(ListingCommand.ADDRESS, ListingCommand.class, this::listing));
        await(bus.<BookingCommand<?>>serve(BookingCommand.ADDRESS, BookingCommand.class, this::calendar));
        await(bus.subscribe(WaitlistEvent.ADDRESS, SlotFreed.class, heard::add));
    }

    @BeforeEach
    void twoSlots_bothTaken() {
        listing = new Listing(
                ListingId.next(),
                1,
                UserId.next(),
                "Markt",
                "",
                ListingType.GARAGE,
                new GeoPoint(49.0, 8.4),
                "Markt 1",
                "Europe/Berlin",
                new Tariff("EUR", 250, null),
                Set.of(),
                true,
                CancellationPolicy.FLEXIBLE,
                null,
                false,
                null,
                List.of(slot(0), slot(1)));
        taken.clear();
        listing.slots().forEach(slot -> taken.add(occupied(slot.id(), stay)));
        heard.clear();
    }

    @AfterAll
    void close() throws TimeoutException {
        await(vertx.close());
    }

    private Message listing(ListingCommand<?> command) {
        if (command instanceof GetListing get && get.listing().equals(listing.id())) {
            return get.reply(listing);
        }
        throw new Rejection(ProblemType.NOT_FOUND, "there is no such listing");
    }

    private Message calendar(BookingCommand<?> command) {
        GetCalendar get = (GetCalendar) command;
        return get.reply(new Calendar(get.listing(), taken.size(), taken));
    }

    private static Slot slot(int position) {
        return new Slot(SlotId.next(), "A" + position, SlotKind.STANDARD, position);
    }

    private static Occupancy occupied(SlotId slot, TimeRange stay) {
        return new Occupancy(Ids.next(), slot, stay, true);
    }

    private TimeRange hours(int from, int to) {
        return new TimeRange(tomorrow.plus(from, ChronoUnit.HOURS), tomorrow.plus(to, ChronoUnit.HOURS));
    }

    private static Principal driver() {
        return new Principal(UserId.next(), Set.of(Role.DRIVER));
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private Wait begin(Principal driver, TimeRange stay) {
        return waitlist.begin(new BeginToWait(driver, listing.id(), stay));
    }

    private Problem refusal(Principal driver, TimeRange stay) {
        return catchThrowableOfType(Rejection.class, () -> begin(driver, stay)).problem();
    }

    private String pointer(TimeRange stay) {
        return refusal(driver(), stay).errors().getFirst().pointer();
    }

    /** The calendar loses what is in the slot at that time, and says so. */
    private EventRecord free(int slot, TimeRange time) {
        SlotId id = listing.slots().get(slot).id();
        taken.removeIf(each -> each.slot().equals(id) && each.stay().equals(time));
        return new EventRecord(
                Ids.next(),
                new BlockRemoved(BlockId.next(), listing.id(), List.of(new Occupancy(Ids.next(), id, time, false)), 1));
    }

    private long events(Wait wait) {
        return db.query(
                        "SELECT count(*) FROM platform.outbox WHERE topic = $1 AND body LIKE '%' || $2 || '%'",
                        Tuple.of(WaitlistEvent.ADDRESS, wait.id().toString()))
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void allWhoWait_areToldOnce_whenASlotIsFree() {
        Principal first = driver();
        Wait waits = begin(first, stay);
        Wait waitsToo = begin(driver(), hours(1, 2));
        EventRecord freed = free(0, stay);

        waitlist.take(freed);
        waitlist.take(freed);

        assertThat(List.of(events(waits), events(waitsToo))).containsOnly(1L);
        assertThat(sql.list(first.user(), null, 10)).singleElement().satisfies(wait -> {
            assertThat(wait.id()).isEqualTo(waits.id());
            assertThat(wait.toldAt()).isNotNull();
        });
    }

    @Test
    void manyNodesThatHearOfIt_tellOnce() {
        Wait waits = begin(driver(), stay);
        EventRecord freed = free(0, stay);
        List<CompletableFuture<Void>> nodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            nodes.add(CompletableFuture.runAsync(() -> waitlist.take(freed)));
        }
        nodes.forEach(CompletableFuture::join);
        assertThat(events(waits)).isEqualTo(1);
    }

    @Test
    void nobodyIsTold_whileNoSlotIsFreeForAllOfTheirStay() {
        taken.add(occupied(listing.slots().get(0).id(), hours(2, 3)));
        Wait longer = begin(driver(), hours(0, 3));
        Wait elsewhere = begin(driver(), stay);
        taken.add(occupied(listing.slots().get(0).id(), hours(1, 2)));

        waitlist.take(free(0, stay));

        assertThat(List.of(events(longer), events(elsewhere))).containsOnly(0L);
        waitlist.take(free(0, hours(1, 2)));
        assertThat(List.of(events(longer), events(elsewhere))).containsExactly(0L, 1L);
    }

    @Test
    void whoCouldBook_doesNotWait() {
        taken.clear();
        Principal driver = driver();
        assertThat(refusal(driver, stay).type()).isEqualTo(ProblemType.CONFLICT);
        assertThat(sql.list(driver.user(), null, 10)).isEmpty();
    }

    @Test
    void waitingTwice_isWaitingOnce() {
        Principal driver = driver();
        assertThat(begin(driver, stay).id()).isEqualTo(begin(driver, stay).id());
        assertThat(sql.list(driver.user(), null, 10)).hasSize(1);
    }

    @Test
    void oneDriver_waitsForSoMuchAndNoMore_alsoAtOnce() {
        Principal driver = driver();
        taken.clear();
        listing.slots().forEach(slot -> taken.add(occupied(slot.id(), hours(0, 24))));
        List<CompletableFuture<Boolean>> tries = new ArrayList<>();
        for (int i = 0; i < 2 * PER_DRIVER; i++) {
            TimeRange other = hours(i, i + 1);
            tries.add(CompletableFuture.supplyAsync(() -> {
                try {
                    begin(driver, other);
                    return true;
                } catch (Rejection refused) {
                    assertThat(refused.problem().type()).isEqualTo(ProblemType.UNPROCESSABLE);
                    return false;
                }
            }));
        }
        assertThat(tries.stream().filter(CompletableFuture::join)).hasSize(PER_DRIVER);
        TimeRange held = sql.list(driver.user(), null, 1).getFirst().stay();
        assertThat(begin(driver, held).stay()).isEqualTo(held);
    }

    @Test
    void aStayThatHasBegunOrIsTooFarOrTooLong_isRefused() {
        assertThat(pointer(hours(-48, -46))).isEqualTo("/from");
        assertThat(pointer(hours(24 * 200, 24 * 200 + 2))).isEqualTo("/from");
        assertThat(pointer(hours(0, 24 * 31))).isEqualTo("/to");
    }

    @Test
    void onlyWhoseItIs_canGiveItUp() {
        Principal driver = driver();
        Wait waits = begin(driver, stay);
        assertThat(sql.stop(waits.id(), UserId.next())).isFalse();
        assertThat(sql.stop(waits.id(), driver.user())).isTrue();
        waitlist.take(free(0, stay));
        assertThat(events(waits)).isZero();
    }

    @Test
    void aListingThatHasGone_tellsNobody() {
        Wait waits = begin(driver(), stay);
        EventRecord freed = free(0, stay);
        ListingId gone = listing.id();
        twoSlots_bothTaken();
        assertThat(listing.id()).isNotEqualTo(gone);
        waitlist.take(freed);
        assertThat(events(waits)).isZero();
    }

    @Test
    void whatIsOver_isForgotten() {
        Principal driver = driver();
        Wait waits = begin(driver, stay);
        sql.forget(Duration.ofDays(-3));
        assertThat(sql.stop(waits.id(), driver.user())).isFalse();
    }
}
