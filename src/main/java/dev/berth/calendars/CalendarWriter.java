package dev.berth.calendars;

import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand.Block;
import dev.berth.bookings.BookingStatus;
import dev.berth.listings.Arrival;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.Temporal;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import net.fortuna.ical4j.data.CalendarOutputter;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.DtStamp;
import net.fortuna.ical4j.model.property.Location;
import net.fortuna.ical4j.model.property.Name;
import net.fortuna.ical4j.model.property.RefreshInterval;
import net.fortuna.ical4j.model.property.Sequence;
import net.fortuna.ical4j.model.property.Status;
import net.fortuna.ical4j.model.property.Uid;
import net.fortuna.ical4j.model.property.Url;
import net.fortuna.ical4j.model.property.XProperty;
import org.jspecify.annotations.Nullable;

/** One calendar in one language, from {@code messages/calendar_*.properties}. Times are instants, so that no zone is needed. */
final class CalendarWriter {
    private static final Map<String, Properties> TEXTS = Map.of("en", properties("en"), "de", properties("de"));
    private static final String PRODUCT = "-//Berth//Berth//EN";

    private final URI publicUrl;
    private final Properties texts;
    private final Locale locale;
    private final Calendar calendar = new Calendar();

    /** @param language a language tag; English for one that has no texts */
    CalendarWriter(URI publicUrl, String language, Duration refresh) {
        this.publicUrl = publicUrl;
        String wanted = Locale.forLanguageTag(language).getLanguage();
        this.locale = Locale.of(TEXTS.containsKey(wanted) ? wanted : "en");
        this.texts = Objects.requireNonNull(TEXTS.get(locale.getLanguage()));
        calendar.withProdId(PRODUCT).withDefaults();
        calendar.add(new RefreshInterval(new net.fortuna.ical4j.model.ParameterList(), refresh));
        calendar.add(new XProperty("X-PUBLISHED-TTL", refresh.toString()));
    }

    /** What programs call the calendar. */
    void name(String key, String... values) {
        String name = text(key, values);
        calendar.add(new Name(name));
        calendar.add(new XProperty("X-WR-CALNAME", name));
    }

    /**
     * For its driver: where to park.
     *
     * @param arrival where it is, once they may know it
     */
    void parking(Booking booking, @Nullable Arrival arrival) {
        VEvent event = event(booking, text("parking", booking.title(), booking.slotName()));
        String address = arrival == null ? booking.locationText() : arrival.address();
        if (!address.isBlank()) {
            event.add(new Location(address));
        }
        event.add(new Url(publicUrl.resolve("/bookings/" + booking.id())));
    }

    /** For the host: that a slot is taken, and nothing of the driver. */
    void booked(Booking booking) {
        event(booking, text("booked", booking.title(), booking.slotName()));
    }

    void blocked(Block block) {
        VEvent event = event(
                block.id().value(),
                block.stay().from(),
                block.stay().to(),
                text("blocked", block.reason()),
                block.createdAt());
        event.add(new Status(Status.VALUE_CONFIRMED));
    }

    private VEvent event(Booking booking, String summary) {
        VEvent event = event(
                booking.id().value(), booking.stay().from(), booking.stay().to(), summary, booking.createdAt());
        event.add(new Sequence(Math.toIntExact(Math.min(booking.version(), Integer.MAX_VALUE))));
        boolean isOpen = booking.status() == BookingStatus.PENDING_HOST || booking.status() == BookingStatus.HELD;
        event.add(new Status(isOpen ? Status.VALUE_TENTATIVE : Status.VALUE_CONFIRMED));
        return event;
    }

    private VEvent event(UUID id, Instant from, Instant to, String summary, Instant madeAt) {
        VEvent event = new VEvent(from, (Temporal) to, summary);
        // Not the time of writing: the same calendar has the same text.
        event.removeAll(Property.DTSTAMP);
        event.add(new DtStamp(madeAt));
        event.add(new Uid(id + "@" + publicUrl.getHost()));
        calendar.add(event);
        return event;
    }

    String text() {
        StringWriter out = new StringWriter();
        try {
            // Checked by a test with the same library, and what people wrote cannot make it wrong: it is escaped.
            new CalendarOutputter(false).output(calendar, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private String text(String key, String... values) {
        return new MessageFormat(Objects.requireNonNull(texts.getProperty(key), key), locale)
                .format(values)
                .strip();
    }

    private static Properties properties(String language) {
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(CalendarWriter.class
                        .getClassLoader()
                        .getResourceAsStream("messages/calendar_" + language + ".properties")),
                StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
