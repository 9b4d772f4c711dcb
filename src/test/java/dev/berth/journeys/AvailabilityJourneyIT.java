package dev.berth.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.berth.testing.CommonNode;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.WithServices;
import dev.berth.web.TestBrowser;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A host says in the page when the place can be booked, and a driver is told why it cannot and when it can. */
@WithServices
@Tag("LI9")
@Tag("LI10")
@Tag("LI13")
@TestInstance(Lifecycle.PER_CLASS)
class AvailabilityJourneyIT {
    private static final double PATIENCE_MILLIS = 20_000;
    private static final double LAT = 49.0184;
    private static final double LNG = 8.4154;
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<String> GUIDELINES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    /** Pictures for people to look at. */
    private static final Path PICTURES = Path.of("target", "pictures");

    private final Node node;
    private final TestBrowser browser = TestBrowser.launch();
    private final List<String> broken = new CopyOnWriteArrayList<>();

    AvailabilityJourneyIT(CommonNode common) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        node = common.node();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    @Tag("rule-6")
    @Tag("rule-7")
    @DisplayName("Rules 6 and 7: a host says when, a driver is told why not")
    void aHostSaysWhen_andADriverIsToldWhyNot() {
        try (BrowserContext desk = browser.person(1440, 900);
                BrowserContext telephone = browser.phone()) {
            Page host = open(desk, "/register?next=/host/new");
            register(host, "Olga Open");
            host.getByText("I also want to rent out a space").click();
            host.getByRole(AriaRole.BUTTON, named("Create account")).click();
            String listing = offer(host);
            hours(host, listing);
            calendar(host);

            Page driver = open(telephone, "/");
            aSunday(driver, listing);
            onTheTelephone(telephone, host, listing);
        }
        assertThat(broken).isEmpty();
    }

    private static String offer(Page page) {
        assertThat(page.getByRole(AriaRole.HEADING, named("New listing"))).isVisible();
        page.getByLabel("Address").fill("Amalienstraße 3, Karlsruhe");
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Office yard");
        page.getByLabel("Coordinates (latitude, longitude)").fill(LAT + ", " + LNG);
        page.getByRole(AriaRole.BUTTON, named("Publish")).click();
        assertThat(page.getByRole(AriaRole.HEADING, named("Office yard"))).isVisible();
        return page.url().replaceAll(".*[?&]l=([0-9a-f-]+).*", "$1");
    }

    private void hours(Page page, String listing) {
        page.navigate(node.url() + "/host/" + listing);
        page.getByRole(AriaRole.LINK, named("Availability Opening hours")).click();
        Locator meaning = page.getByRole(AriaRole.REGION, named("What it means"));
        assertThat(meaning).containsText("Always open");
        Locator text = page.getByLabel("Opening hours", new Page.GetByLabelOptions().setExact(true));
        text.fill("Mo-Fr 08:00-18:00; SH off");
        assertThat(page.getByText("school holidays are not known here")).isVisible();
        text.fill("Mo-Fr 08:00-18:00; PH off");
        assertThat(meaning).containsText("Mon–Fri: 08:00–18:00");
        assertThat(meaning).containsText("Baden-Württemberg");
        page.getByRole(AriaRole.BUTTON, named("Add an exception")).click();
        LocalDate later = LocalDate.now(BERLIN).plusMonths(2);
        page.getByLabel("Day", new Page.GetByLabelOptions().setExact(true)).fill(later.toString());
        page.getByLabel("Why").fill("Works in the yard");
        page.getByLabel("Minutes between two bookings").fill("30");
        picture(page, "availability");
        accessible(page, "What it means");
        page.getByRole(AriaRole.BUTTON, named("Save")).click();
        assertThat(page.getByText("Saved. From now on it is booked like this")).isVisible();
    }

    private static void calendar(Page page) {
        page.getByRole(AriaRole.LINK, named("Calendar")).first().click();
        assertThat(page.getByRole(AriaRole.HEADING, named("Calendar"))).isVisible();
        page.getByRole(AriaRole.BUTTON, named("The week after")).click();
        assertThat(page.locator(".calendar-item.is-closed").first()).isVisible();
        page.locator(".calendar-day").nth(2).getByRole(AriaRole.BUTTON).first().click();
        page.getByRole(AriaRole.BUTTON, named("Block").setExact(true)).click();
        assertThat(page.locator(".calendar-item.is-block")).hasCount(1);
        picture(page, "calendar-week");
        accessible(page, "Blocked");
        page.getByRole(AriaRole.BUTTON, named("Month").setExact(true)).click();
        assertThat(page.locator(".calendar-month")).isVisible();
        picture(page, "calendar-month");
        accessible(page, "Month");
        page.getByRole(AriaRole.BUTTON, named("Week").setExact(true)).click();
        page.locator(".calendar-item.is-block").getByRole(AriaRole.BUTTON).click();
        assertThat(page.locator(".calendar-item.is-block")).hasCount(0);
    }

    private void aSunday(Page page, String listing) {
        LocalDate sunday = LocalDate.now(BERLIN).plusDays(1).with(TemporalAdjusters.next(DayOfWeek.SUNDAY));
        show(page, listing, sunday.atTime(10, 0), sunday.atTime(12, 0));
        Locator panel = page.locator("article.detail");
        assertThat(panel).containsText("Mon–Fri: 08:00–18:00");
        assertThat(panel).containsText("The place is closed then.");
        assertThat(page.getByRole(AriaRole.BUTTON, named("Not bookable then"))).isDisabled();
        picture(page, "closed");
        accessible(page, "The place is closed then.");
        panel.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(java.util.regex.Pattern.compile("08:00")))
                .first()
                .tap();
        assertThat(page.getByRole(AriaRole.LINK, named("Book for €4.00"))).isVisible();
    }

    /** The host's pages on a telephone, in German: longer words, less room. */
    private void onTheTelephone(BrowserContext telephone, Page host, String listing) {
        Page page = telephone.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.navigate(node.url() + "/");
        host.evaluate("() => localStorage.setItem('berth.language', 'de')");
        String stored = (String) host.evaluate("() => JSON.stringify({...localStorage})");
        page.evaluate(
                "stored => Object.entries(JSON.parse(stored)).forEach(([key, value]) => localStorage.setItem(key, value))",
                stored);
        page.navigate(node.url() + "/host/" + listing + "/availability");
        assertThat(page.getByText("Das bedeutet es")).isVisible();
        picture(page, "availability-de");
        accessible(page, "Das bedeutet es");
        page.navigate(node.url() + "/host/" + listing + "/calendar");
        assertThat(page.locator(".calendar-day").first()).isVisible();
        picture(page, "calendar-week-de");
        page.getByRole(AriaRole.BUTTON, named("Monat").setExact(true)).tap();
        assertThat(page.locator(".calendar-month")).isVisible();
        picture(page, "calendar-month-de");
        accessible(page, "Monat");
    }

    private void show(Page page, String listing, LocalDateTime from, LocalDateTime to) {
        page.navigate(node.url() + "/?c=" + LAT + "," + LNG + ",16&from="
                + from.atZone(BERLIN).toInstant() + "&to=" + to.atZone(BERLIN).toInstant() + "&l=" + listing);
    }

    private static void register(Page page, String name) {
        page.getByLabel("Name").fill(name);
        page.getByLabel("E-mail").fill("person-" + UUID.randomUUID() + "@example.org");
        page.getByLabel("Password").fill("correct horse battery");
    }

    private Page open(BrowserContext person, String path) {
        Page page = person.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onPageError(error -> broken.add(error));
        page.navigate(node.url() + path);
        return page;
    }

    private static void picture(Page page, String name) {
        int width = page.viewportSize().width;
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            String file = "%s-%d-%s.png".formatted(name, width, scheme.name().toLowerCase(Locale.ROOT));
            page.screenshot(
                    new Page.ScreenshotOptions().setPath(PICTURES.resolve(file)).setFullPage(true));
        }
    }

    private static void accessible(Page page, String text) {
        assertThat(page.getByText(text).first()).isVisible();
        List<String> violations = new AxeBuilder(page)
                .withTags(GUIDELINES).analyze().getViolations().stream()
                        .map(rule -> rule.getId() + " " + rule.getNodes())
                        .toList();
        assertThat(violations).as(page.url()).isEmpty();
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }
}
