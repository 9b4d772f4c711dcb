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
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A host sets more prices than the hour and the day in the page, and a driver is told which of them counts and why. */
@WithServices
@Tag("LI4")
@Tag("PY6")
@TestInstance(Lifecycle.PER_CLASS)
class PricesJourneyIT {
    private static final double PATIENCE_MILLIS = 20_000;
    private static final double LAT = 49.0194;
    private static final double LNG = 8.4144;
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<String> GUIDELINES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    /** Pictures for people to look at. */
    private static final Path PICTURES = Path.of("target", "pictures");

    private final Node node;
    private final TestBrowser browser = TestBrowser.launch();
    private final List<String> broken = new CopyOnWriteArrayList<>();

    PricesJourneyIT(CommonNode common) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        node = common.node();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    @Tag("rule-4")
    @DisplayName("Rule 4: the page says which cap counts, and why")
    void aHostSetsPrices_andADriverIsToldWhichCounts() {
        try (BrowserContext desk = browser.person(1440, 900);
                BrowserContext telephone = browser.phone()) {
            Page host = open(desk, "/register?next=/host/new");
            register(host, "Nora Night");
            host.getByText("I also want to rent out a space").click();
            host.getByRole(AriaRole.BUTTON, named("Create account")).click();
            String listing = offer(host);

            Page driver = open(telephone, "/register?next=/");
            register(driver, "Nick Driver");
            driver.getByRole(AriaRole.BUTTON, named("Create account")).tap();
            assertThat(driver.getByRole(AriaRole.LINK, named("Account"))).isVisible();
            aNight(driver, listing);
            aWeek(driver, listing);
        }
        assertThat(broken).isEmpty();
    }

    private String offer(Page page) {
        assertThat(page.getByRole(AriaRole.HEADING, named("New listing"))).isVisible();
        page.getByLabel("Address").fill("Hirschstraße 12, Karlsruhe");
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Yard with night prices");
        page.getByLabel("Coordinates (latitude, longitude)").fill(LAT + ", " + LNG);
        page.getByText("More prices").click();
        page.getByLabel("At most for 7 days").fill("50");
        page.getByText("Other price at the weekend").click();
        page.getByRole(AriaRole.BUTTON, named("Add a night price")).click();
        page.getByRole(AriaRole.BUTTON, named("Add an early bird price")).click();
        Locator preview = page.getByRole(AriaRole.REGION, named("How drivers see it"));
        // What a week costs from now on depends on how many days it touches.
        assertThat(preview).containsText("7 days");
        picture(page, "editor");
        accessible(page, "Nights and other times");

        // A week for less than a day goes together with nothing, and the page says so before it is saved.
        page.getByLabel("At most for 7 days").fill("5");
        assertThat(preview).containsText("These prices do not go together yet.");
        page.getByLabel("At most for 7 days").fill("50");
        page.getByRole(AriaRole.BUTTON, named("Publish")).click();
        assertThat(page.getByRole(AriaRole.HEADING, named("Yard with night prices")))
                .isVisible();
        assertThat(page.locator("article.detail")).containsText("18:00 to 08:00: at most €6.00");
        accessible(page, "Good to know");
        return page.url().replaceAll(".*[?&]l=([0-9a-f-]+).*", "$1");
    }

    /** From four in the afternoon to ten in the morning. */
    private void aNight(Page page, String listing) {
        LocalDate tuesday = LocalDate.now(BERLIN).with(TemporalAdjusters.next(DayOfWeek.TUESDAY));
        show(page, listing, tuesday.atTime(16, 0), tuesday.plusDays(1).atTime(10, 0));
        Locator panel = page.locator("article.detail");
        assertThat(panel).containsText("4 started hours at €2.00");
        assertThat(panel).containsText("1 night at the night price of €6.00 (18:00–08:00)");
        assertThat(panel).containsText("By the hour it would be €28.00. A night costs at most €6.00.");
        assertThat(page.getByRole(AriaRole.LINK, named("Book for €14.00"))).isVisible();
        picture(page, "night");
        accessible(page, "Good to know");
        page.getByRole(AriaRole.LINK, named("Book for €14.00")).tap();
        assertThat(page.getByRole(AriaRole.BUTTON, named("Pay €14.00"))).isEnabled();
        assertThat(page.getByText("A night costs at most €6.00.")).isVisible();
        picture(page, "checkout");
        accessible(page, "A night costs at most €6.00.");
    }

    /** In the list the price comes from the server, because the pin does not tell the tariff. */
    private void aWeek(Page page, String listing) {
        LocalDate tuesday = LocalDate.now(BERLIN).with(TemporalAdjusters.next(DayOfWeek.TUESDAY));
        LocalDateTime from = tuesday.atTime(8, 0);
        show(page, listing, from, from.plusDays(6));
        Locator panel = page.locator("article.detail");
        assertThat(panel).containsText("Seven days in a row cost at most €50.00.");
        page.getByRole(AriaRole.BUTTON, named("Back to the list")).tap();
        assertThat(page.getByRole(AriaRole.BUTTON, named(Pattern.compile("Yard with night prices.*€50.00"))))
                .isVisible();
        picture(page, "list");
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

    private static Page.GetByRoleOptions named(Pattern name) {
        return new Page.GetByRoleOptions().setName(name);
    }
}
