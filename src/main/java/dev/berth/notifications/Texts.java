package dev.berth.notifications;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.berth.bookings.Booking;
import dev.berth.bookings.Booking.Overstay;
import dev.berth.bookings.BookingEvent.Origin;
import dev.berth.fees.BookedFee;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import dev.berth.waitlist.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * Renders what is told in one language, from {@code messages/mail_*.properties} and the layouts in {@code mails/}.
 * Messages are rendered as plain text; the HTML layout escapes them like everything else that comes into it.
 */
final class Texts {
    static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    private final Locale language;
    private final Map<String, Template> messages = new HashMap<>();
    private final DateTimeFormatter time;
    private final DateTimeFormatter day;
    private final Template html;
    private final Template plain;

    private Texts(Locale language) {
        this.language = language;
        Mustache.Compiler unescaped = Mustache.compiler().escapeHTML(false);
        properties(language).forEach((key, message) -> messages.put((String) key, unescaped.compile((String) message)));
        this.time = DateTimeFormatter.ofPattern(message("time.pattern", Map.of()), language);
        this.day = DateTimeFormatter.ofPattern(message("day.pattern", Map.of()), language);
        this.html = Mustache.compiler().escapeHTML(true).compile(resource("mails/layout.html"));
        this.plain = unescaped.compile(resource("mails/layout.txt"));
        // Whatever is missing is missed at the start and not when somebody is to be told.
        for (Occasion occasion : Occasion.values()) {
            required(occasion.key() + ".title");
            required(occasion.key() + ".body");
        }
    }

    static Map<Locale, Texts> all() {
        Map<Locale, Texts> all = new HashMap<>();
        LANGUAGES.forEach(language -> all.put(language, new Texts(language)));
        return Map.copyOf(all);
    }

    /** Those in the language of a tag, else the English ones. */
    static Texts of(Map<Locale, Texts> all, String languageTag) {
        Locale wanted = Locale.of(Locale.forLanguageTag(languageTag).getLanguage());
        Texts texts = all.get(wanted);
        return texts != null ? texts : required(all.get(Locale.ENGLISH), "English");
    }

    /** A title and a body for the inbox, and the mail that says the same at length. */
    record Rendered(String title, String body, String text, String html) {}

    /**
     * What somebody is told about.
     *
     * @param address empty when it is not for this mail
     * @param slot its name, or empty
     * @param serviceFee what of the price is the service fee; null when nothing is, or it is not the reader's
     * @param overstay when the driver has stayed too long
     * @param origin where the booking was before; null when nowhere else
     * @param together of how many bookings that were made together it is the first; 1 for any other
     */
    record About(
            String place,
            String address,
            String slot,
            TimeRange stay,
            String timeZone,
            @Nullable Money price,
            @Nullable Money serviceFee,
            @Nullable Overstay overstay,
            @Nullable Origin origin,
            int together) {
        static About of(Booking booking) {
            Booking.Part series = booking.series();
            BookedFee fee = booking.fee();
            return new About(
                    booking.title(),
                    booking.locationText(),
                    booking.slotName(),
                    booking.stay(),
                    booking.timeZone(),
                    booking.price(),
                    fee == null || fee.isNone() ? null : fee.amount(),
                    booking.overstay(),
                    null,
                    series == null || series.number() > 1 ? 1 : series.size());
        }

        About from(Origin before) {
            return new About(place, address, slot, stay, timeZone, price, serviceFee, overstay, before, together);
        }

        static About of(Wait wait) {
            return new About(wait.title(), "", "", wait.stay(), wait.timeZone(), null, null, null, null, 1);
        }
    }

    /** As the other, for who has an account. */
    Rendered render(Occasion occasion, String name, @Nullable About about, Money amount, String link) {
        return render(occasion, name, about, amount, link, null, false);
    }

    /**
     * @param about null when nothing is known of it
     * @param link where it leads, absolute
     * @param receipt where the invoice is, absolute; null when there is none
     * @param guest whether they open the bookings of somebody without an account
     */
    Rendered render(
            Occasion occasion,
            String name,
            @Nullable About about,
            Money amount,
            String link,
            @Nullable String receipt,
            boolean guest) {
        Map<String, Object> values = new HashMap<>();
        values.put("amount", money(amount));
        values.put("known", about != null);
        if (about != null) {
            values.put("place", line(about.place()));
            values.put("slot", line(about.slot()));
            values.put("from", time(about.stay().from(), about.timeZone()));
            values.put("to", time(about.stay().to(), about.timeZone()));
            values.put("stay", stay(about.stay(), about.timeZone()));
            values.put("series", about.together() > 1 ? String.valueOf(about.together()) : false);
            Overstay overstay = about.overstay();
            if (overstay != null) {
                values.put("since", time(overstay.since(), about.timeZone()));
                values.put("perHour", money(overstay.perHour()));
                values.put("fee", overstay.fee().isZero() ? false : money(overstay.fee()));
            }
            Origin origin = about.origin();
            if (origin != null) {
                values.put("oldPlace", line(origin.title()));
                values.put("oldSlot", line(origin.slotName()));
            }
        }
        String title = message(occasion.key() + ".title", values);
        String body = message(occasion.key() + ".body", values);
        Map<String, Object> mail = new HashMap<>();
        mail.put("language", language.toLanguageTag());
        mail.put("title", title);
        mail.put("greeting", message("mail.greeting", Map.of("name", line(name))));
        mail.put("body", body);
        mail.put("facts", about == null ? List.of() : facts(about, values));
        mail.put("link", link);
        mail.put("open", message("mail.open", Map.of()));
        mail.put("receipt", receipt == null ? false : receipt);
        mail.put("receiptText", message("mail.receipt", Map.of()));
        mail.put("note", guest ? message("mail.guestNote", Map.of()) : false);
        mail.put("footer", message(guest ? "mail.guestFooter" : "mail.footer", Map.of()));
        return new Rendered(title, body, plain.execute(mail), html.execute(mail));
    }

    private List<Map<String, Object>> facts(About about, Map<String, Object> values) {
        List<Map<String, Object>> facts = new ArrayList<>();
        fact(facts, "place", line(about.place()));
        fact(facts, "address", line(about.address()));
        fact(facts, "slot", line(about.slot()));
        fact(facts, "from", String.valueOf(values.get("from")));
        fact(facts, "to", String.valueOf(values.get("to")));
        if (about.price() != null) {
            fact(facts, "price", money(about.price()));
        }
        if (about.serviceFee() != null) {
            fact(facts, "serviceFee", money(about.serviceFee()));
        }
        return facts;
    }

    private void fact(List<Map<String, Object>> facts, String name, String value) {
        if (!value.isBlank()) {
            facts.add(Map.of("label", message("fact." + name, Map.of()), "value", value));
        }
    }

    /** In the place's zone and with its name, because the reader may be elsewhere. */
    String time(Instant instant, String timeZone) {
        ZoneId zone = ZoneId.of(timeZone);
        return time.format(instant.atZone(zone)) + " (" + name(zone, instant) + ")";
    }

    /** As {@link #time}, from beginning to end; what both have in common is said once. */
    String stay(TimeRange stay, String timeZone) {
        ZoneId zone = ZoneId.of(timeZone);
        ZonedDateTime from = stay.from().atZone(zone);
        ZonedDateTime to = stay.to().atZone(zone);
        String name = name(zone, stay.to());
        if (!name.equals(name(zone, stay.from()))) {
            return message("stay.longer", Map.of("from", time(stay.from(), timeZone), "to", time(stay.to(), timeZone)));
        }
        String told = from.toLocalDate().equals(to.toLocalDate())
                ? message(
                        "stay.sameDay",
                        Map.of("day", day.format(from), "from", CLOCK.format(from), "to", CLOCK.format(to)))
                : message("stay.longer", Map.of("from", time.format(from), "to", time.format(to)));
        return told + " (" + name + ")";
    }

    private String name(ZoneId zone, Instant instant) {
        return zone.getRules().isFixedOffset()
                ? zone.getDisplayName(TextStyle.FULL, language)
                : TimeZone.getTimeZone(zone)
                        .getDisplayName(zone.getRules().isDaylightSavings(instant), TimeZone.LONG, language);
    }

    /** Exact: minor units shifted by the currency's own number of digits, never a floating-point number. */
    String money(Money money) {
        Currency currency = Currency.getInstance(money.currency());
        int digits = Math.max(0, currency.getDefaultFractionDigits());
        NumberFormat format = NumberFormat.getCurrencyInstance(language);
        format.setCurrency(currency);
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(digits);
        return format.format(BigDecimal.valueOf(money.amount(), digits));
    }

    private String message(String key, Map<String, Object> values) {
        return required(key).execute(values);
    }

    private Template required(String key) {
        return required(messages.get(key), language + ": " + key);
    }

    private static <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalStateException("there is no message " + what);
        }
        return value;
    }

    /** On one line: what people wrote themselves may not add lines or headers to a mail. */
    private static String line(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
    }

    static Properties properties(Locale language) {
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(
                open("messages/mail_" + language.getLanguage() + ".properties"), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static String resource(String name) {
        try (InputStream stream = open(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        return required(Texts.class.getClassLoader().getResourceAsStream(name), name);
    }
}
