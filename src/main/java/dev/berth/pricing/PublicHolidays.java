package dev.berth.pricing;

import de.focus_shift.jollyday.core.CalendarHierarchy;
import de.focus_shift.jollyday.core.Holiday;
import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.HolidayType;
import de.focus_shift.jollyday.core.ManagerParameters;
import java.time.LocalDate;
import java.time.Year;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The public holidays of the world's regions, as Jollyday knows them. */
public final class PublicHolidays {
    private static final int COUNTRY_LENGTH = 2;
    private static final Pattern REGION = Pattern.compile("[A-Z]{2}(-[A-Z0-9]{1,4}){0,2}");

    // A memo of what is the same for ever: reading it anew for each price would cost more than the price.
    private static final Map<RegionYear, Set<LocalDate>> DAYS = new ConcurrentHashMap<>();

    private PublicHolidays() {}

    private record RegionYear(String region, int year) {}

    /** @param region of ISO 3166, a country or a part of it */
    public static boolean isKnown(String region) {
        if (!REGION.matcher(region).matches()) {
            return false;
        }
        String[] parts = parts(region);
        if (!HolidayManager.getSupportedCalendarCodes().contains(region.substring(0, COUNTRY_LENGTH))) {
            return false;
        }
        CalendarHierarchy part = manager(parts[0]).getCalendarHierarchy();
        for (int i = 1; i < parts.length; i++) {
            part = part.getChildren().get(parts[i]);
            if (part == null) {
                return false;
            }
        }
        return true;
    }

    /** @param region one that {@link #isKnown} */
    public static boolean contains(String region, LocalDate date) {
        return DAYS.computeIfAbsent(new RegionYear(region, date.getYear()), PublicHolidays::days)
                .contains(date);
    }

    private static Set<LocalDate> days(RegionYear wanted) {
        String[] parts = parts(wanted.region());
        String[] within = Arrays.copyOfRange(parts, 1, parts.length);
        return manager(parts[0]).getHolidays(Year.of(wanted.year()), HolidayType.PUBLIC_HOLIDAY, within).stream()
                .map(Holiday::getDate)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String[] parts(String region) {
        return region.toLowerCase(Locale.ROOT).split("-", -1);
    }

    private static HolidayManager manager(String country) {
        return HolidayManager.getInstance(ManagerParameters.create(country));
    }
}
