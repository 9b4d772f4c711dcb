package dev.berth.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.berth.testing.Api;
import dev.berth.testing.CommonNode;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.WithServices;
import dev.berth.web.TestBrowser;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A driver repeats a stay on days of the week, goes on without one that is taken, pays once and calls all of it off. */
@WithServices
@Tag("BK10")
@TestInstance(Lifecycle.PER_CLASS)
class SeriesJourneyIT {
    private static final double PATIENCE_MILLIS = 30_000;
    private static final double REFUND_MILLIS = 45_000;
    private static final String PASSWORD = "correct horse battery";
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<String> GUIDELINES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    /** Pictures for people to look at. */
    private static final Path PICTURES = Path.of("target", "pictures");

    private final Node node;
    private final TestBrowser browser = TestBrowser.launch();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final LocalDate monday = LocalDate.now(BERLIN).with(TemporalAdjusters.next(DayOfWeek.MONDAY));

    SeriesJourneyIT(CommonNode common) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        node = common.node();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    private static String at(LocalDate day, int hour) {
        return day.atTime(LocalTime.of(hour, 0)).atZone(BERLIN).toInstant().toString();
    }

    @Test
    void someDaysOfTheWeek_areBookedTogether_paidThroughTheBankOnce_andCalledOffTogether() throws Exception {
        String listing = Api.of(node.url()).register("host").createListing("Yard by the office", 1, 49.0194, 8.4144);
        Api stranger = Api.of(node.url()).register("stranger");
        LocalDate taken = monday.plusDays(8);
        stranger.post(
                        "/bookings",
                        Api.bookingOf(
                                stranger.quote(listing, at(taken, 9), at(taken, 12))
                                        .expect(201)
                                        .body(),
                                "pm_card_visa"))
                .expect(201);
        String email = "series-" + UUID.randomUUID() + "@example.org";
        try (BrowserContext telephone = browser.phone();
                BrowserContext desk = browser.person(1440, 900)) {
            Page page = open(
                    telephone,
                    "/register?next="
                            + encoded("/book/%s?from=%s&to=%s".formatted(listing, at(monday, 8), at(monday, 10))));
            try {
                page.getByLabel("Name").fill("Wanda Weekly");
                page.getByLabel("E-mail").fill(email);
                page.getByLabel("Password").fill(PASSWORD);
                page.getByRole(AriaRole.BUTTON, named("Create account")).tap();
                assertThat(page.getByRole(AriaRole.BUTTON, named("Pay €5.00"))).isEnabled();
                repeat(page);
                payThroughTheBank(page);
                Api driver = Api.of(node.url()).logIn(email, PASSWORD);
                JsonNode booked =
                        driver.get("/bookings?role=driver").expect(200).body().path("items");
                assertThat(booked)
                        .hasSize(5)
                        .allSatisfy(
                                each -> assertThat(each.path("status").asText()).isEqualTo("CONFIRMED"));
                onADesk(desk, email, booked.path(0).path("id").asText());
                callOff(page);
                String series = booked.path(0).path("seriesId").asText();
                assertThat(driver.get("/booking-series/" + series)
                                .expect(200)
                                .body()
                                .path("bookings"))
                        .hasSize(5)
                        .allSatisfy(
                                each -> assertThat(each.path("status").asText()).isEqualTo("CANCELLED_BY_DRIVER"));
            } catch (AssertionError | PlaywrightException failure) {
                failure.addSuppressed(
                        new AssertionError(page.url() + " shows\n" + page.innerText("body") + "\n" + broken));
                throw failure;
            }
        }
        assertThat(broken).isEmpty();
    }

    private void repeat(Page page) {
        page.getByRole(AriaRole.CHECKBOX, named("Repeat on more days")).check();
        assertThat(chip(page, "Mon")).hasAttribute("aria-pressed", "true");
        chip(page, "Tue").tap();
        chip(page, "Wed").tap();
        page.getByLabel("Last day").fill(monday.plusDays(9).toString());
        assertThat(page.getByText("1 date cannot be had.")).isVisible();
        assertThat(page.getByText("No slot is free")).isVisible();
        assertThat(page.getByRole(AriaRole.BUTTON, named("Not all dates can be had")))
                .isDisabled();
        picture(page, "series-conflict");
        accessible(page, "1 date cannot be had.");
        page.getByRole(AriaRole.BUTTON, named("Go on without it")).tap();
        assertThat(page.getByText("5 dates")).isVisible();
        assertThat(page.getByText("1 date left out.")).isVisible();
        picture(page, "series-checkout");
    }

    private void payThroughTheBank(Page page) {
        page.getByRole(AriaRole.RADIO, named(Pattern.compile("Asks your bank to confirm")))
                .check();
        page.getByRole(AriaRole.BUTTON, named("Pay €25.00")).tap();
        assertThat(page.getByRole(AriaRole.HEADING, named("Your bank wants you to confirm")))
                .isVisible();
        page.getByRole(AriaRole.LINK, named("Confirm with the bank")).tap();
        page.getByRole(AriaRole.BUTTON, named("Authorise")).tap();
        assertThat(page.locator("[data-pin]")).hasText(Pattern.compile("\\d{6}"));
        assertThat(page.getByText("Booking 1 of 5 that were made together")).isVisible();
        assertThat(page.locator(".series-row")).hasCount(5);
        picture(page, "series-booking");
        accessible(page, "All dates of this series");
    }

    private void onADesk(BrowserContext desk, String email, String booking) {
        Page page = open(desk, "/login?next=" + encoded("/bookings/" + booking));
        page.getByLabel("E-mail").fill(email);
        page.getByLabel("Password").fill(PASSWORD);
        page.getByRole(AriaRole.BUTTON, named("Log in")).click();
        assertThat(page.locator(".series-row")).hasCount(5);
        picture(page, "series-booking");
    }

    private void callOff(Page page) {
        page.getByRole(AriaRole.BUTTON, named("Cancel all that are to come")).tap();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog).containsText("€25.00");
        picture(page, "series-cancel");
        accessible(page, "Cancel all that are to come?");
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Cancel 5 bookings"))
                .tap();
        assertThat(page.getByText("This booking is cancelled.")).isVisible();
        assertThat(page.getByText("€5.00 went back to your card."))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(REFUND_MILLIS));
        assertThat(page.getByRole(AriaRole.BUTTON, named("Cancel all that are to come")))
                .hasCount(0);
        picture(page, "series-cancelled");
    }

    private static Locator chip(Page page, String day) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(day).setExact(true));
    }

    private static String encoded(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8);
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

    private static Page.GetByRoleOptions named(Pattern name) {
        return new Page.GetByRoleOptions().setName(name);
    }
}
