package dev.berth.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
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

/** A driver on a telephone, in German: a monthly pass is bought, changed, paid with another card and cancelled. Its host edits the plan. */
@WithServices
@Tag("PY7")
@TestInstance(Lifecycle.PER_CLASS)
class PassJourneyIT {
    private static final double PATIENCE_MILLIS = 30_000;
    private static final String PASSWORD = "correct horse battery";
    private static final List<String> GUIDELINES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    /** Pictures for people to look at. */
    private static final Path PICTURES = Path.of("target", "pictures");

    private final Node node;
    private final TestBrowser browser = TestBrowser.launch();
    private final List<String> broken = new CopyOnWriteArrayList<>();

    PassJourneyIT(CommonNode common) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        node = common.node();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    void aPass_isBought_changed_paidWithAnotherCard_andCancelled_andItsHostEditsThePlan() throws Exception {
        String hostEmail = "passes-host-" + UUID.randomUUID() + "@example.org";
        String email = "passes-" + UUID.randomUUID() + "@example.org";
        Api host = account(hostEmail, "Petra Vermieterin");
        Api driver = account(email, "Paul Pendler");
        String listing = host.createListing("Hof am Bahnhof", 3, 49.0194, 8.4144);
        offer(host, listing, "Fuhrpark", 3_100, 2_000, 3, "VEHICLE");
        offer(host, listing, "Nur für einen", 2_500, 0, 1, "PASS");
        driver.post("/vehicles", Api.object().put("plate", "KA-PP 77").put("default", true))
                .expect(201);
        onATelephone(email, "/?l=" + listing, page -> {
            buy(page);
            String bought = driver.get("/subscriptions")
                    .expect(200)
                    .body()
                    .path("items")
                    .path(0)
                    .path("id")
                    .asText();
            moreVehicles(page);
            anotherPlanLater(page);
            JsonNode card = driver.post("/payments/setup-intents", Api.object().put("token", "pm_card_mastercard"))
                    .expect(201)
                    .body()
                    .path("method");
            anotherCard(page);
            cancel(page);
            JsonNode left = driver.get("/subscriptions/" + bought).expect(200).body();
            assertThat(left.at("/concurrency").asInt()).isEqualTo(2);
            assertThat(left.at("/price/amount").asLong()).isEqualTo(6_200);
            assertThat(left.at("/paymentMethod/id")).isEqualTo(card.path("id"));
            assertThat(left.path("endsAt")).isEqualTo(left.path("paidUntil"));
        });
        onATelephone(hostEmail, "/host/" + listing + "/plans", page -> {
            editPlan(page);
            assertThat(host.get("/plans?listing=" + listing).expect(200).body().path("items"))
                    .anySatisfy(plan ->
                            assertThat(plan.at("/price/amount").asLong()).isEqualTo(3_350));
        });
        assertThat(broken).isEmpty();
    }

    private void buy(Page page) {
        Locator panel = page.locator("article.detail");
        assertThat(panel).containsText("31,00 € im Monat je Fahrzeug");
        panel.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Auswählen: Fuhrpark"))
                .tap();
        assertThat(page.getByRole(AriaRole.HEADING, named("Monatspass kaufen"))).isVisible();
        page.getByRole(AriaRole.RADIO, named("Visa •••• 4242 Wird angenommen")).check();
        assertThat(page.getByRole(AriaRole.CHECKBOX, named("KA-PP 77"))).isChecked();
        Locator buy = page.getByRole(AriaRole.BUTTON, named("Kaufen für 51,00 €"));
        assertThat(buy).isEnabled();
        picture(page, "pass-buy");
        accessible(page, "Monatspass kaufen");
        buy.tap();
        assertThat(page.locator("[data-pin]")).hasCount(1);
        assertThat(page.getByText("Bezahlt mit Visa •••• 4242")).isVisible();
        picture(page, "pass-bought");
        accessible(page, "Bezahlt mit");
    }

    private void moreVehicles(Page page) {
        Locator dialog = dialog(page, "Pass ändern");
        dialog.getByRole(AriaRole.RADIO, in("Fuhrpark")).check();
        dialog.getByLabel("Fahrzeuge gleichzeitig darin").fill("2");
        assertThat(dialog).containsText("Gutschrift für ");
        assertThat(dialog).containsText("Danach 62,00 € im Monat.");
        Locator confirm = dialog.getByRole(AriaRole.BUTTON, in(Pattern.compile("Ändern und .* zahlen")));
        assertThat(confirm).isEnabled();
        picture(page, "pass-change");
        accessible(page, "Danach 62,00 € im Monat.");
        confirm.tap();
        assertThat(page.locator("[data-pin]")).hasCount(2);
        assertThat(page.getByText("2 Fahrzeuge gleichzeitig")).isVisible();
    }

    private void anotherPlanLater(Page page) {
        Locator dialog = dialog(page, "Pass ändern");
        dialog.getByRole(AriaRole.RADIO, in("Nur für einen")).check();
        dialog.getByRole(AriaRole.RADIO, in("Sofort")).check();
        assertThat(dialog).containsText("Du bekommst zurück");
        dialog.getByRole(AriaRole.RADIO, in("Mit dem nächsten Monat")).check();
        assertThat(dialog).not().containsText("Du bekommst zurück");
        Locator confirm = dialog.getByRole(AriaRole.BUTTON, in(Pattern.compile("^Ändern$")));
        assertThat(confirm).isEnabled();
        accessible(page, "Mit dem nächsten Monat");
        confirm.tap();
        assertThat(page.getByText("ist er „Nur für einen“ für 25,00 € im Monat."))
                .isVisible();
        picture(page, "pass-change-planned");
        accessible(page, "Nur für einen");
        page.getByRole(AriaRole.BUTTON, named("Doch nicht ändern")).tap();
        assertThat(page.getByText("Nur für einen")).hasCount(0);
    }

    private void anotherCard(Page page) {
        page.reload();
        Locator dialog = dialog(page, "Anders bezahlen");
        dialog.getByRole(AriaRole.RADIO, in("Mastercard •••• 4444")).check();
        accessible(page, "Mastercard •••• 4444");
        dialog.getByRole(AriaRole.BUTTON, in("Damit bezahlen")).tap();
        assertThat(page.getByText("Bezahlt mit Mastercard •••• 4444")).isVisible();
    }

    private void cancel(Page page) {
        Locator dialog = dialog(page, "Pass kündigen");
        assertThat(dialog).containsText("wird nicht mehr abgebucht");
        assertThat(dialog).containsText("Deine Kaution von 20,00 € bekommst du dann zurück.");
        accessible(page, "wird nicht mehr abgebucht");
        dialog.getByRole(AriaRole.BUTTON, in("Pass kündigen")).tap();
        assertThat(page.getByText("Endet am")).isVisible();
        assertThat(page.getByRole(AriaRole.BUTTON, named("Pass ändern"))).hasCount(0);
        assertThat(page.getByRole(AriaRole.BUTTON, named("Anders bezahlen"))).hasCount(0);
        page.getByRole(AriaRole.LINK, named("Monatspässe")).tap();
        assertThat(page.getByRole(AriaRole.LINK, named("Hof am Bahnhof"))).isVisible();
        accessible(page, "Hof am Bahnhof");
    }

    private void editPlan(Page page) {
        Locator holders = page.getByRole(AriaRole.REGION, named("Wer einen hat"));
        assertThat(holders).containsText("Endet am");
        picture(page, "plans");
        accessible(page, "Wer einen hat");
        Locator dialog = dialog(page, "„Fuhrpark“ bearbeiten");
        dialog.getByLabel("Preis im Monat je Fahrzeug").fill("33,50");
        assertThat(dialog).containsText("33,50 €");
        accessible(page, "33,50 €");
        dialog.getByRole(AriaRole.BUTTON, in("Speichern")).tap();
        assertThat(page.getByText("33,50 € im Monat je Fahrzeug")).isVisible();
    }

    private Api account(String email, String name) throws Exception {
        Api anyone = Api.of(node.url());
        ObjectNode body =
                Api.object().put("email", email).put("password", PASSWORD).put("name", name);
        return anyone.as(anyone.post("/auth/register", body).expect(201).body());
    }

    private static void offer(
            Api host, String listing, String title, long price, long deposit, int vehicles, String per)
            throws Exception {
        ObjectNode plan = Api.object()
                .put("title", title)
                .put("kind", "PASS")
                .put("per", per)
                .put("concurrency", vehicles)
                .put("places", 5);
        plan.putObject("price").put("amount", price).put("currency", "EUR");
        plan.putObject("hours")
                .put("entryGraceMinutes", 0)
                .put("exitGraceMinutes", 0)
                .putArray("windows");
        if (deposit > 0) {
            plan.putObject("deposit").put("amount", deposit).put("currency", "EUR");
        }
        host.post("/listings/" + listing + "/plans", plan).expect(201);
    }

    private interface Steps {
        void on(Page page) throws Exception;
    }

    private void onATelephone(String email, String path, Steps steps) throws Exception {
        try (BrowserContext telephone = browser.phone("de-DE")) {
            Page page = telephone.newPage();
            page.setDefaultTimeout(PATIENCE_MILLIS);
            page.onPageError(error -> broken.add(error));
            page.navigate(node.url() + "/login?next=" + URLEncoder.encode(path, StandardCharsets.UTF_8));
            try {
                page.getByLabel("E-Mail").fill(email);
                page.getByLabel("Passwort").fill(PASSWORD);
                page.getByRole(AriaRole.BUTTON, named("Anmelden")).tap();
                steps.on(page);
            } catch (AssertionError | PlaywrightException failure) {
                failure.addSuppressed(
                        new AssertionError(page.url() + " shows\n" + page.innerText("body") + "\n" + broken));
                throw failure;
            }
        }
    }

    /** Opens a dialog with the button that is named as it is. */
    private static Locator dialog(Page page, String title) {
        page.getByRole(AriaRole.BUTTON, named(title)).tap();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        assertThat(dialog.getByRole(AriaRole.HEADING)).hasText(title);
        return dialog;
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

    private static Locator.GetByRoleOptions in(String name) {
        return new Locator.GetByRoleOptions().setName(name);
    }

    private static Locator.GetByRoleOptions in(Pattern name) {
        return new Locator.GetByRoleOptions().setName(name);
    }
}
