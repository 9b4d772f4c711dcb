package dev.berth.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Several rounds, of which the middle one counts: single ones differ by a quarter on a shared machine. */
final class Rounds {
    private Rounds() {}

    static <T> T median(int rounds, Supplier<T> round, ToDoubleFunction<T> by) {
        List<T> results = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            results.add(round.get());
        }
        results.sort(Comparator.comparingDouble(by));
        return results.get(results.size() / 2);
    }
}
