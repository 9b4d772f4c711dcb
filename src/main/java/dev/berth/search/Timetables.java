package dev.berth.search;

import dev.berth.availability.Availability;
import dev.berth.availability.StayDefaults;
import dev.berth.availability.Timetable;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The timetables of listings: one for all that say the same, and none for those that say nothing. */
final class Timetables {
    /** Different ones that are remembered to be shared. */
    private static final int MAX_SHARED = 4_096;

    private final StayDefaults defaults;
    private final Timetable plain;

    private final Map<Said, Timetable> shared = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Said, Timetable> eldest) {
            return size() > MAX_SHARED;
        }
    };

    Timetables(StayDefaults defaults) {
        this.defaults = defaults;
        plain = Timetable.of(Availability.DEFAULT, ZoneOffset.UTC, defaults);
    }

    private record Said(Availability availability, String zone) {}

    /** That of whoever says nothing. */
    Timetable plain() {
        return plain;
    }

    /** Null when the platform's defaults say all. */
    @Nullable
    Timetable of(Availability availability, String zone) {
        if (availability.equals(Availability.DEFAULT)) {
            return null;
        }
        Timetable timetable = shared.computeIfAbsent(
                new Said(availability, zone),
                said -> Timetable.ofStored(said.availability(), ZoneId.of(said.zone()), defaults));
        return timetable.isPlain(defaults) ? null : timetable;
    }
}
