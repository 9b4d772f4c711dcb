package dev.berth.bookings;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.util.List;

/**
 * All that was promised for a series: what its token carries.
 *
 * @param quote what all stays have in common; its stay is the first one, its price that of all
 * @param occurrences in the order of time: begin and end in seconds since the epoch, price in minor units
 */
record SeriesTerms(
        @JsonProperty("q") QuoteTerms quote,
        @JsonProperty("u") String rule,
        @JsonProperty("o") List<List<Long>> occurrences) {
    SeriesTerms {
        occurrences = occurrences.stream().map(List::copyOf).toList();
    }

    static List<Long> occurrence(TimeRange stay, Money price) {
        return List.of(stay.from().getEpochSecond(), stay.to().getEpochSecond(), price.amount());
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
