package dev.berth.listings;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The amenities that Berth has a name for in every language (LI6). A listing may have tags of its own beside these. */
public enum Amenity {
    CCTV("Video surveillance"),
    EV_CHARGING("EV charging"),
    COVERED("Covered"),
    LIFT("Lift"),
    CAR_WASH("Car wash"),
    VALET("Valet parking"),
    OPEN_24_7("Open 24/7"),
    ACCESSIBLE("Accessible"),
    FAMILY_BAYS("Family bays"),
    WOMENS_BAYS("Women's bays"),
    LIGHTING("Lit at night"),
    GATED("Gated"),
    STAFFED("Staffed"),
    TOILETS("Toilets"),
    PARK_AND_RIDE("Park and ride");

    /** How long a tag may be, in characters. */
    static final int MAX_TAG_LENGTH = 40;

    private static final Pattern TAG = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} _.-]*");
    private static final Map<String, String> BY_SPELLING = new HashMap<>();

    static {
        for (Amenity amenity : values()) {
            BY_SPELLING.put(amenity.name().replace("_", ""), amenity.name());
        }
    }

    private final String label;

    Amenity(String label) {
        this.label = label;
    }

    /** In English. */
    public String label() {
        return label;
    }

    /**
     * The one way a code or an own tag is written, so that the same thing is found by the same filter: codes are known in
     * any case and spacing, tags are upper case.
     *
     * @return null when the text is neither a code nor fit for a tag
     */
    public static @Nullable String normalise(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        if (upper.length() > MAX_TAG_LENGTH || !TAG.matcher(upper).matches()) {
            return null;
        }
        return BY_SPELLING.getOrDefault(upper.replaceAll("[ _.-]", ""), upper);
    }
}
