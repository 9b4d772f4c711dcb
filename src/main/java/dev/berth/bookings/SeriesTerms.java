package dev.berth.bookings;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.fees.BookedFee;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.util.List;

/**
 * All that was promised for a series: what its token carries.
 *
 * @param quote what all stays have in common; its stay is the first one, its price that of all
 * @param occurrences in the order of time: begin and end in seconds since the epoch; in minor units the price and what of that is
 *     for parking
 */
record SeriesTerms(
        @JsonProperty("q") QuoteTerms quote,
        @JsonProperty("u") String rule,
        @JsonProperty("o") List<List<Long>> occurrences) {
    private static final int PARKING = 3;

    SeriesTerms {
        occurrences = occurrences.stream().map(List::copyOf).toList();
    }

    static List<Long> occurrence(TimeRange stay, Money price, Money parking) {
        return List.of(stay.from().getEpochSecond(), stay.to().getEpochSecond(), price.amount(), parking.amount());
    }

    /** The service fee of each; empty when there is none. */
    List<BookedFee> fees() {
        BookedFee all = quote.fee();
        return all == null
                ? List.of()
                : occurrences.stream()
                        .map(each -> all.terms()
                                .of(new Money(each.get(PARKING), all.amount().currency())))
                        .toList();
    }

    List<TimeRange> stays() {
        return occurrences.stream()
                .map(each -> new TimeRange(Instant.ofEpochSecond(each.get(0)), Instant.ofEpochSecond(each.get(1))))
                .toList();
    }

    Long[] prices() {
        return occurrences.stream().map(each -> each.get(2)).toArray(Long[]::new);
    }
}
