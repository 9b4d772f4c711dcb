package dev.berth.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.berth.testing.Api;
import dev.berth.testing.CommonNode;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.web.TestBrowser;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The pages of somebody who books without an account, and of a host who imports a calendar, in a real browser. */
@WithServices
@TestInstance(Lifecycle.PER_CLASS)
class GuestPagesIT {
    private static final double PATIENCE_MILLIS = 30_000;
    private static final String PASSWORD = "correct horse battery";
    private static final List<String> GUIDELINES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    private static final JsonMapper JSON = new JsonMapper();
    /** Pictures for people to look at. */
    private static final Path PICTURES = Path.of("target", "pictures");

    private final Platform platform;
    private final Node node;
    private final TestBrowser browser = TestBrowser.launch();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final Instant from = Instant.now().plus(2, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);

    GuestPagesIT(CommonNode common) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        platform = common.platform();
        node = common.node();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    @Tag("BK11")
    void aGuest_books_opensTheMailedLinkElsewhere_andMakesAnAccountOfIt() throws Exception {
        Api host = Api.of(node.url()).register("host");
        String listing = host.createListing("Yard for guests", 1, 49.0094, 8.4044);
        String email = "guest-" + UUID.randomUUID() + "@example.org";
        String book = "/book/" + listing + "?from=" + from + "&to=" + from.plus(2, ChronoUnit.HOURS);
        try (BrowserContext telephone = browser.phone()) {
            Page page = open(telephone, book);
            picture(page, "guest-choice");
            accessible(page, "Book without an account");
            page.getByRole(AriaRole.BUTTON, named("Continue as guest")).tap();
            page.getByLabel("Name").fill("Gerda Gast");
            page.getByLabel("E-mail").fill(email);
            picture(page, "guest-form");
            accessible(page, "Your confirmation goes there");
            page.getByRole(AriaRole.BUTTON, named("Continue as guest")).tap();
            page.getByRole(AriaRole.BUTTON, named("Pay €5.00")).tap();
            assertThat(page.getByText("We mail a link to " + email)).isVisible();
            picture(page, "guest-booked");
            page.navigate(node.url() + "/account");
            accessible(page, "Make it an account");
            page.getByLabel("Password").fill(PASSWORD);
            page.getByRole(AriaRole.BUTTON, named("Create account")).tap();
            assertThat(page.getByText("First open the link in one of our mails"))
                    .isVisible();
            picture(page, "guest-account");
        }
        try (BrowserContext elsewhere = browser.person(1440, 900)) {
            Page page = open(elsewhere, linkIn(mailTo(email)));
            assertThat(page.getByRole(AriaRole.HEADING, named("Yard for guests"))
                            .first())
                    .isVisible();
            assertThat(page.url()).contains("/bookings/").doesNotContain("#");
            // On the node that wrote the mail, which knows them now.
            page.navigate(URI.create(page.url()).resolve("/bookings").toString());
            accessible(page, "Make it an account");
            picture(page, "guest-bookings");
            page.getByLabel("Password").fill(PASSWORD);
            page.getByRole(AriaRole.BUTTON, named("Create account")).click();
            assertThat(page.getByText("You have an account now")).isVisible();
            assertThat(page.getByRole(AriaRole.HEADING, named("Make it an account")))
                    .hasCount(0);
            assertThat(page.getByText("Yard for guests")).isVisible();
        }
        try (BrowserContext late = browser.phone()) {
            Page page = open(late, linkIn(mailTo(email)));
            assertThat(page.getByText("This link is over.")).isVisible();
            accessible(page, "This link is over.");
            picture(page, "guest-link-over");
        }
        assertThat(broken).isEmpty();
    }

    @Test
    @Tag("LI9")
    @Tag("BK13")
    void aHost_importsACalendar_seesConflictsAndFailures_andRemovesIt() throws Exception {
        Vertx vertx = Vertx.vertx();
        String day =
                from.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10).replace("-", "");
        String text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Reserved\r\nDTSTART;VALUE=DATE:" + day
                + "\r\nDURATION:P3D\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        HttpServer server = TestNode.await(vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .setStatusCode("/taken.ics".equals(request.path()) ? 200 : 404)
                        .end(text))
                .listen(0, "127.0.0.1"));
        String address = "http://127.0.0.1:" + server.actualPort();
        String email = "host-" + UUID.randomUUID() + "@example.org";
        try (BrowserContext telephone = browser.phone()) {
            Page page = open(telephone, "/register?next=/host");
            page.getByLabel("Name").fill("Hanna Host");
            page.getByLabel("E-mail").fill(email);
            page.getByLabel("Password").fill(PASSWORD);
            page.getByText("I also want to rent out a space").tap();
            page.getByRole(AriaRole.BUTTON, named("Create account")).tap();
            assertThat(page.getByRole(AriaRole.LINK, named("Account"))).isVisible();
            Api host = Api.of(node.url()).logIn(email, PASSWORD);
            String listing = host.createListing("Yard with calendars", 2, 49.0194, 8.4144);
            Api driver = Api.of(node.url()).register("driver");
            JsonNode quote = driver.quote(
                            listing,
                            from.toString(),
                            from.plus(2, ChronoUnit.HOURS).toString())
                    .expect(201)
                    .body();
            driver.post("/bookings", Api.bookingOf(quote, "pm_card_visa")).expect(201);

            page.navigate(node.url() + "/host/" + listing);
            page.getByLabel("Address of the calendar").fill(address + "/taken.ics?secret=1");
            page.getByRole(AriaRole.BUTTON, named("Import the calendar")).tap();
            assertThat(page.getByText("1 time blocked")).isVisible();
            assertThat(page.getByText("Somebody has booked here in these times"))
                    .isVisible();
            page.getByLabel("Address of the calendar").fill(address + "/gone.ics");
            page.getByRole(AriaRole.BUTTON, named("Import the calendar")).tap();
            assertThat(page.getByText("The address does not give a calendar")).isVisible();
            picture(page, "imports");
            accessible(page, "Calendars from elsewhere");
            page.setViewportSize(1440, 900);
            picture(page, "imports");
            page.getByRole(AriaRole.BUTTON, named("Import 127.0.0.1 no longer"))
                    .first()
                    .click();
            assertThat(page.getByText("1 time blocked")).hasCount(0);
            page.getByLabel("Address of the calendar").fill("file:///etc/passwd");
            page.getByRole(AriaRole.BUTTON, named("Import the calendar")).click();
            assertThat(page.getByText("no address of a calendar")).isVisible();
        } finally {
            TestNode.await(vertx.close());
        }
        assertThat(broken).isEmpty();
    }

    private Page open(BrowserContext person, String path) {
        Page page = person.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onPageError(error -> broken.add(error));
        page.navigate(path.startsWith("http") ? path : node.url() + path);
        return page;
    }

    private String mailTo(String email) {
        AtomicReference<String> found = new AtomicReference<>("");
        URI mails = URI.create("http://127.0.0.1:" + platform.mails().httpPort() + "/dev/mail.json?to="
                + URLEncoder.encode(email, StandardCharsets.UTF_8));
        HttpClient client = HttpClient.newHttpClient();
        Platform.await("a mail", Duration.ofSeconds(60), () -> {
            try {
                JsonNode all =
                        JSON.readTree(client.send(HttpRequest.newBuilder(mails).build(), BodyHandlers.ofString())
                                .body());
                found.set(all.path(0).path("text").asText());
                return !found.get().isEmpty();
            } catch (java.io.IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        });
        return found.get();
    }

    /** It names the node that has written the mail: whichever took the event. */
    private static String linkIn(String mail) {
        Matcher link = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/guest\\S+#[A-Za-z0-9_-]{43}")
                .matcher(mail);
        assertThat(link.find()).as(mail).isTrue();
        return link.group();
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
