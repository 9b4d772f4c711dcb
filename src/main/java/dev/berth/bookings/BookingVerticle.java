package dev.berth.bookings;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.listings.ListingEvent;
import dev.berth.payments.PaymentEvent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Signers;
import dev.berth.values.BookingId;
import dev.berth.values.PaymentId;
import dev.berth.values.SeriesId;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the bookings of this node and ends expired holds, as every node does: whoever sees one first.
 *
 * <p>Deploy on a virtual thread.
 */
public final class BookingVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(BookingVerticle.class);

    /** What the keys are derived for. */
    static final String QUOTES = "bookings.quotes";

    static final String SERIES_QUOTES = "bookings.series-quotes";

    static final String PAYMENT_SECRETS = "bookings.payment-secrets";

    private final Bus bus;
    private final ListingCache listings;
    private final Quotes quotes;
    private final Recommendations recommendations;
    private final BookingSql sql;
    private final Announcer announcer;
    private final Checkout checkout;
    private final Requests requests;
    private final Bookings bookings;
    private final Stays stays;
    private final StaySql staySql;
    private final Overstays overstays;
    private final Rescues rescues;
    private final StayTimers timers;
    private final Changes changes;
    private final Blocks blocks;
    private final FreeBusyTimes freeBusy;
    private final Rights rights;
    private final SeriesBookings series;
    private final PassSlots passSlots;
    private final ChargeSql charges;
    private final BookingConfig config;
    private final BookingMetrics metrics;
    private boolean sweeping;

    /**
     * @param finder knows likely free slots, on this node
     * @param nearby knows other places near one, on this node
     * @param signers sign quotes and what payment pages are given; with the same secrets on all nodes
     * @param publicUrl of the web app, without a path
     * @throws IllegalArgumentException when the configured pass key is none
     */
    public BookingVerticle(
            Bus bus,
            Db db,
            Outbox outbox,
            FreeSlotFinder finder,
            NearbyPlaces nearby,
            Signers signers,
            JsonMapper json,
            String publicUrl,
            BookingConfig config,
            Clock clock,
            MeterRegistry meters) {
        this.bus = bus;
        this.config = config;
        BookingMetrics metrics = new BookingMetrics(meters);
        this.metrics = metrics;
        this.listings =
                new ListingCache(bus, config.listingCacheTime(), config.listingCacheSize(), config.stayDefaults());
        BayFinder bays = new BayFinder(finder);
        this.quotes = new Quotes(bus, listings, bays, new QuoteTokens(signers.signer(QUOTES), json), config, clock);
        this.recommendations = new Recommendations(listings, bays, quotes);
        this.sql = new BookingSql(db, json);
        this.charges = new ChargeSql(db, sql);
        LifeSql life = new LifeSql(db, sql);
        this.announcer = new Announcer(outbox, bus, json, metrics);
        this.checkout = new Checkout(bus, sql, quotes, announcer, publicUrl, config, new SecureRandom());
        this.requests = new Requests(new RequestSql(db, sql), quotes, checkout, announcer, config);
        PassTokens passes = PassTokens.of(config.passKey());
        this.bookings = new Bookings(
                quotes,
                sql,
                life,
                requests,
                checkout,
                announcer,
                metrics,
                passes,
                new ClientSecrets(signers.signer(PAYMENT_SECRETS)),
                new Arrivals(bus),
                config,
                clock);
        this.changes = new Changes(bus, bookings, quotes, life, checkout, requests, announcer, config);
        this.staySql = new StaySql(db, sql);
        this.overstays = new Overstays(bus, bookings, staySql, changes, checkout, announcer);
        this.rescues = new Rescues(
                bus,
                bookings,
                quotes,
                listings,
                nearby,
                staySql,
                checkout,
                announcer,
                config.stays(),
                new SecureRandom());
        this.stays = new Stays(bookings, life, overstays, rescues, listings, checkout, announcer, config);
        this.timers = new StayTimers(staySql, stays, rescues, announcer, config);
        this.blocks = new Blocks(listings, sql, outbox, clock);
        this.freeBusy = new FreeBusyTimes(listings, new FreeBusySql(db));
        this.rights = new Rights(new RightSql(db), passes, config);
        this.passSlots = new PassSlots(listings, quotes, new PassSlotSql(db, sql), outbox, passes);
        SeriesSql seriesSql = new SeriesSql(db, sql);
        this.series = new SeriesBookings(
                bus,
                new SeriesQuotes(quotes, listings, seriesSql, signers.signer(SERIES_QUOTES), json, config.series()),
                quotes,
                seriesSql,
                bookings,
                checkout,
                announcer,
                metrics,
                config,
                new SecureRandom());
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(config.sweepInterval().toMillis(), ignored -> sweep());
        vertx.setPeriodic(config.sweepInterval().toMillis(), ignored -> timers.run());
        return Future.all(
                bus.<BookingCommand<?>>serve(BookingCommand.ADDRESS, BookingCommand.class, this::handle),
                bus.<SeriesCommand<?>>serve(SeriesCommand.ADDRESS, SeriesCommand.class, this::handleSeries),
                bus.<PassSlotCommand<?>>serve(PassSlotCommand.ADDRESS, PassSlotCommand.class, this::handlePassSlots),
                bus.subscribe(ListingEvent.ADDRESS, ListingEvent.class, listings::hear),
                bus.subscribe(PaymentEvent.ADDRESS, PaymentEvent.class, this::hear));
    }

    private Message handleSeries(SeriesCommand<?> command) {
        return switch (command) {
            case SeriesCommand.CreateSeriesQuote c -> c.reply(series.quote(c));
            case SeriesCommand.PlaceSeries c -> c.reply(series.place(c));
            case SeriesCommand.GetSeries c -> c.reply(series.get(c));
            case SeriesCommand.PreviewSeriesCancellation c -> c.reply(series.preview(c));
            case SeriesCommand.CancelSeries c -> c.reply(series.cancel(c));
        };
    }

    private Message handlePassSlots(PassSlotCommand<?> command) {
        return switch (command) {
            case PassSlotCommand.KeepSlots c -> c.reply(passSlots.keep(c));
            case PassSlotCommand.EndPass c -> c.reply(passSlots.end(c));
            case PassSlotCommand.ReleaseSlots c -> c.reply(passSlots.release(c));
            case PassSlotCommand.SignCards c -> c.reply(passSlots.sign(c));
        };
    }

    private Message handle(BookingCommand<?> command) {
        return switch (command) {
            case BookingCommand.RecommendSlots c -> c.reply(recommendations.of(c));
            case BookingCommand.CreateQuote c -> {
                BookingCommand.Quote quote = quotes.create(c);
                metrics.quoted.increment();
                yield c.reply(quote);
            }
            case BookingCommand.PlaceBooking c -> c.reply(bookings.place(c));
            case BookingCommand.PayBooking c -> c.reply(pay(c));
            case BookingCommand.GetBooking c -> c.reply(bookings.get(c));
            case BookingCommand.ListBookings c -> c.reply(bookings.list(c));
            case BookingCommand.PreviewCancellation c -> c.reply(bookings.preview(c));
            case BookingCommand.CancelBooking c -> c.reply(bookings.cancel(c));
            case BookingCommand.AcceptRequest c -> c.reply(requests.accept(c, bookings));
            case BookingCommand.DeclineRequest c -> c.reply(requests.decline(c, bookings));
            case BookingCommand.ModifyBooking c -> c.reply(changes.modify(c));
            case BookingCommand.ExtendBooking c -> c.reply(changes.extend(c));
            case BookingCommand.PreviewExtension c -> c.reply(changes.preview(c));
            case BookingCommand.CheckIn c -> c.reply(stays.checkIn(c));
            case BookingCommand.CheckOut c -> c.reply(stays.checkOut(c));
            case BookingCommand.RecordEntry c -> c.reply(stays.recordEntry(c));
            case BookingCommand.RecordExit c -> c.reply(stays.recordExit(c));
            case BookingCommand.WaiveOverstayFee c -> c.reply(overstays.waive(c));
            case BookingCommand.CollectOverstay(BookingId booking) -> {
                overstays.collect(booking);
                yield Done.DONE;
            }
            case BookingCommand.SettleRescue c -> {
                rescues.settle(c.booking(), c.host(), c.worth());
                yield Done.DONE;
            }
            case BookingCommand.WatchPlace c -> {
                staySql.watch(c.listing(), c.seesEntry(), c.seesExit(), c.releaseNoShows(), c.version());
                yield Done.DONE;
            }
            case BookingCommand.GetPass c -> c.reply(bookings.pass(c));
            case BookingCommand.ListBlocks c -> c.reply(blocks.list(c));
            case BookingCommand.AddBlock c -> c.reply(blocks.add(c));
            case BookingCommand.RemoveBlock c -> c.reply(blocks.remove(c));
            case BookingCommand.GetFreeBusy c -> c.reply(freeBusy.get(c));
            case BookingCommand.ReadPass c -> c.reply(rights.read(c));
            case BookingCommand.GetPassKey c -> c.reply(rights.key());
            case BookingCommand.FindRights c -> c.reply(rights.find(c));
            case BookingCommand.GetTaken c -> c.reply(rights.taken(c));
            case BookingCommand.GetCalendar c -> c.reply(sql.calendar(c.listing()));
            case BookingCommand.ExportCalendars c -> c.reply(export(c));
            case BookingCommand.SettlePayment(BookingId booking) -> {
                settlePayment(booking);
                yield Done.DONE;
            }
            case BookingCommand.AskHost(BookingId booking) -> {
                requests.askHost(booking);
                yield Done.DONE;
            }
            case BookingCommand.ReleaseUnpaid(BookingId booking) -> {
                releaseUnpaid(booking);
                yield Done.DONE;
            }
            case BookingCommand.SettleCharge c -> {
                settleCharge(c.payment(), c.booking());
                yield Done.DONE;
            }
            case BookingCommand.ReleaseCharge c -> {
                changes.release(c.payment(), c.booking());
                yield Done.DONE;
            }
            case BookingCommand.ReturnMoney(BookingId booking) -> {
                checkout.returnMoney(booking);
                yield Done.DONE;
            }
            case BookingCommand.NoteRefund(BookingId booking) -> {
                checkout.noteRefund(booking);
                yield Done.DONE;
            }
            case BookingCommand.DescribeCharge c -> c.reply(charges.describe(c));
        };
    }

    private BookingCommand.BookingDetails pay(BookingCommand.PayBooking command) {
        BookingCommand.BookingDetails paid = bookings.pay(command);
        return paid == null ? overstays.pay(command) : paid;
    }

    private BookingCommand.CalendarPage export(BookingCommand.ExportCalendars command) {
        int limit = Math.clamp(command.limit(), 1, BookingCommand.ExportCalendars.MAX_EXPORT);
        return sql.calendars(command.after(), limit);
    }

    /** A payment's outcome, at once; the same comes again through Kafka, which misses none. */
    private void hear(PaymentEvent event) {
        switch (event) {
            case PaymentEvent.PaymentSucceeded e ->
                early(e.booking(), booking -> {
                    if (!isFirst(e)) {
                        settleCharge(e.payment(), booking);
                    } else if (!checkout.settleEarly(booking)) {
                        series.settleEarly(seriesOf(booking));
                    }
                });
            case PaymentEvent.PaymentAuthorised e -> early(e.booking(), requests::askHost);
            case PaymentEvent.PaymentFailed e ->
                early(e.booking(), booking -> {
                    if (isFirst(e)) {
                        releaseUnpaid(booking);
                    } else {
                        changes.release(e.payment(), booking);
                    }
                });
            case PaymentEvent.PaymentHoldEnding ending -> {
                // The request goes on until it ends, or the hold does.
            }
            case PaymentEvent.PaymentRefunded refunded -> {
                // Nobody waits for it.
            }
            case PaymentEvent.OfPass ofPass -> {
                // Of no booking.
            }
        }
    }

    /** The payment of a series names the series as its booking. */
    private static SeriesId seriesOf(BookingId paid) {
        return new SeriesId(paid.value());
    }

    private void settlePayment(BookingId paid) {
        if (!checkout.settleFromEvent(paid) && !series.settleFromEvent(seriesOf(paid))) {
            throw new Rejection(ProblemType.NOT_FOUND, "payment for a booking that does not exist: " + paid);
        }
    }

    private void releaseUnpaid(BookingId unpaid) {
        checkout.release(unpaid);
        series.release(seriesOf(unpaid));
    }

    /** The payment that a booking is made with has the booking's own id, and that of a series the series'. */
    static boolean isFirst(PaymentEvent event) {
        return event.payment().value().equals(event.booking().value());
    }

    private void settleCharge(PaymentId payment, BookingId booking) {
        if (changes.settle(payment) == LifeSql.ChargeOutcome.UNKNOWN) {
            throw new Rejection(ProblemType.NOT_FOUND, "payment of nothing that is known, for booking " + booking);
        }
    }

    private void early(BookingId booking, Consumer<BookingId> conclusion) {
        // Not here: a consumer is serial across its awaits.
        vertx.runOnContext(ignored -> {
            try {
                conclusion.accept(booking);
            } catch (Exception failure) {
                LOG.warn("the payment of booking {} is concluded later: {}", booking, failure.toString());
            }
        });
    }

    private void sweep() {
        // The guard is right across the awaits below: only this method changes it, and timers of a context take turns.
        if (sweeping) {
            return;
        }
        sweeping = true;
        try {
            List<BookingEvent> expired;
            do {
                expired = sql.expire(config.sweepBatch());
                announcer.announce(expired);
            } while (expired.size() == config.sweepBatch());
            changes.expire();
        } catch (Exception failure) {
            LOG.warn("expired holds are ended later: {}", failure.toString());
        } finally {
            sweeping = false;
        }
    }
}
