package dev.berth.listings;

import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.Problem.FieldError;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with the fields of a draft, so that all of it is told at once. What a schema can say is said in
 * the contract as well; drafts that do not come over HTTP are checked here alone.
 */
final class FieldCheck {
    /** Enough to repair a request; a list of 5,000 slots could have as many errors. */
    private static final int MAX_ERRORS = 20;

    private static final Set<String> TIME_ZONES = ZoneId.getAvailableZoneIds();

    private final List<FieldError> errors = new ArrayList<>();

    void wrong(String pointer, String detail) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(new FieldError(pointer, detail));
        }
    }

    /** A text of one line that is not blank. */
    void line(String pointer, String text, int maxLength) {
        if (text.isBlank()) {
            wrong(pointer, "must not be blank");
        } else if (text.codePoints().anyMatch(Character::isISOControl)) {
            wrong(pointer, "must not contain control characters");
        }
        length(pointer, text, maxLength);
    }

    /** A text of any lines, which may be empty. */
    void text(String pointer, String text, int maxLength) {
        // PostgreSQL cannot store the character 0, and nobody means the others.
        if (text.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t')) {
            wrong(pointer, "must not contain control characters");
        }
        length(pointer, text, maxLength);
    }

    private void length(String pointer, String text, int maxLength) {
        if (text.codePointCount(0, text.length()) > maxLength) {
            wrong(pointer, "must be at most %d characters".formatted(maxLength));
        }
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            wrong(pointer, "contains half of a character");
        }
    }

    void timeZone(String pointer, String zone) {
        if (!TIME_ZONES.contains(zone) || zone.startsWith("SystemV/")) {
            wrong(pointer, "must be a time zone of the IANA database, such as Europe/Berlin");
        }
    }

    /** @return the amenities in the one way they are written */
    Set<String> amenities(String pointer, Set<String> amenities, int max) {
        Set<String> normalised = new TreeSet<>();
        int index = 0;
        for (String amenity : amenities) {
            String code = Amenity.normalise(amenity);
            if (code == null) {
                wrong(
                        pointer + "/" + index,
                        "must be 1 to %d letters, digits or blanks".formatted(Amenity.MAX_TAG_LENGTH));
            } else {
                normalised.add(code);
            }
            index++;
        }
        if (normalised.size() > max) {
            wrong(pointer, "must be at most %d".formatted(max));
        }
        return normalised;
    }

    /** Slots of one listing: names fit and unique. */
    void slots(String pointer, List<SlotDraft> slots) {
        if (slots.isEmpty() || slots.size() > Listing.MAX_CAPACITY) {
            wrong(pointer, "must be 1 to %d".formatted(Listing.MAX_CAPACITY));
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < slots.size(); i++) {
            String name = slots.get(i).name();
            line(pointer + "/" + i + "/name", name, SlotDraft.MAX_NAME_LENGTH);
            if (!names.add(name)) {
                wrong(pointer + "/" + i + "/name", "is the name of another slot of this listing");
            }
            Bay bay = slots.get(i).bay();
            if (bay != null) {
                bay.check(this, pointer + "/" + i + "/bay");
            }
        }
    }

    void range(String pointer, @Nullable Integer value, int min, int max) {
        if (value != null && (value < min || value > max)) {
            wrong(pointer, "must be %d to %d".formatted(min, max));
        }
    }

    /** @throws Rejection when anything was wrong */
    void done() {
        if (!errors.isEmpty()) {
            FieldError first = errors.getFirst();
            String detail = first.pointer() + " " + first.detail();
            throw new Rejection(new Problem(ProblemType.INVALID_REQUEST, detail, errors, Map.of()));
        }
    }
}
