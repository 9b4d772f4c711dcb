package dev.berth.calendars;

import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand.Block;
import dev.berth.bookings.BookingCommand.BlockPage;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.BookingPage;
import dev.berth.bookings.BookingCommand.ListBlocks;
import dev.berth.bookings.BookingCommand.ListBookings;
import dev.berth.bookings.BookingStatus;
import dev.berth.calendars.CalendarCommand.CalendarFile;
import dev.berth.calendars.CalendarCommand.CreateFeed;
import dev.berth.calendars.CalendarCommand.CreatedFeed;
import dev.berth.calendars.CalendarCommand.ReadFeed;
import dev.berth.calendars.CalendarSql.Found;
import dev.berth.identity.IdentityCommand.GetContact;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BlockId;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes feeds, and the calendars that they show: as their owner sees them, asked of those whose it is. */
final class Calendars {
    /** What is in a calendar: what has not come to nothing. */
    private static final Set<BookingStatus> SHOWN =
            Set.of(BookingStatus.PENDING_HOST, BookingStatus.CONFIRMED, BookingStatus.ACTIVE, BookingStatus.COMPLETED);

    private static final int SECRET_BYTES = 16;
    private static final int PAGE = 100;

    private final Bus bus;
    private final CalendarSql sql;
    private final URI publicUrl;
    private final CalendarConfig config;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Calendars(Bus bus, CalendarSql sql, URI publicUrl, CalendarConfig config, Clock clock) {
        this.bus = bus;
        this.sql = sql;
        this.publicUrl = publicUrl;
        this.config = config;
        this.clock = clock;
    }

    CreatedFeed create(CreateFeed command) {
        if (command.actor().isGuest()) {
            throw new Rejection(ProblemType.ACCOUNT_REQUIRED, "who has calendars has an account");
        }
        ListingId listing = command.listing();
        if (listing != null
                && !bus.ask(new GetListing(listing))
                        .await()
                        .owner()
                        .equals(command.actor().user())) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the owner of the listing may do this");
        }
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Feed feed = sql.create(command.actor().user(), listing, digest(secret), config.feedsMax())
                .orElseThrow(() -> new Rejection(
                        ProblemType.UNPROCESSABLE,
                        "you have %d calendars already: delete one".formatted(config.feedsMax())));
        return new CreatedFeed(feed, secret);
    }

    CalendarFile read(ReadFeed command) {
        Found found = sql.find(digest(command.secret())).orElseThrow(Calendars::unknown);
        String language = bus.ask(new GetContact(found.owner())).await().locale();
        CalendarWriter writer = new CalendarWriter(publicUrl, language, config.refresh());
        Principal owner = new Principal(found.owner(), Set.of(Role.DRIVER, Role.HOST));
        if (found.listing() == null) {
            writer.name("name.driver");
            bookings(owner, null).forEach(writer::parking);
        } else {
            Listing listing = bus.ask(new GetListing(found.listing())).await();
            // Whose listing it is now may be somebody else.
            if (!listing.owner().equals(found.owner())) {
                throw unknown();
            }
            writer.name("name.listing", listing.title());
            bookings(owner, listing.id()).forEach(writer::booked);
            blocks(owner, listing.id()).forEach(writer::blocked);
        }
        String text = writer.text();
        return new CalendarFile(
                text, HexFormat.of().formatHex(digest(text).getBytes()).substring(0, 2 * SECRET_BYTES));
    }

    private static Rejection unknown() {
        return new Rejection(ProblemType.NOT_FOUND, "there is no such calendar");
    }

    private List<Booking> bookings(Principal owner, @Nullable ListingId listing) {
        Instant oldest = clock.instant().minus(config.past());
        List<Booking> found = new ArrayList<>();
        BookingId before = null;
        do {
            BookingPage page = bus.ask(new ListBookings(owner, listing != null, listing, SHOWN, before, PAGE))
                    .await();
            page.bookings().stream()
                    .map(BookingDetails::booking)
                    .filter(booking -> booking.stay().to().isAfter(oldest))
                    .forEach(found::add);
            before = page.next();
        } while (before != null && found.size() < config.eventsMax());
        return found.subList(0, Math.min(found.size(), config.eventsMax()));
    }

    private List<Block> blocks(Principal owner, ListingId listing) {
        List<Block> found = new ArrayList<>();
        BlockId after = null;
        do {
            BlockPage page =
                    bus.ask(new ListBlocks(owner, listing, after, PAGE)).await();
            found.addAll(page.blocks());
            after = page.next();
        } while (after != null && found.size() < config.eventsMax());
        return found.subList(0, Math.min(found.size(), config.eventsMax()));
    }

    private static Buffer digest(String text) {
        try {
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
