package dev.berth.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.berth.testing.Api;
import dev.berth.testing.CommonNode;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.WithServices;
import dev.berth.web.TestBrowser;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A host sees what everybody will see of their driveway; a driver finds the way there once the booking is confirmed. */
@WithServices
@Tag("rule-38")
@TestInstance(Lifecycle.PER_CLASS)
class ArrivalJourneyIT {
    private static final double PATIENCE_MILLIS = 30_000;
    private static final String PASSWORD = "correct horse battery";
    private static final String ADDRESS = "Amselsteig 4711b, 76133 Karlsruhe";
    private static final String TOLD = "Amselsteig, 76133 Karlsruhe";
    private static final String NOTES = "Ring at Plumtree, then left through the gate.";
    private static final String PLACE = "49.031717, 8.434242";
    private static final Pattern LISTING = Pattern.compile("[?&]l=([0-9a-f-]{36})");
    private static final List<String> GUIDELINES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    /** Pictures for people to look at. */
    private static final Path PICTURES = Path.of("target", "pictures");

    private final Node node;
    private final TestBrowser browser = TestBrowser.launch();
    private final List<String> broken = new CopyOnWriteArrayList<>();

    ArrivalJourneyIT(CommonNode common) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        node = common.node();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    void aHost_hidesTheirAddress_andADriverSeesItOnceTheBookingIsConfirmed() throws Exception {
        try (BrowserContext desk = browser.person(1440, 900);
                BrowserContext telephone = browser.phone()) {
            String listing = offer(open(desk, "/register?next=/host/new"));
            String email = "driver-" + UUID.randomUUID() + "@example.org";
            Page page = open(telephone, "/register?next=/bookings");
            register(page, "Dana Driver", email);
            assertThat(page.getByRole(AriaRole.LINK, named("Account"))).isVisible();

            page.navigate(node.url() + "/?l=" + listing + "&c=49.0317,8.4342,16");
            assertThat(page.getByText(TOLD).first()).isVisible();
            accessible(page, "Exact address after booking.");
            picture(page, "place-hidden");
            assertThat(page.content()).doesNotContain("4711b", "Plumtree");

            Api driver = Api.of(node.url()).logIn(email, PASSWORD);
            Instant from = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);
            Api.Answer quote = driver.quote(
                    listing, from.toString(), from.plus(2, ChronoUnit.HOURS).toString());
            String booking = driver.post(
                            "/bookings", Api.bookingOf(quote.expect(201).body(), "pm_card_visa"))
                    .expect(201)
                    .body()
                    .path("id")
                    .asText();
            page.navigate(node.url() + "/bookings/" + booking);
            assertThat(page.getByRole(AriaRole.HEADING, named("Getting there"))).isVisible();
            assertThat(page.getByText(ADDRESS).first()).isVisible();
            assertThat(page.getByText(NOTES)).isVisible();
            assertThat(page.getByRole(AriaRole.LINK, named("Open in a maps app")))
                    .hasAttribute("href", Pattern.compile("^geo:49\\.031717,8\\.434242\\?.*"));
            accessible(page, "How to get in");
            picture(page, "arrival");
            page.setViewportSize(1440, 900);
            picture(page, "arrival");

            driver.post("/bookings/" + booking + "/cancel", Api.object()).expect(200);
            assertThat(page.getByText("This booking is cancelled.")).isVisible();
            assertThat(page.getByText(TOLD).first()).isVisible();
            assertThat(page.content()).doesNotContain("4711b", "Plumtree");
        }
        assertThat(broken).isEmpty();
    }

    private String offer(Page page) {
        page.getByText("I also want to rent out a space").click();
        register(page, "Hella Host", "host-" + UUID.randomUUID() + "@example.org");
        assertThat(page.getByRole(AriaRole.HEADING, named("New listing"))).isVisible();
        page.getByLabel("Address").fill(ADDRESS);
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Driveway at the hedge");
        page.getByLabel("Coordinates (latitude, longitude)").fill(PLACE);
        page.getByLabel("How to get in").fill(NOTES);
        assertThat(page.getByText(TOLD)).isVisible();
        accessible(page, "Who sees the exact address?");
        picture(page, "privacy");
        page.getByLabel("It is on the map as you give it here.").check();
        assertThat(page.getByText(TOLD)).isHidden();
        page.getByLabel("Drivers with a confirmed booking").first().check();
        page.setViewportSize(390, 844);
        assertThat(page.getByText(TOLD)).isVisible();
        picture(page, "privacy");
        page.setViewportSize(1440, 900);
        page.getByRole(AriaRole.BUTTON, named("Publish")).click();
        assertThat(page.getByText("Everybody else sees: " + TOLD)).isVisible();
        picture(page, "place-own");
        Matcher listing = LISTING.matcher(page.url());
        assertThat(listing.find()).as(page.url()).isTrue();
        return listing.group(1);
    }

    private static void register(Page page, String name, String email) {
        page.getByLabel("Name").fill(name);
        page.getByLabel("E-mail").fill(email);
        page.getByLabel("Password").fill(PASSWORD);
        page.getByRole(AriaRole.BUTTON, named("Create account")).click();
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
