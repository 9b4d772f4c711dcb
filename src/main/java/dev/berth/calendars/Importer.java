package dev.berth.calendars;

import dev.berth.bookings.BookingCommand.AddBlock;
import dev.berth.bookings.BookingCommand.GetCalendar;
import dev.berth.bookings.BookingCommand.RemoveBlock;
import dev.berth.bookings.Occupancy;
import dev.berth.calendars.CalendarCommand.CreateImport;
import dev.berth.calendars.CalendarFetcher.FetchException;
import dev.berth.calendars.CalendarFetcher.Fetched;
import dev.berth.calendars.CalendarImport.Failure;
import dev.berth.calendars.CalendarReader.NotACalendar;
import dev.berth.calendars.ImportPlan.Addition;
import dev.berth.calendars.ImportPlan.Kept;
import dev.berth.calendars.ImportSql.Claim;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.Slot;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BlockId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps blocks as calendars elsewhere say. Every node looks for what is due; the database shares it out, and whoever dies over
 * one has it taken over when its lease ends. What is written can be written again: a block is noted before it is made, and
 * what is noted is compared with what there is.
 */
final class Importer {
    private static final Logger LOG = LoggerFactory.getLogger(Importer.class);
    private static final int ADDRESS_MAX = 2_000;
    private static final int TAG_MAX = 500;
    private static final int REASON_MAX = 100;

    private final Vertx vertx;
    private final Bus bus;
    private final ImportSql sql;
    private final CalendarFetcher fetcher;
    private final ImportConfig config;
    private final String ownHost;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Counter added;
    private final Counter removed;
    private int underWay;

    Importer(
            Vertx vertx,
            Bus bus,
            ImportSql sql,
            CalendarFetcher fetcher,
            ImportConfig config,
            URI publicUrl,
            Clock clock,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.bus = bus;
        this.sql = sql;
        this.fetcher = fetcher;
        this.config = config;
        this.ownHost = publicUrl.getHost();
        this.clock = clock;
        this.meters = meters;
        this.added = counter("added");
        this.removed = counter("removed");
    }

    private Counter counter(String change) {
        return Counter.builder("berth.calendars.import.blocks")
                .description("Blocks that imported calendars have made and taken away")
                .tag("change", change)
                .register(meters);
    }

    CalendarImport create(CreateImport command) {
        UserId owner = command.actor().user();
        Listing listing = bus.ask(new GetListing(command.listing())).await();
        if (!listing.owner().equals(owner)) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the owner of the listing may do this");
        }
        SlotId slot = command.slot();
        if (slot != null && listing.slots().stream().noneMatch(each -> each.id().equals(slot))) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the listing has no such slot", "/slotId");
        }
        URI address = CalendarFetcher.address(command.url());
        if (address == null || address.toString().length() > ADDRESS_MAX) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "this is no address of a calendar on the web", "/url");
        }
        return sql.create(owner, listing.id(), slot, address.toString(), config.importsMax())
                .orElseThrow(() -> new Rejection(
                        ProblemType.UNPROCESSABLE,
                        "you import %d calendars already: delete one".formatted(config.importsMax())));
    }

    /** Takes what is due, as far as this node has hands free. On the verticle's context, where the tasks take turns. */
    void work() {
        if (underWay >= config.batch()) {
            return;
        }
        // Before the first wait: another look may begin meanwhile.
        int free = config.batch() - underWay;
        underWay += free;
        List<Claim> claims = List.of();
        try {
            claims = sql.claim(free, config);
        } catch (Exception failure) {
            LOG.warn("calendars cannot be imported now: {}", failure.toString());
        } finally {
            underWay -= free - claims.size();
        }
        for (Claim claim : claims) {
            vertx.runOnContext(ignored -> {
                try {
                    take(claim);
                } finally {
                    underWay--;
                }
            });
        }
    }

    private void take(Claim claim) {
        String outcome = "read";
        try {
            if (claim.removed()) {
                outcome = "deleted";
                end(claim);
            } else {
                refresh(claim);
            }
        } catch (FetchException failure) {
            outcome = failed(claim, failure.failure());
        } catch (NotACalendar failure) {
            outcome = failed(claim, Failure.NOT_A_CALENDAR);
        } catch (Rejection refusal) {
            ProblemType type = refusal.problem().type();
            boolean isGone = type == ProblemType.NOT_FOUND || type == ProblemType.FORBIDDEN;
            outcome = failed(claim, isGone ? Failure.LISTING_GONE : Failure.INTERNAL);
        } catch (Exception failure) {
            LOG.warn("calendar import {}: {}", claim.id(), failure.toString());
            outcome = failed(claim, Failure.INTERNAL);
        }
        Counter.builder("berth.calendars.imports")
                .description("Calendars elsewhere that were read, by what became of it")
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }

    private String failed(Claim claim, Failure failure) {
        try {
            sql.failed(claim, failure, config);
        } catch (Exception unwritten) {
            // Its lease ends by itself.
            LOG.warn("calendar import {}: {}", claim.id(), unwritten.toString());
        }
        return failure.name();
    }

    /** Of one that its host has deleted: its blocks go, then it goes. */
    private void end(Claim claim) {
        for (Kept block : sql.blocks(claim.id())) {
            remove(claim, block);
        }
        sql.drop(claim);
    }

    private void refresh(Claim claim) {
        long begun = System.nanoTime();
        Listing listing = bus.ask(new GetListing(claim.listing())).await();
        List<SlotId> slots = slots(claim, listing);
        Fetched fetched = fetcher.fetch(URI.create(claim.address()), claim.tag(), claim.modified())
                .await();
        switch (fetched) {
            case Fetched.Same same -> sql.same(claim, config);
            case Fetched.Changed changed -> {
                BusyTimes times = read(listing, changed.body());
                ImportPlan plan = plan(claim, listing, slots, times);
                boolean done = carryOut(claim, plan, begun);
                sql.read(
                        claim,
                        config,
                        done && plan.conflicts().isEmpty(),
                        kept(changed.tag()),
                        kept(changed.modified()),
                        times,
                        plan.conflicts());
            }
        }
    }

    private static @Nullable String kept(@Nullable String tag) {
        return tag == null || tag.length() > TAG_MAX ? null : tag;
    }

    private static List<SlotId> slots(Claim claim, Listing listing) {
        List<SlotId> all = listing.slots().stream().map(Slot::id).toList();
        List<SlotId> meant = claim.slot() == null ? all : List.of(claim.slot());
        if (!listing.owner().equals(claim.owner()) || !all.containsAll(meant)) {
            throw new FetchException(Failure.LISTING_GONE);
        }
        return meant;
    }

    /** On a worker: the text is somebody else's, and may be long. */
    private BusyTimes read(Listing listing, Buffer body) {
        ZoneId zone = ZoneId.of(listing.timeZone());
        CalendarReader reader =
                new CalendarReader(zone, window(listing, zone), config.busyMax(), ownHost, config.timeout());
        return vertx.executeBlocking(() -> reader.read(body.toString(StandardCharsets.UTF_8)), false)
                .await();
    }

    /** To the beginning of a month: what has no end does not grow by a little with every look. */
    private TimeRange window(Listing listing, ZoneId zone) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Integer days =
                listing.availability() == null ? null : listing.availability().horizonDays();
        Duration horizon = days == null ? config.horizon() : Duration.ofDays(days);
        Instant end = now.plus(horizon)
                .atZone(zone)
                .toLocalDate()
                .withDayOfMonth(1)
                .plusMonths(1)
                .atStartOfDay(zone)
                .toInstant();
        return new TimeRange(now, end);
    }

    private ImportPlan plan(Claim claim, Listing listing, List<SlotId> slots, BusyTimes times) {
        List<Kept> known = sql.blocks(claim.id());
        List<Occupancy> taken = bus.ask(new GetCalendar(listing.id())).await().occupancies();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return ImportPlan.of(now, slots, times.busy(), known, taken, config.conflictsMax());
    }

    /** False when something could not be done, or not in time; what is left is done the next time. */
    private boolean carryOut(Claim claim, ImportPlan plan, long begunNanos) {
        long endNanos = begunNanos + config.lease().dividedBy(2).toNanos();
        for (Kept block : plan.remove()) {
            remove(claim, block);
        }
        boolean complete = true;
        for (Addition each : plan.add()) {
            if (System.nanoTime() - endNanos > 0) {
                return false;
            }
            complete &= add(claim, each);
        }
        return complete;
    }

    private boolean add(Claim claim, Addition addition) {
        Kept block = new Kept(BlockId.next(), addition.key(), addition.slots(), addition.time());
        if (!sql.intend(claim, block)) {
            return false;
        }
        String site = ImportSql.site(claim.address());
        boolean done = told(new AddBlock(
                owner(claim),
                claim.listing(),
                addition.slots(),
                addition.time().from(),
                addition.time().to(),
                site.substring(0, Math.min(site.length(), REASON_MAX)),
                block.block()));
        if (done) {
            added.increment();
        } else {
            // Somebody was faster, or the time is over.
            sql.forget(block.block());
        }
        return done;
    }

    private void remove(Claim claim, Kept block) {
        if (told(new RemoveBlock(owner(claim), claim.listing(), block.block()))) {
            removed.increment();
        }
        sql.forget(block.block());
    }

    private static Principal owner(Claim claim) {
        return new Principal(claim.owner(), Set.of(Role.DRIVER, Role.HOST));
    }

    /** False when it is refused as being so already, or not possible any more. */
    private boolean told(Command<?> command) {
        try {
            bus.ask(command).await();
            return true;
        } catch (Rejection refusal) {
            switch (refusal.problem().type()) {
                case NOT_FOUND, FORBIDDEN, CONFLICT, UNPROCESSABLE -> {
                    return false;
                }
                default -> throw refusal;
            }
        }
    }
}
