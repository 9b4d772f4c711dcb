package dev.berth.calendars;

import dev.berth.calendars.BusyTimes.Busy;
import dev.berth.values.TimeRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAmount;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import net.fortuna.ical4j.data.CalendarParserImpl;
import net.fortuna.ical4j.data.ContentHandler;
import net.fortuna.ical4j.data.ParserException;
import net.fortuna.ical4j.data.UnfoldingReader;
import net.fortuna.ical4j.model.TemporalAmountAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Reads the busy times out of iCalendar text that anybody may have written.
 *
 * <p>iCal4j takes the text apart and repeats events; the model between the two is this one's own. The library's would make
 * time zones of what the text says, for all of the process, and look for newer ones at addresses that it names. Here a zone
 * is one that Java knows, by its name or by the one that Windows has for it; others, and times without one, are meant as the
 * place's clock shows them.
 */
final class CalendarReader {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss", Locale.ROOT);
    private static final int SUMMARY_MAX = 100;
    private static final int KEY_MAX = 300;
    /** Components within each other: a calendar, an event, an alarm. */
    private static final int DEPTH_MAX = 8;
    /** Exceptions and additional times of one event. */
    private static final int TIMES_MAX = 2_000;

    private static final Map<String, String> WINDOWS_ZONES = windowsZones();

    private final ZoneId placeZone;
    private final TimeRange window;
    private final int most;
    private final String ownUids;
    private final long deadlineNanos;
    private int skipped;

    /**
     * @param placeZone what times without a zone mean
     * @param window times outside are left out
     * @param most that are given
     * @param ownHost what stands behind the @ of UIDs that Berth has made: what it says itself it need not hear
     * @param patience after which reading is given up
     */
    CalendarReader(ZoneId placeZone, TimeRange window, int most, String ownHost, Duration patience) {
        this.placeZone = placeZone;
        this.window = window;
        this.most = most;
        this.ownUids = "@" + ownHost;
        this.deadlineNanos = System.nanoTime() + patience.toNanos();
    }

    /** A text that cannot be read as a calendar, or not in time. */
    static final class NotACalendar extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotACalendar(String reason) {
            super(reason, null, false, false);
        }
    }

    /** A property of an event: its value and what matters of its parameters. */
    private record Property(String value, @Nullable String zone, boolean isDate) {}

    /** When something is: a moment, and how its clock shows it. */
    private record Moment(LocalDateTime local, ZoneId zone, boolean isDate) {
        Instant instant() {
            return local.atZone(zone).toInstant();
        }
    }

    private static final class Event {
        private final Map<String, Property> single = new HashMap<>();
        private final List<Property> added = new ArrayList<>();
        private final List<Property> excepted = new ArrayList<>();

        @Nullable
        Property get(String name) {
            return single.get(name);
        }

        String text(String name) {
            Property property = single.get(name);
            return property == null ? "" : property.value();
        }
    }

    BusyTimes read(String text) {
        List<Event> events = parse(text);
        // What stands for an occurrence is said apart from what repeats.
        Map<String, Set<Instant>> replaced = new HashMap<>();
        for (Event event : events) {
            Property occurrence = event.get("RECURRENCE-ID");
            if (occurrence != null) {
                try {
                    replaced.computeIfAbsent(event.text("UID"), first -> new HashSet<>())
                            .add(moment(occurrence).instant());
                } catch (DateTimeException e) {
                    skipped++;
                }
            }
        }
        List<Busy> busy = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (Event event : events) {
            if (System.nanoTime() > deadlineNanos) {
                throw new NotACalendar("it takes too long");
            }
            try {
                for (Busy each : times(event, replaced.getOrDefault(event.text("UID"), Set.of()))) {
                    if (keys.add(each.key())) {
                        busy.add(each);
                    }
                }
            } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
                skipped++;
            }
        }
        busy.sort(Comparator.comparing((Busy each) -> each.time().from()).thenComparing(Busy::key));
        int kept = Math.min(busy.size(), most);
        return new BusyTimes(busy.subList(0, kept), skipped + busy.size() - kept);
    }

    private List<Event> parse(String text) {
        Collector collector = new Collector();
        try (Reader reader = new UnfoldingReader(new StringReader(text), true)) {
            new CalendarParserImpl().parse(reader, collector);
        } catch (IOException | ParserException | RuntimeException e) {
            throw new NotACalendar("it is no iCalendar text");
        }
        return collector.events;
    }

    /** Keeps what matters of the events. */
    private static final class Collector implements ContentHandler {
        private static final Set<String> SINGLE =
                Set.of("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "STATUS", "TRANSP", "SUMMARY");

        private final List<Event> events = new ArrayList<>();
        private final Deque<String> open = new ArrayDeque<>();
        private @Nullable Event event;
        private @Nullable String zone;
        private boolean isDate;
        private String value = "";

        @Override
        public void startCalendar() {
            // Several in one text are read as one.
        }

        @Override
        public void endCalendar() {
            // As above.
        }

        @Override
        public void startComponent(String name) {
            open.push(name.toUpperCase(Locale.ROOT));
            if (open.size() > DEPTH_MAX) {
                throw new NotACalendar("its parts are too deep");
            }
            if ("VEVENT".equals(open.peek())) {
                event = new Event();
            }
        }

        @Override
        public void endComponent(String name) {
            if ("VEVENT".equals(open.poll()) && event != null) {
                events.add(event);
                event = null;
            }
        }

        @Override
        public void startProperty(String name) {
            zone = null;
            isDate = false;
            value = "";
        }

        @Override
        public void parameter(String name, String parameter) {
            if ("TZID".equalsIgnoreCase(name)) {
                zone = parameter.replace("\"", "").strip();
            } else if ("VALUE".equalsIgnoreCase(name)) {
                isDate = "DATE".equalsIgnoreCase(parameter);
            }
        }

        @Override
        public void propertyValue(String text) {
            value = text;
        }

        @Override
        public void endProperty(String name) {
            // Of an event itself, not of an alarm within it.
            if (event == null || !"VEVENT".equals(open.peek())) {
                return;
            }
            String property = name.toUpperCase(Locale.ROOT);
            Property found = new Property(value.strip(), zone, isDate);
            if (SINGLE.contains(property)) {
                event.single.putIfAbsent(property, found);
            } else if ("RDATE".equals(property) && event.added.size() < TIMES_MAX) {
                event.added.add(found);
            } else if ("EXDATE".equals(property) && event.excepted.size() < TIMES_MAX) {
                event.excepted.add(found);
            }
        }
    }

    private List<Busy> times(Event event, Set<Instant> replaced) {
        String uid = event.text("UID");
        Property start = event.get("DTSTART");
        if ("CANCELLED".equalsIgnoreCase(event.text("STATUS"))
                || "TRANSPARENT".equalsIgnoreCase(event.text("TRANSP"))
                || uid.endsWith(ownUids)
                || start == null) {
            return List.of();
        }
        Moment first = moment(start);
        String name = uid.isEmpty() ? "at " + start.value() : uid;
        String summary = shortened(unescaped(event.text("SUMMARY")), SUMMARY_MAX);
        List<Busy> busy = new ArrayList<>();
        Property occurrence = event.get("RECURRENCE-ID");
        if (occurrence != null) {
            add(busy, name + "/" + moment(occurrence).instant(), first, event, summary);
            return busy;
        }
        boolean repeats = event.get("RRULE") != null || !event.added.isEmpty();
        if (!repeats) {
            add(busy, name, first, event, summary);
            return busy;
        }
        Set<Instant> excepted = new HashSet<>(replaced);
        moments(event.excepted).forEach(moment -> excepted.add(moment.instant()));
        List<Moment> all = new ArrayList<>(List.of(first));
        all.addAll(repetitions(event, first));
        all.addAll(moments(event.added));
        for (Moment each : all) {
            Instant instant = each.instant();
            if (!excepted.contains(instant)) {
                add(busy, name + "/" + instant, each, event, summary);
            }
        }
        return busy;
    }

    private List<Moment> repetitions(Event event, Moment first) {
        Property rule = event.get("RRULE");
        if (rule == null) {
            return List.of();
        }
        Duration lasting = Duration.between(first.instant(), end(event, first));
        LocalDateTime from = LocalDateTime.ofInstant(window.from().minus(lasting), first.zone());
        LocalDateTime to = LocalDateTime.ofInstant(window.to(), first.zone());
        Repetition repetition = Repetition.of(rule.value(), first.local(), first.zone(), to);
        if (repetition == null) {
            // Its first time counts all the same.
            skipped++;
            return List.of();
        }
        return repetition.between(from, to, most + 1).stream()
                .map(local -> new Moment(local, first.zone(), first.isDate()))
                .toList();
    }

    private List<Moment> moments(List<Property> properties) {
        List<Moment> moments = new ArrayList<>();
        for (Property property : properties) {
            for (String value : property.value().split(",", TIMES_MAX)) {
                // Of a period only the beginning is meant here: it lasts as long as the others.
                String begin = value.strip().split("/", 2)[0];
                moments.add(moment(new Property(begin, property.zone(), property.isDate())));
            }
        }
        return moments;
    }

    private void add(List<Busy> busy, String key, Moment from, Event event, String summary) {
        Instant begin = from.instant();
        Instant end = end(event, from);
        if (!begin.isBefore(end)) {
            // A moment keeps nobody out.
            return;
        }
        TimeRange time =
                new TimeRange(begin, end.isAfter(window.to()) && begin.isBefore(window.to()) ? window.to() : end);
        if (time.overlaps(window)) {
            busy.add(new Busy(shortened(key, KEY_MAX), time, summary));
        }
    }

    /** When what begins then is over: days and clocks as its zone has them. */
    private Instant end(Event event, Moment from) {
        Property end = event.get("DTEND");
        Property start = Objects.requireNonNull(event.get("DTSTART"));
        if (end != null) {
            Moment first = moment(start);
            Moment last = moment(end);
            if (from.isDate() && last.isDate()) {
                return from.local()
                        .plus(Duration.between(first.local(), last.local()))
                        .atZone(from.zone())
                        .toInstant();
            }
            return from.instant().plus(Duration.between(first.instant(), last.instant()));
        }
        Property lasting = event.get("DURATION");
        if (lasting != null) {
            TemporalAmount amount = TemporalAmountAdapter.parse(lasting.value()).getDuration();
            return from.local().atZone(from.zone()).plus(amount).toInstant();
        }
        return from.isDate() ? from.local().plusDays(1).atZone(from.zone()).toInstant() : from.instant();
    }

    private Moment moment(Property property) {
        String value = property.value();
        try {
            if (property.isDate() || value.length() == 8) {
                return new Moment(LocalDate.parse(value, DATE).atStartOfDay(), placeZone, true);
            }
            if (value.endsWith("Z")) {
                return new Moment(
                        LocalDateTime.parse(value.substring(0, value.length() - 1), TIME), ZoneOffset.UTC, false);
            }
            return new Moment(LocalDateTime.parse(value, TIME), zone(property.zone()), false);
        } catch (DateTimeParseException e) {
            throw new DateTimeException("no time", e);
        }
    }

    private ZoneId zone(@Nullable String name) {
        if (name == null) {
            return placeZone;
        }
        String known = WINDOWS_ZONES.getOrDefault(name, name);
        try {
            return ZoneId.of(known);
        } catch (DateTimeException e) {
            return placeZone;
        }
    }

    private static String unescaped(String text) {
        return text.replaceAll("\\\\[nN]", " ").replaceAll("\\\\(.)", "$1");
    }

    private static String shortened(String text, int most) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.codePointCount(0, line.length()) <= most
                ? line
                : line.substring(0, line.offsetByCodePoints(0, most));
    }

    private static Map<String, String> windowsZones() {
        Properties names = new Properties();
        try (InputStream stream = CalendarParserImpl.class.getResourceAsStream(
                "/net/fortuna/ical4j/transform/compliance/msTimezoneNames")) {
            names.load(new InputStreamReader(
                    Objects.requireNonNull(stream, "iCal4j's names of Windows' time zones"), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> zones = new HashMap<>();
        names.forEach((windows, zone) -> zones.put((String) windows, (String) zone));
        return Map.copyOf(zones);
    }
}
