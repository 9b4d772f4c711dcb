package dev.berth.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingEvent.Origin;
import dev.berth.notifications.Texts.About;
import dev.berth.notifications.Texts.Rendered;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static final Map<Locale, Texts> ALL = Texts.all();
    private static final Texts ENGLISH = Texts.of(ALL, "en");
    private static final Texts GERMAN = Texts.of(ALL, "de");

    @Test
    void everyLanguage_hasTheSameMessages() {
        assertThat(Texts.properties(Locale.GERMAN).keySet())
                .isEqualTo(Texts.properties(Locale.ENGLISH).keySet());
    }

    @Test
    void theLanguage_isTheTags_orEnglish() {
        assertThat(Texts.of(ALL, "de-AT")).isSameAs(GERMAN);
        assertThat(Texts.of(ALL, "fr")).isSameAs(ENGLISH);
        assertThat(Texts.of(ALL, "")).isSameAs(ENGLISH);
    }

    @Test
    void money_isExact_withTheCurrencysOwnDigits() {
        assertThat(ENGLISH.money(new Money(133_305, "EUR"))).isEqualTo("€1,333.05");
        assertThat(GERMAN.money(new Money(133_305, "EUR"))).isEqualTo("1.333,05\u00a0€");
        assertThat(ENGLISH.money(new Money(500, "JPY"))).isEqualTo("¥500");
        assertThat(ENGLISH.money(new Money(9_007_199_254_740_993L, "EUR"))).isEqualTo("€90,071,992,547,409.93");
    }

    @Test
    void times_areThePlacesOwn_andNamed() {
        Instant beforeTheChange = Instant.parse("2026-03-29T00:30:00Z");
        Instant afterIt = Instant.parse("2026-03-29T01:30:00Z");
        assertThat(ENGLISH.time(beforeTheChange, "Europe/Berlin"))
                .isEqualTo("Sunday 29 March 2026, 01:30 (Central European Standard Time)");
        assertThat(ENGLISH.time(afterIt, "Europe/Berlin"))
                .isEqualTo("Sunday 29 March 2026, 03:30 (Central European Summer Time)");
        assertThat(GERMAN.time(afterIt, "Europe/Berlin"))
                .isEqualTo("Sonntag, 29. März 2026, 03:30 Uhr (Mitteleuropäische Sommerzeit)");
    }

    @Test
    void aStay_saysOnce_whatItsEndsHaveInCommon() {
        Instant noon = Instant.parse("2026-10-24T10:00:00Z");
        TimeRange hours = new TimeRange(noon, noon.plus(Duration.ofHours(2)));
        assertThat(ENGLISH.stay(hours, "Europe/Berlin"))
                .isEqualTo("Saturday 24 October 2026, 12:00–14:00 (Central European Summer Time)");
        assertThat(GERMAN.stay(hours, "Europe/Berlin"))
                .isEqualTo("Samstag, 24. Oktober 2026, 12:00–14:00 Uhr (Mitteleuropäische Sommerzeit)");
        TimeRange night = new TimeRange(noon, noon.plus(Duration.ofHours(14)));
        assertThat(ENGLISH.stay(night, "Europe/Berlin"))
                .isEqualTo("Saturday 24 October 2026, 12:00 to Sunday 25 October 2026, 02:00"
                        + " (Central European Summer Time)");
        TimeRange overTheChange = new TimeRange(noon, noon.plus(Duration.ofHours(24)));
        assertThat(ENGLISH.stay(overTheChange, "Europe/Berlin"))
                .isEqualTo("Saturday 24 October 2026, 12:00 (Central European Summer Time)"
                        + " to Sunday 25 October 2026, 11:00 (Central European Standard Time)");
    }

    @Test
    void everyOccasion_isToldInFull() {
        for (Texts texts : ALL.values()) {
            for (Occasion occasion : Occasion.values()) {
                Rendered rendered = texts.render(
                        occasion,
                        "Erika",
                        About.of(Samples.overstayed("Marktplatz", "Erika's"))
                                .from(new Origin(ListingId.next(), UserId.next(), "Bahnhof", "7")),
                        new Money(350, "EUR"),
                        "https://berth.example/bookings/1");
                assertThat(rendered.title()).isNotBlank().doesNotContain("{{", "\n");
                assertThat(rendered.body()).isNotBlank().doesNotContain("{{");
                assertThat(rendered.text())
                        .contains(rendered.body(), "https://berth.example/bookings/1")
                        .doesNotContain("{{", "&#");
                assertThat(rendered.html())
                        .contains("https://berth.example/bookings/1")
                        .doesNotContain("{{");
            }
        }
    }

    @Test
    void aRefundOfAnUnknownBooking_isToldWithoutIt() {
        Rendered rendered =
                GERMAN.render(Occasion.DRIVER_REFUNDED, "Erika", null, new Money(350, "EUR"), "https://berth.example/");
        assertThat(rendered.body()).contains("3,50").doesNotContain("Buchung bei");
    }

    @Test
    void whatPeopleWrite_isEscaped_andStaysOnItsLine() {
        Rendered rendered = ENGLISH.render(
                Occasion.DRIVER_CONFIRMED,
                "<img src=x onerror=alert(1)>",
                About.of(Samples.booking("<b>Free</b> & \"easy\"\r\nBcc: all@example.org", "<script>")),
                new Money(350, "EUR"),
                "https://berth.example/");
        assertThat(rendered.html())
                .doesNotContain("<b>Free", "<script>", "<img src")
                .contains("&lt;b&gt;Free&lt;/b&gt; &amp; &quot;easy&quot; Bcc: all@example.org");
        assertThat(rendered.title()).doesNotContain("\r", "\n");
        assertThat(rendered.text()).contains("<b>Free</b> & \"easy\" Bcc: all@example.org");
    }
}
