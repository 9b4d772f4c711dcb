package dev.berth.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small numbers for texts that repeat: zones, currencies. A text keeps its number for good. */
final class Codes {
    /** The answer for a text that has no number. */
    static final int NONE = -1;

    private final int limit;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> texts = new ArrayList<>();

    Codes(int limit) {
        this.limit = limit;
    }

    /** The number of a text, a new one when it has none; {@link #NONE} when all are given out. */
    int numberOf(String text) {
        Integer known = numbers.get(text);
        if (known != null) {
            return known;
        }
        if (texts.size() == limit) {
            return NONE;
        }
        numbers.put(text, texts.size());
        texts.add(text);
        return texts.size() - 1;
    }

    String text(int number) {
        return texts.get(number);
    }
}
