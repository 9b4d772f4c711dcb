package dev.berth.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.berth.testing.Api;
import dev.berth.testing.CommonNode;
import dev.berth.testing.ContractCheck;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.WithServices;
import dev.berth.web.TestBrowser;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A driver who stays too long sees what it costs, says that they have left, and is told what the host has waived. */
@WithServices
@Tag("BK8")
@TestInstance(Lifecycle.PER_CLASS)
class StayJourneyIT {
    private static final double PATIENCE_MILLIS = 30_000;
    private static final String PASSWORD = "correct horse battery";
    private static final List<String> GUIDELINES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    /** Pictures for people to look at. */
    private static final Path PICTURES = Path.of("target", "pictures");

    private final Platform platform;
    private final Node node;
    private final TestBrowser browser = TestBrowser.launch();
    private final List<String> broken = new CopyOnWriteArrayList<>();

    StayJourneyIT(CommonNode common) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        platform = common.platform();
        node = common.node();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    @Tag("rule-18")
    @Tag("rule-20")
    void whoStaysTooLong_seesWhatItCosts_leaves_andIsToldWhatTheHostWaives() throws Exception {
        Api host = Api.of(node.url()).register("host");
        String listing = host.createListing("Yard with a late driver", 1, 49.0294, 8.4244);
        String email = "late-" + UUID.randomUUID() + "@example.org";
        try (BrowserContext telephone = browser.phone()) {
            Page page = open(telephone, "/register?next=/bookings");
            page.getByLabel("Name").fill("Lara Late");
            page.getByLabel("E-mail").fill(email);
            page.getByLabel("Password").fill(PASSWORD);
            page.getByRole(AriaRole.BUTTON, named("Create account")).tap();
            assertThat(page.getByRole(AriaRole.LINK, named("Account"))).isVisible();

            Api driver = Api.of(node.url()).logIn(email, PASSWORD);
            Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);
            Instant from = Instant.now().plusSeconds(5).truncatedTo(ChronoUnit.SECONDS);
            Api.Answer quote = driver.quote(
                    listing, from.toString(), from.plus(2, ChronoUnit.HOURS).toString());
            String booking = driver.post(
                            "/bookings",
                            Api.bookingOf(quote.expect(201).body(), "pm_card_visa"),
                            UUID.randomUUID().toString())
                    .expect(201)
                    .body()
                    .path("id")
                    .asText();
            driver.post("/bookings/" + booking + "/check-in", Api.object()).expect(200);
            endedMinutesAgo(booking, 75);

            page.navigate(node.url() + "/bookings/" + booking);
            assertThat(page.getByRole(AriaRole.HEADING, named("Longer than booked")))
                    .isVisible();
            assertThat(page.getByText("2 started hours")).isVisible();
            assertThat(page.getByText("€16.24")).isVisible();
            picture(page, "overstay");
            accessible(page, "Have you left?");
            page.getByRole(AriaRole.BUTTON, named("I have left")).tap();
            assertThat(page.getByRole(AriaRole.HEADING, named("Paid for staying longer")))
                    .isVisible();
            accessible(page, "Paid for staying longer");

            host.post(
                            "/bookings/" + booking + "/overstay/waive-fee",
                            Api.object().put("reason", "The barrier was broken"))
                    .expect(200);
            assertThat(page.getByText("Waived: The barrier was broken").first()).isVisible();
            picture(page, "waived");

            Platform.await(
                    "the completed stay earns points",
                    Duration.ofSeconds(30),
                    () -> earned(driver).contains("EARNED"));
            ContractCheck contract = new ContractCheck();
            Api.Answer points = driver.get("/points?limit=1").expect(200);
            contract.check(points.raw(), null);
            contract.check(
                    driver.get("/points?currency=EUR&cursor="
                                    + points.body().path("next").asText())
                            .expect(200)
                            .raw(),
                    null);
            assertThat(points.body().at("/balances/0/expiring/points").asLong()).isPositive();
            page.navigate(node.url() + "/wallet");
            assertThat(page.getByText("Completed stay").first()).isVisible();
            picture(page, "points");
            accessible(page, "Completed stay");
            paysOut(page, driver);
            page.navigate(node.url() + "/book/" + listing + "?from=" + tomorrow + "&to="
                    + tomorrow.plus(1, ChronoUnit.HOURS));
            page.getByText("Use points").tap();
            assertThat(page.getByText("Left for the card")).isVisible();
            picture(page, "use-points");
            accessible(page, "Left for the card");
        }
        assertThat(broken).isEmpty();
    }

    /** What the driver has brought into the wallet goes back to the card, a part and then the rest. */
    private void paysOut(Page page, Api driver) throws Exception {
        ObjectNode topUp = Api.object();
        topUp.putObject("amount").put("amount", 2_000).put("currency", "EUR");
        topUp.putObject("paymentMethod").put("type", "card").put("token", "pm_card_visa");
        driver.post("/wallet/top-ups", topUp).expect(201);
        page.navigate(node.url() + "/wallet");
        page.getByRole(AriaRole.BUTTON, named("Pay out").setExact(true)).tap();
        assertThat(page.getByRole(AriaRole.DIALOG).getByText("Visa •••• 4242")).isVisible();
        picture(page, "pay-out");
        accessible(page, "Money goes back to the cards");
        page.getByRole(AriaRole.DIALOG).getByLabel("Amount").fill("30");
        assertThat(page.getByText("At most €20.00 can be paid out.")).isVisible();
        page.getByRole(AriaRole.DIALOG).getByLabel("Amount").fill("12.5");
        page.getByRole(AriaRole.BUTTON, named("Pay €12.50 out")).tap();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        assertThat(page.getByText("Paid back to a card").first()).isVisible();
        page.getByRole(AriaRole.BUTTON, named("Pay out").setExact(true)).tap();
        page.getByRole(AriaRole.BUTTON, named("Pay €7.50 out")).tap();
        assertThat(page.locator("[data-balance='0']")).isVisible();
        assertThat(page.getByRole(AriaRole.BUTTON, named("Pay out").setExact(true)))
                .hasCount(0);
    }

    private static List<String> earned(Api driver) {
        try {
            return driver.get("/points").expect(200).body().path("items").findValuesAsText("kind");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As if the driver had come hours ago, and their time had been over since then. */
    private void endedMinutesAgo(String booking, int minutes) throws Exception {
        var database = platform.database();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:" + database.url(),
                        database.user(),
                        database.password().value());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("""
                    UPDATE bookings.occupation SET entered_at = now() - interval '3 hours',
                        stay = tstzrange(now() - interval '3 hours', now() - %d * interval '1 minute') WHERE id = '%s'
                    """.formatted(minutes, booking));
        }
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
