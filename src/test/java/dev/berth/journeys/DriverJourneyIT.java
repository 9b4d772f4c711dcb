package dev.berth.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.SelectOption;
import dev.berth.testing.Api;
import dev.berth.testing.CommonNode;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.WithServices;
import dev.berth.web.TestBrowser;
import java.time.LocalDate;
import java.time.ZoneId;
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

/** What a driver with a telephone and a host at a desk do in the page, from the first visit to the money back. */
@WithServices
@Tag("WA1")
@TestInstance(Lifecycle.PER_CLASS)
class DriverJourneyIT {
    private static final double REFUND_MILLIS = 45_000;
    private static final double LAT = 49.0094;
    private static final double LNG = 8.4044;
    private static final double PATIENCE_MILLIS = 20_000;
    private static final String TITLE = "Courtyard behind the bakery";

    private static final List<String> GUIDELINES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    private static final List<String> CONTRAST = List.of("color-contrast");

    private final Node node;
    private final TestBrowser browser = TestBrowser.launch();
    /** The messages of the page's console that tell of something broken. */
    private final List<String> broken = new CopyOnWriteArrayList<>();

    DriverJourneyIT(CommonNode common) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        // What takes long on a busy machine is not what is tested here.
        node = common.node();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    void aDriver_findsPaysAndCancels_onATelephone() throws Exception {
        Api.of(node.url()).register("host").createListing(TITLE, 1, LAT, LNG);
        try (BrowserContext person = browser.phone()) {
            Page page = open(person, "/?c=" + LAT + "," + LNG + ",15");
            try {
                register(page);
                find(page);
                checkout(page);
                declined(page, "Is declined", "The payment was declined.");
                declined(page, "Has too little money on it", "There is not enough money on the card.");
                refusedAtTheBank(page);
                // Nobody else was given the only slot meanwhile, and nothing is left of the tries.
                paidThroughTheBank(page);
                cancel(page);
                inbox(page);
                inGerman(page);
            } catch (AssertionError | PlaywrightException failure) {
                failure.addSuppressed(
                        new AssertionError(page.url() + " shows\n" + page.innerText("body") + "\n" + broken));
                throw failure;
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void aHost_dropsAPin_andAnotherOpenMapShowsIt() {
        try (BrowserContext desk = browser.person(1440, 900);
                BrowserContext other = browser.phone()) {
            double lat = LAT + 0.02;
            String map = "/?c=" + lat + "," + LNG + ",16";
            Page watching = open(other, map);
            assertThat(watching.getByText("There is no place to park in this part of the map."))
                    .isVisible();
            watching.evaluate("() => { window.sameDocument = true; }");

            Page page = open(desk, "/register?next=/host");
            fillRegistration(page, "Hanna Host");
            page.getByText("I also want to rent out a space").click();
            page.getByRole(AriaRole.BUTTON, named("Create account")).click();
            accessible(page, "Your space earns when you are away");
            page.getByRole(AriaRole.LINK, named("Drop a pin")).click();
            assertThat(page.getByRole(AriaRole.HEADING, named("New listing"))).isVisible();
            page.getByLabel("Address").fill("Hirschstraße 12, Karlsruhe");
            page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Driveway of Hanna");
            page.getByLabel("Coordinates (latitude, longitude)").fill(lat + ", " + LNG);
            accessible(page, "How drivers see it");
            page.getByRole(AriaRole.BUTTON, named("Publish")).click();
            assertThat(page.getByRole(AriaRole.HEADING, named("Driveway of Hanna")))
                    .isVisible();

            assertThat(watching.getByRole(AriaRole.BUTTON, named(Pattern.compile("Driveway of Hanna.*Free"))))
                    .isVisible();
            assertThat(watching.evaluate("() => window.sameDocument")).isEqualTo(true);

            page.getByRole(AriaRole.LINK, named("Manage this listing")).click();
            accessible(page, "Edit listing");
            page.getByRole(AriaRole.BUTTON, named("Delete listing")).click();
            page.getByRole(AriaRole.DIALOG)
                    .getByRole(AriaRole.BUTTON, within(Pattern.compile("^Delete listing")))
                    .click();
            assertThat(page.getByText("Your space earns when you are away")).isVisible();
            assertThat(watching.getByText("There is no place to park in this part of the map."))
                    .isVisible();
        }
        assertThat(broken).isEmpty();
    }

    private void register(Page page) {
        accessible(page, TITLE);
        page.getByRole(AriaRole.LINK, named("Log in")).tap();
        accessible(page, "No account yet?");
        page.getByRole(AriaRole.LINK, named("Create an account")).tap();
        fillRegistration(page, "Jo Driver");
        accessible(page, "Already have an account?");
        page.getByRole(AriaRole.BUTTON, named("Create account")).tap();
        assertThat(page.getByRole(AriaRole.LINK, named("Account"))).isVisible();
    }

    private static void fillRegistration(Page page, String name) {
        page.getByLabel("Name").fill(name);
        page.getByLabel("E-mail").fill("person-" + UUID.randomUUID() + "@example.org");
        page.getByLabel("Password").fill("correct horse battery");
    }

    /** By its name, then for tomorrow from ten to two. */
    private void find(Page page) {
        page.getByRole(AriaRole.COMBOBOX, named("Where")).fill("bakery");
        page.getByRole(AriaRole.OPTION, named(Pattern.compile(TITLE))).tap();
        page.getByRole(AriaRole.BUTTON, named(Pattern.compile("Change$"))).tap();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        String tomorrow = LocalDate.now(ZoneId.of("Europe/Berlin")).plusDays(1).toString();
        dialog.getByLabel("From, day").fill(tomorrow);
        dialog.getByLabel("From, time").selectOption(new SelectOption().setLabel("10:00"));
        dialog.getByRole(AriaRole.BUTTON, within(Pattern.compile("^4 h"))).tap();
        accessible(page, "When do you park?");
        dialog.getByRole(AriaRole.BUTTON, within(Pattern.compile("^Show slots for 4 h")))
                .tap();
        assertThat(page.locator("article.detail")).containsText("4 started hours at €2.50");
        accessible(page, "Good to know");
    }

    private void checkout(Page page) {
        page.getByRole(AriaRole.LINK, named("Book for €10.00")).tap();
        assertThat(page.getByRole(AriaRole.BUTTON, named("Pay €10.00"))).isEnabled();
        accessible(page, "You pay nothing if you cancel before");
    }

    private void declined(Page page, String card, String message) {
        pay(page, card);
        assertThat(page.getByRole(AriaRole.ALERT)).containsText(message);
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Nothing was booked and nothing was charged.");
        assertThat(page.getByRole(AriaRole.BUTTON, named("Pay €10.00"))).isEnabled();
        accessible(page, message);
    }

    private void refusedAtTheBank(Page page) {
        pay(page, "Asks your bank to confirm");
        assertThat(page.getByRole(AriaRole.HEADING, named("Your bank wants you to confirm")))
                .isVisible();
        accessible(page, "The slot is kept for you");
        page.getByRole(AriaRole.LINK, named("Confirm with the bank")).tap();
        page.getByRole(AriaRole.BUTTON, named("Refuse")).tap();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Nothing was booked and nothing was charged.");
        accessible(page, "Your bank did not confirm the payment.");
        page.getByRole(AriaRole.LINK, named("My bookings"))
                .or(page.getByRole(AriaRole.LINK, named("All bookings")))
                .first()
                .tap();
        accessible(page, "No bookings yet");
        page.goBack();
        page.getByRole(AriaRole.LINK, named("Book again")).tap();
    }

    private void paidThroughTheBank(Page page) {
        pay(page, "Asks your bank to confirm");
        page.getByRole(AriaRole.LINK, named("Confirm with the bank")).tap();
        page.getByRole(AriaRole.BUTTON, named("Authorise")).tap();
        pass(page, "Confirmed", "QR code of the pass");
        accessible(page, "Your pass");
    }

    private static void pass(Page page, String status, String code) {
        assertThat(page.locator(".tag").getByText(status, new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        assertThat(page.getByRole(AriaRole.IMG, named(code))).isVisible();
        assertThat(page.locator("[data-pin]")).hasText(Pattern.compile("\\d{6}"));
    }

    private void cancel(Page page) {
        page.getByRole(AriaRole.LINK, named("All bookings")).tap();
        accessible(page, "Now and next");
        page.getByRole(AriaRole.LINK, named(Pattern.compile(TITLE))).tap();
        page.getByRole(AriaRole.BUTTON, named("Cancel booking")).tap();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog).containsText("€10.00");
        accessible(page, "You get the whole price back until the stay begins,");
        dialog.getByRole(AriaRole.BUTTON, within(Pattern.compile("^Cancel booking")))
                .tap();
        // The provider's answer comes through the queue of what is to be done, in its own time.
        assertThat(page.getByText("€10.00 went back to your card."))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(REFUND_MILLIS));
        assertThat(page.locator("[data-pin]")).hasCount(0);
        accessible(page, "This booking is cancelled.");
    }

    private void inbox(Page page) {
        page.getByRole(AriaRole.LINK, named("Inbox")).tap();
        assertThat(page.locator(".inbox-item")).hasCount(3);
        accessible(page, "Mark all as read");
        page.evaluate("() => { window.sameDocument = true; }");
    }

    /** Another language is taken at once, without a reload, and kept with the account. */
    private void inGerman(Page page) {
        page.getByRole(AriaRole.LINK, named("Account")).tap();
        accessible(page, "Appearance");
        page.waitForResponse(
                answer -> answer.request().method().equals("PATCH") && answer.status() == 200,
                () -> page.getByRole(AriaRole.BUTTON, named("Deutsch")).tap());
        accessible(page, "Darstellung");
        page.getByRole(AriaRole.LINK, named(Pattern.compile("Postfach"))).tap();
        assertThat(page.locator(".inbox-item")).hasCount(3);
        assertThat(page.getByRole(AriaRole.BUTTON, named("Alle als gelesen markieren")))
                .isVisible();
        assertThat(page.evaluate("() => window.sameDocument")).isEqualTo(true);
        accessible(page, TITLE);
    }

    private static void pay(Page page, String card) {
        page.getByRole(AriaRole.RADIO, named(Pattern.compile(card))).check();
        page.getByRole(AriaRole.BUTTON, named("Pay €10.00")).tap();
    }

    private Page open(BrowserContext person, String path) {
        Page page = person.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onPageError(error -> broken.add(error));
        page.onDialog(Dialog::accept);
        page.navigate(node.url() + path);
        return page;
    }

    /** Waits for a text of the page as it is meant to be, then asks axe, in the light and in the dark. */
    private static void accessible(Page page, String text) {
        assertThat(page.getByText(text).first()).isVisible();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            assertThat(page.locator("html"))
                    .hasAttribute("data-theme", scheme.name().toLowerCase(Locale.ROOT));
            AxeBuilder axe = new AxeBuilder(page);
            // The dark page differs in its colours alone.
            List<String> violations = (scheme == ColorScheme.DARK ? axe.withRules(CONTRAST) : axe.withTags(GUIDELINES))
                    .analyze().getViolations().stream()
                            .map(rule -> rule.getId() + " " + rule.getNodes())
                            .toList();
            assertThat(violations).as("%s, %s", page.url(), scheme).isEmpty();
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static Locator.GetByRoleOptions within(Pattern name) {
        return new Locator.GetByRoleOptions().setName(name);
    }

    private static Page.GetByRoleOptions named(Pattern name) {
        return new Page.GetByRoleOptions().setName(name);
    }
}
