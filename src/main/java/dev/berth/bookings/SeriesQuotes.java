package dev.berth.bookings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.BookingCommand.ServiceFeeLine;
import dev.berth.bookings.SeriesCommand.CreateSeriesQuote;
import dev.berth.bookings.SeriesCommand.Occurrence;
import dev.berth.bookings.SeriesCommand.SeriesQuote;
import dev.berth.fees.BookedFee;
import dev.berth.fees.FeeCommand.Commission;
import dev.berth.fees.ServiceFeeTerms;
import dev.berth.listings.BayNeeds;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.platform.http.LocalTimes;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Signer;
import dev.berth.pricing.Pricing;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.VehicleTraits;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all stays of a rule cost, and which of them cannot be had. Each is judged and priced as a quote for it alone would be; all
 * of them are looked for in the database at once.
 */
final class SeriesQuotes {
    private static final long SECONDS_PER_MINUTE = 60;

    private final Quotes quotes;
    private final ListingCache listings;
    private final SeriesSql sql;
    private final Signer signer;
    private final JsonMapper json;
    private final SeriesConfig config;

    SeriesQuotes(
            Quotes quotes, ListingCache listings, SeriesSql sql, Signer signer, JsonMapper json, SeriesConfig config) {
        this.quotes = quotes;
        this.listings = listings;
        this.sql = sql;
        this.signer = signer;
        this.json = json;
        this.config = config;
    }

    SeriesQuote create(CreateSeriesQuote command) {
        Listing listing = listings.get(command.listing()).listing();
        if (!listing.instantBook()) {
            throw notInstant();
        }
        ZoneId zone = ZoneId.of(listing.timeZone());
        Instant from = LocalTimes.instant(command.from(), zone, "/from").truncatedTo(ChronoUnit.SECONDS);
        Instant to = LocalTimes.instant(command.to(), zone, "/to").truncatedTo(ChronoUnit.SECONDS);
        if (!from.isBefore(to)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a stay ends after it begins", "/to");
        }
        Quotes.OwnVehicle vehicle =
                command.vehicle() == null ? null : quotes.checkVehicle(command.actor(), command.vehicle(), listing);
        List<Recurrence.Occurrence> days = Recurrence.occurrences(
                command.rrule(), new TimeRange(from, to), zone, command.except(), config.maxOccurrences());
        refuseOverlaps(days, quotes.bufferMinutes(listing.id()));
        BayNeeds needs = Quotes.needs(vehicle).withPermit(command.permit());
        ListingCache.Known known = listings.get(listing.id());
        BayChoice choice = BayFinder.choice(known, needs, command.slot());
        BayFinder.check(known, choice, needs, command.slot() == null ? "/vehicleId" : "/slotId");
        return quote(listing, days, command, vehicle, needs, choice);
    }

    private SeriesQuote quote(
            Listing listing,
            List<Recurrence.Occurrence> days,
            CreateSeriesQuote command,
            Quotes.@Nullable OwnVehicle vehicle,
            BayNeeds needs,
            BayChoice choice) {
        List<Occurrence> occurrences = new ArrayList<>();
        List<TimeRange> stays = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (Recurrence.Occurrence day : days) {
            TimeRange stay = day.stay();
            Problem problem = stay == null ? day.problem() : refusal(listing.id(), stay, Duration.ZERO);
            if (stay != null && problem == null) {
                numbers.add(occurrences.size());
                stays.add(stay);
            }
            occurrences.add(occurrence(day.day(), stay, null, problem));
        }
        VehicleTraits traits = vehicle == null ? VehicleTraits.UNKNOWN : vehicle.traits();
        ZoneId zone = ZoneId.of(listing.timeZone());
        List<Integer> taken = sql.taken(slots(listing.id(), stays, choice), stays, quotes.bufferMinutes(listing.id()));
        Money sum = Money.zero(listing.tariff().currency());
        Commission charged = quotes.charged(listing);
        Tariff tariff = Quotes.tariff(listing, charged.tax());
        List<BookedFee> fees = new ArrayList<>();
        List<List<Long>> promised = new ArrayList<>();
        for (int i = 0; i < stays.size(); i++) {
            TimeRange stay = stays.get(i);
            LocalDate day = days.get(numbers.get(i)).day();
            if (taken.contains(i)) {
                occurrences.set(numbers.get(i), occurrence(day, stay, null, taken()));
            } else {
                Money parking = Pricing.price(tariff, stay, zone, traits).total();
                // Each booking has a fee of its own.
                BookedFee fee = Quotes.fee(charged, parking);
                Money price = fee == null ? parking : parking.plus(fee.amount());
                if (fee != null) {
                    fees.add(fee);
                }
                sum = sum.plus(parking);
                promised.add(SeriesTerms.occurrence(stay, price, parking));
                occurrences.set(numbers.get(i), occurrence(day, stay, price, null));
            }
        }
        int conflicts = occurrences.size() - promised.size();
        TimeRange first = stays.isEmpty() ? null : stays.getFirst();
        ServiceFeeTerms feeTerms = charged.serviceFee();
        BookedFee fee = feeTerms == null ? null : feeTerms.sum(fees, sum.currency());
        QuoteTerms terms = first == null || conflicts > 0
                ? null
                : quotes.terms(listing, first, vehicle, needs, command.slot(), sum, null, charged, fee);
        return new SeriesQuote(
                terms == null ? null : write(new SeriesTerms(terms, command.rrule(), promised)),
                listing.id(),
                listing.title(),
                listing.timeZone(),
                occurrences,
                conflicts,
                fee == null ? sum : sum.plus(fee.amount()),
                ServiceFeeLine.of(fee),
                listing.cancellationPolicy(),
                terms == null ? quotes.expiry() : terms.expiresAt());
    }

    /** Two stays of one series are never there at once, and never too near for one slot. */
    private static void refuseOverlaps(List<Recurrence.Occurrence> days, int bufferMinutes) {
        Instant free = Instant.MIN;
        for (Recurrence.Occurrence day : days) {
            TimeRange stay = day.stay();
            if (stay == null) {
                continue;
            }
            if (stay.from().isBefore(free)) {
                throw new Rejection(
                        ProblemType.UNPROCESSABLE,
                        "the stay of %s begins before the slot is free again".formatted(day.day()),
                        "/rrule");
            }
            free = stay.to().plusSeconds(bufferMinutes * SECONDS_PER_MINUTE);
        }
    }

    /** What has become of a quote: those of its stays that the place does not take any more, whoever else has booked. */
    List<Occurrence> refused(SeriesTerms terms) {
        QuoteTerms quote = terms.quote();
        if (quotes.timetable(quote.listing()) == null) {
            // A listing that is gone has no slots either.
            return List.of();
        }
        List<Occurrence> refused = new ArrayList<>();
        for (TimeRange stay : terms.stays()) {
            Problem problem = refusal(quote.listing(), stay, quotes.lifetime());
            if (problem != null) {
                refused.add(occurrence(day(stay, quote), stay, null, problem));
            }
        }
        return refused;
    }

    /** The same stays, as taken. */
    static List<Occurrence> taken(SeriesTerms terms, List<Integer> numbers) {
        List<TimeRange> stays = terms.stays();
        return numbers.stream()
                .map(stays::get)
                .map(stay -> occurrence(day(stay, terms.quote()), stay, null, taken()))
                .toList();
    }

    private static LocalDate day(TimeRange stay, QuoteTerms quote) {
        return LocalDate.ofInstant(stay.from(), ZoneId.of(quote.timeZone()));
    }

    private @Nullable Problem refusal(ListingId listing, TimeRange stay, Duration late) {
        return Optional.ofNullable(quotes.refusal(listing, stay, late))
                .map(Rejection::problem)
                .orElse(null);
    }

    private static Problem taken() {
        return new Problem(ProblemType.SLOT_TAKEN, "no slot is free for that time");
    }

    private static Occurrence occurrence(
            LocalDate day, @Nullable TimeRange stay, @Nullable Money price, @Nullable Problem problem) {
        return new Occurrence(
                day.toString(),
                stay == null ? null : stay.from(),
                stay == null ? null : stay.to(),
                price,
                problem == null ? null : problem.type(),
                problem == null ? null : problem.detail());
    }

    /** What may be tried, best first. Of a place too large to try all of, those that this node believes to be free come first. */
    List<Slot> slots(ListingId listing, List<TimeRange> stays, BayChoice choice) {
        List<Slot> all = quotes.slots(listing, choice);
        if (all.size() <= config.slotsTried()) {
            return all;
        }
        Set<Slot> likely = new LinkedHashSet<>();
        stays.forEach(
                stay -> likely.addAll(quotes.candidates(listing, stay, choice).first()));
        likely.addAll(all);
        return likely.stream().limit(config.slotsTried()).toList();
    }

    /** Which bays a booking of what was quoted may have. */
    BayChoice choice(QuoteTerms terms) {
        BayNeeds needs = terms.needs();
        return quotes.choice(terms, needs == null ? BayNeeds.UNKNOWN : needs);
    }

    static Rejection notInstant() {
        return new Rejection(
                ProblemType.SERIES_NOT_INSTANT,
                "the host wants to be asked for each stay: ask one by one",
                "/listingId");
    }

    private String write(SeriesTerms terms) {
        try {
            return signer.sign(json.writeValueAsBytes(terms));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws Rejection QUOTE_INVALID when Berth has not written it; whether it has expired is for the database to judge */
    SeriesTerms read(String token) {
        byte[] payload = signer.verify(token);
        if (payload == null) {
            throw new Rejection(ProblemType.QUOTE_INVALID, "this is no quote of ours for a series", "/quoteId");
        }
        try {
            return json.readValue(payload, SeriesTerms.class);
        } catch (IOException e) {
            throw new UncheckedIOException("a quote that was signed cannot be read", e);
        }
    }
}
