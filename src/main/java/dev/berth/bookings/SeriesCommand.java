package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.ServiceFeeLine;
import dev.berth.listings.CancellationPolicy;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.problems.ProblemType;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.SeriesId;
import dev.berth.values.SlotId;
import dev.berth.values.VehicleId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bookings that are made together, by a rule (BK10): all of them or none, paid at once. Afterwards each is a booking like any
 * other, with {@link BookingCommand}.
 */
public sealed interface SeriesCommand<R extends Message> extends Command<R> {
    String ADDRESS = "bookings.series";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Prices all stays of a rule, and says which of them cannot be had. Refused with RRULE_INVALID, SERIES_TOO_LONG,
     * SERIES_NOT_INSTANT where the host wants to be asked, UNPROCESSABLE when stays would overlap, and as
     * {@link BookingCommand.CreateQuote} for what is wrong with the first stay as it is written.
     *
     * @param from of the stay that is repeated, RFC 3339 with an offset, as the client wrote it
     * @param rrule RFC 5545; with COUNT or UNTIL, and by days, weeks, months or years
     * @param except local days on which none is wanted
     * @param permit as of {@link BookingCommand.CreateQuote}
     */
    record CreateSeriesQuote(
            @Nullable Principal actor,
            ListingId listing,
            String from,
            String to,
            String rrule,
            Set<LocalDate> except,
            @Nullable VehicleId vehicle,
            boolean permit,
            @Nullable SlotId slot)
            implements SeriesCommand<SeriesQuote> {
        public CreateSeriesQuote {
            except = Set.copyOf(except);
        }
    }

    /**
     * All stays of a rule, in the shape of the public API.
     *
     * @param quoteId null when not all of them can be had: then there is nothing to book
     * @param conflicts how many cannot be had
     * @param finalPrice of those that can be had, which a booking must name
     * @param serviceFee what of that is the service fee: the sum of one for each; null for nothing
     */
    record SeriesQuote(
            @Nullable String quoteId,
            ListingId listingId,
            String title,
            String timeZone,
            List<Occurrence> occurrences,
            int conflicts,
            Money finalPrice,
            @Nullable ServiceFeeLine serviceFee,
            CancellationPolicy policy,
            Instant expiresAt)
            implements Message {
        public SeriesQuote {
            occurrences = List.copyOf(occurrences);
        }
    }

    /**
     * One stay of a rule.
     *
     * @param date the local day on which it begins
     * @param from null when the place's clocks do not show it (once)
     * @param price null when it cannot be had
     * @param problem why it cannot be had, as a code; null when it can
     * @param detail the same in words
     */
    record Occurrence(
            String date,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable Money price,
            @Nullable ProblemType problem,
            @Nullable String detail) {}

    /**
     * Books all that was quoted, or nothing. Repeatable by its key, as {@link BookingCommand.PlaceBooking}.
     *
     * <p>Refused with SERIES_CONFLICT, with those that cannot be had in the member {@code conflicts}; QUOTE_INVALID,
     * QUOTE_STALE, IDEMPOTENCY_KEY_REUSED, PAYMENT_DECLINED (all slots are free again) and PAYMENT_PROVIDER_UNAVAILABLE
     * (all of it stays held; a retry goes on).
     *
     * @param paymentMethod the provider's token of a card; null only when it costs nothing
     */
    record PlaceSeries(
            Principal actor,
            String quoteId,
            Money finalPrice,
            @Nullable String paymentMethod,
            String idempotencyKey,
            String fingerprint)
            implements SeriesCommand<SeriesDetails> {}

    /** For its driver, the host and administrators; others are told that there is none. */
    record GetSeries(Principal actor, SeriesId series) implements SeriesCommand<SeriesDetails> {}

    /**
     * A series as its reader sees it.
     *
     * @param rule as the driver wrote it
     * @param price of all its bookings
     * @param payment how the payment of all of them stands; SUCCEEDED from then on, whatever was given back
     * @param actionUrl where the driver has to go for it; null when nowhere
     * @param cancellable whether there is something to come that the reader can call off
     * @param bookings in the order in which they were made
     */
    record SeriesDetails(
            SeriesId id,
            String rule,
            Money price,
            PaymentStatus payment,
            @Nullable String actionUrl,
            boolean cancellable,
            List<BookingDetails> bookings)
            implements Message {
        public SeriesDetails {
            bookings = List.copyOf(bookings);
        }
    }

    /** What the driver would get back, if all that is to come were cancelled now; ILLEGAL_STATE when nothing is. */
    record PreviewSeriesCancellation(Principal actor, SeriesId series) implements SeriesCommand<SeriesCancellation> {}

    /** @param bookings those that would be cancelled */
    record SeriesCancellation(Money refund, Money kept, List<CancelledBooking> bookings) implements Message {
        public SeriesCancellation {
            bookings = List.copyOf(bookings);
        }
    }

    /** @param reason why so much comes back, as of {@link BookingCommand.Cancellation} */
    record CancelledBooking(BookingId bookingId, Instant from, Instant to, Money price, Money refund, String reason) {}

    /**
     * Calls off all that is to come, by its driver, each by the rules that it would be called off by alone. Repeatable. While
     * the series is held, that is all of it.
     */
    record CancelSeries(
            Principal actor, SeriesId series, @Nullable String reason) implements SeriesCommand<SeriesDetails> {}
}
