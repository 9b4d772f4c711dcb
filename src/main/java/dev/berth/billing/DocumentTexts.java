package dev.berth.billing;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.berth.billing.Invoice.Content;
import dev.berth.billing.Invoice.Kind;
import dev.berth.billing.Invoice.Party;
import dev.berth.billing.Invoice.Purpose;
import dev.berth.billing.Invoice.Total;
import dev.berth.pricing.PriceLine;
import dev.berth.promotions.BookedDiscount;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The words of documents in one language, from {@code messages/invoice_*.properties}, and the page that they are on: one
 * template for what is read in a browser and what becomes a PDF.
 */
final class DocumentTexts {
    private static final int PERCENT_DIGITS = 2;

    private final Locale language;
    private final Properties messages = new Properties();
    private final Template page;
    private final DateTimeFormatter day;
    private final DateTimeFormatter time;

    private DocumentTexts(Locale language) {
        this.language = language;
        try (Reader reader = open("messages/invoice_" + language.getLanguage() + ".properties")) {
            messages.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.page = page();
        this.day = DateTimeFormatter.ofPattern(message("day.pattern"), language);
        this.time = DateTimeFormatter.ofPattern(message("time.pattern"), language);
        // Whatever is missing is missed at the start and not when an invoice is to be written.
        for (PriceLine.Kind kind : PriceLine.Kind.values()) {
            if (kind != PriceLine.Kind.TAX) {
                message("line." + kind + ".other");
            }
        }
        for (Purpose purpose : Purpose.values()) {
            message("purpose." + purpose);
        }
        message("discount");
    }

    /** Those of every language. */
    static final class All {
        private final Map<String, DocumentTexts> texts = new HashMap<>();

        All() {
            for (Locale language : List.of(Locale.ENGLISH, Locale.GERMAN)) {
                texts.put(language.getLanguage(), new DocumentTexts(language));
            }
        }

        /** Those of a language tag, else the English ones. */
        DocumentTexts in(String languageTag) {
            DocumentTexts found = texts.get(Locale.forLanguageTag(languageTag).getLanguage());
            return found != null ? found : java.util.Objects.requireNonNull(texts.get("en"));
        }
    }

    /** What one line says that stands for all. */
    String single(Purpose purpose) {
        return message("purpose." + purpose);
    }

    /** What a code has taken off. */
    String discount(BookedDiscount discount) {
        String currency = discount.price().currency();
        return filled(
                message("discount"),
                Map.of(
                        "price", money(discount.price().amount(), currency),
                        "amount", money(discount.amount().amount(), currency),
                        "code", line(discount.code())));
    }

    String overstay(int hours) {
        return plural("overstay", hours, Map.of());
    }

    String overstayFee() {
        return message("overstayFee");
    }

    /** A line of a price. */
    String of(PriceLine line, String currency) {
        String kind =
                line.kind() == PriceLine.Kind.SEGMENT && Integer.valueOf(0).equals(line.minutes())
                        ? "FLAT"
                        : line.kind().name();
        return plural(
                "line." + kind,
                line.quantity(),
                Map.of(
                        "price", money(line.unitAmount(), currency),
                        "name", line(line.name() == null ? "" : line.name()),
                        "minutes", String.valueOf(line.minutes() == null ? 0 : line.minutes())));
    }

    /** The whole document, as a page that is well-formed XML too. */
    String html(Invoice invoice) {
        Content content = invoice.content();
        String kind = invoice.kind() == Kind.INVOICE ? "invoice" : "creditNote";
        String currency = content.currency();
        Map<String, Object> values = new HashMap<>();
        messages.forEach((key, text) -> {
            String name = (String) key;
            if (name.startsWith("label.")) {
                values.put(name.substring("label.".length()), text);
            }
        });
        values.put("language", language.toLanguageTag());
        values.put("heading", message(kind + ".title"));
        values.put("title", filled(message(kind + ".fileTitle"), Map.of("number", invoice.number())));
        values.put(
                "summary",
                filled(
                        message(kind + ".summary"),
                        Map.of("seller", line(content.seller().name()))));
        values.put("seller", party(content.seller()));
        values.put("buyer", party(content.buyer()));
        values.put(
                "agent",
                content.agent() == null
                        ? false
                        : filled(
                                message("agent"),
                                Map.of(
                                        "agent",
                                        content.agent(),
                                        "seller",
                                        line(content.seller().name()))));
        values.put("number", invoice.number());
        values.put("issuedOn", day.format(invoice.issuedOn()));
        values.put(
                "corrects",
                content.corrects() == null ? false : content.corrects().number());
        values.put("place", line(content.title()));
        values.put("address", line(content.address()).isEmpty() ? false : line(content.address()));
        values.put("slot", line(content.slotName()));
        values.put("period", period(content));
        values.put("booking", invoice.bookingId().toString());
        boolean taxed = content.lines().stream().anyMatch(line -> line.taxBasisPoints() != null);
        values.put("taxed", taxed);
        values.put("untaxed", taxed ? false : message("untaxed"));
        values.put(
                "lines",
                content.lines().stream().map(line -> row(line, currency)).toList());
        values.put(
                "totals",
                content.totals().stream().map(total -> row(total, currency)).toList());
        values.put("net", money(content.gross() - content.tax(), currency));
        values.put("tax", money(content.tax(), currency));
        values.put("total", money(content.gross(), currency));
        values.put("itemsCaption", message(kind + ".items"));
        values.put("paid", message(kind + ".paid"));
        return page.execute(values);
    }

    private Map<String, Object> row(TaxedLine line, String currency) {
        return Map.of(
                "label", line(line.label()),
                "rate", line.taxBasisPoints() == null ? "" : percent(line.taxBasisPoints()),
                "net", money(line.net(), currency),
                "tax", money(line.tax(), currency),
                "gross", money(line.gross(), currency));
    }

    private Map<String, Object> row(Total total, String currency) {
        return Map.of(
                "rate", percent(total.basisPoints()),
                "net", money(total.net(), currency),
                "tax", money(total.tax(), currency),
                "gross", money(total.gross(), currency));
    }

    private Map<String, Object> party(Party party) {
        return Map.of(
                "name",
                line(party.name()),
                "lines",
                party.address()
                        .lines()
                        .map(DocumentTexts::line)
                        .filter(each -> !each.isEmpty())
                        .toList(),
                "vatId",
                party.vatId() == null ? false : line(party.vatId()));
    }

    private String period(Content content) {
        ZoneId zone = ZoneId.of(content.timeZone());
        return "%s – %s (%s)".formatted(time(content.from(), zone), time(content.to(), zone), zone.getId());
    }

    private String time(Instant instant, ZoneId zone) {
        return time.format(instant.atZone(zone));
    }

    String day(LocalDate date) {
        return day.format(date);
    }

    /** Exact: minor units shifted by the currency's own number of digits. */
    String money(long amount, String currency) {
        Currency unit = Currency.getInstance(currency);
        int digits = Math.max(0, unit.getDefaultFractionDigits());
        NumberFormat format = NumberFormat.getCurrencyInstance(language);
        format.setCurrency(unit);
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(digits);
        return format.format(BigDecimal.valueOf(amount, digits));
    }

    private String percent(int basisPoints) {
        NumberFormat format = NumberFormat.getNumberInstance(language);
        format.setMaximumFractionDigits(PERCENT_DIGITS);
        return format.format(BigDecimal.valueOf(basisPoints, PERCENT_DIGITS)) + "\u00a0%";
    }

    private String plural(String key, int count, Map<String, String> values) {
        Map<String, String> all = new HashMap<>(values);
        all.put("count", String.valueOf(count));
        String one = count == 1 ? messages.getProperty(key + ".one") : null;
        return filled(one != null ? one : message(key + ".other"), all);
    }

    private static String filled(String message, Map<String, String> values) {
        return Mustache.compiler().escapeHTML(false).compile(message).execute(values);
    }

    private String message(String key) {
        @Nullable String message = messages.getProperty(key);
        if (message == null) {
            throw new IllegalStateException("there is no message " + language + ": " + key);
        }
        return message;
    }

    /** On one line and without what no XML may have: people have written it themselves. */
    private static String line(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> Character.isISOControl(point) || point == 0x2028 || point == 0x2029 ? ' ' : point)
                .filter(point ->
                        Character.isDefined(point) && (point < 0xD800 || point > 0xDFFF) && (point & 0xFFFE) != 0xFFFE)
                .forEach(clean::appendCodePoint);
        return clean.toString().strip();
    }

    private static Template page() {
        try (Reader reader = open("documents/invoice.html")) {
            return Mustache.compiler().escapeHTML(true).compile(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader open(String resource) {
        InputStream stream = DocumentTexts.class.getClassLoader().getResourceAsStream(resource);
        if (stream == null) {
            throw new IllegalStateException("there is no " + resource);
        }
        return new InputStreamReader(stream, StandardCharsets.UTF_8);
    }
}
