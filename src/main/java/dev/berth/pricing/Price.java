package dev.berth.pricing;

import dev.berth.values.Money;
import java.util.List;

/**
 * What a stay costs.
 *
 * @param total the sum of the lines
 * @param lines at least one; they say which caps were applied (RULES 4)
 */
public record Price(Money total, List<PriceLine> lines) {
    public Price {
        lines = List.copyOf(lines);
    }
}
