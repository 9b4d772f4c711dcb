package dev.berth.values;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;

/**
 * A half-open interval of time, never empty (RULES 1): back-to-back stays do not overlap.
 *
 * @param from the first instant inside
 * @param to the first instant after
 */
public record TimeRange(Instant from, Instant to) {
    /** @throws IllegalArgumentException when {@code to} is not after {@code from} */
    public TimeRange {
        requireNonNull(from, "from is null");
        requireNonNull(to, "to is null");
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("from %s is not before to %s".formatted(from, to));
        }
    }

    @JsonIgnore
    public Duration duration() {
        return Duration.between(from, to);
    }

    public boolean overlaps(TimeRange other) {
        return from.isBefore(other.to) && other.from.isBefore(to);
    }
}
