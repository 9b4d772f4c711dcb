package dev.berth.calendars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.calendars.CalendarFetcher.FetchException;
import dev.berth.calendars.CalendarFetcher.Fetched;
import dev.berth.calendars.CalendarImport.Failure;
import dev.berth.platform.config.Bytes;
import dev.berth.testing.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetching from a real server that is good, slow, endless or leads elsewhere. */
@Tag("LI9")
@Tag("BK13")
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CalendarFetcherIT {
    private static final String TEXT = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final HttpServer server =
            TestNode.await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    private final CalendarFetcher local = deployed(true);
    private final CalendarFetcher strict = deployed(false);

    private CalendarFetcher deployed(boolean privateNetworks) {
        CalendarFetcher fetcher = new CalendarFetcher(new ImportConfig(
                20,
                Duration.ofMinutes(30),
                Duration.ofSeconds(5),
                4,
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ofHours(12),
                Duration.ofHours(12),
                Duration.ofSeconds(2),
                new Bytes(10_000),
                2,
                100,
                10,
                Duration.ofDays(180),
                privateNetworks));
        TestNode.await(vertx.deployVerticle(fetcher));
        return fetcher;
    }

    @AfterAll
    void close() {
        TestNode.await(vertx.close());
    }

    private void answer(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        asked.add(path);
        var response = request.response();
        switch (path) {
            case "/good.ics" -> {
                if ("\"1\"".equals(request.getHeader("if-none-match"))) {
                    response.setStatusCode(304).end();
                } else {
                    response.putHeader("etag", "\"1\"")
                            .putHeader("last-modified", "Sun, 01 Mar 2026 00:00:00 GMT")
                            .end(TEXT + "host: " + request.getHeader("host"));
                }
            }
            case "/moved" ->
                response.setStatusCode(302).putHeader("location", "good.ics").end();
            case "/loop" ->
                response.setStatusCode(301).putHeader("location", "/loop").end();
            case "/elsewhere" ->
                response.setStatusCode(307)
                        .putHeader("location", "file:///etc/passwd")
                        .end();
            case "/mail" ->
                response.setStatusCode(307)
                        .putHeader("location", "http://127.0.0.1:25/")
                        .end();
            case "/large" -> response.end("x".repeat(10_001));
            case "/endless" -> {
                response.setChunked(true);
                long timer = vertx.setPeriodic(1, ignored -> response.write("x".repeat(1_000)));
                response.exceptionHandler(gone -> vertx.cancelTimer(timer));
                response.closeHandler(gone -> vertx.cancelTimer(timer));
            }
            case "/silent" -> {
                // Says nothing.
            }
            case "/drip" -> {
                response.setChunked(true);
                long timer = vertx.setPeriodic(50, ignored -> response.write("x"));
                response.exceptionHandler(gone -> vertx.cancelTimer(timer));
                response.closeHandler(gone -> vertx.cancelTimer(timer));
            }
            default -> response.setStatusCode(404).end("no such calendar");
        }
    }

    private URI at(String path) {
        return URI.create("http://localhost:" + server.actualPort() + path);
    }

    private Fetched fetch(String path, @Nullable String tag) {
        return TestNode.await(local.fetch(at(path), tag, null));
    }

    private Failure failure(CalendarFetcher fetcher, URI address) {
        return catchThrowableOfType(FetchException.class, () -> TestNode.await(fetcher.fetch(address, null, null)))
                .failure();
    }

    @Test
    void aCalendar_isFetched_andNotAgainWhileItIsTheSame() {
        Fetched.Changed first = (Fetched.Changed) fetch("/good.ics", null);
        // The name is asked for, at the address that was checked.
        assertThat(first.body().toString()).startsWith(TEXT).endsWith("host: localhost:" + server.actualPort());
        assertThat(first.tag()).isEqualTo("\"1\"");
        assertThat(first.modified()).isEqualTo("Sun, 01 Mar 2026 00:00:00 GMT");
        assertThat(fetch("/good.ics", first.tag())).isEqualTo(new Fetched.Same());
    }

    @Test
    void redirects_areFollowed_aFew_andOnlyToTheWeb() {
        assertThat(fetch("/moved", null)).isInstanceOf(Fetched.Changed.class);
        assertThat(failure(local, at("/loop"))).isEqualTo(Failure.TOO_MANY_REDIRECTS);
        assertThat(failure(local, at("/elsewhere"))).isEqualTo(Failure.REFUSED);
        assertThat(failure(local, at("/mail"))).isEqualTo(Failure.UNREACHABLE);
        assertThat(failure(local, at("/none"))).isEqualTo(Failure.REFUSED);
    }

    @Test
    void whatIsTooLarge_orTooSlow_isGivenUp() {
        assertThat(failure(local, at("/large"))).isEqualTo(Failure.TOO_LARGE);
        assertThat(failure(local, at("/endless"))).isEqualTo(Failure.TOO_LARGE);
        assertThat(failure(local, at("/silent"))).isEqualTo(Failure.TIMED_OUT);
        assertThat(failure(local, at("/drip"))).isEqualTo(Failure.TIMED_OUT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "127.1",
                "2130706433",
                "0.0.0.0",
                "169.254.169.254",
                "10.0.0.1",
                "192.168.0.1"
            })
    void otherNetworks_areNotAsked(String host) {
        asked.clear();
        URI address = URI.create("http://" + host + ":" + server.actualPort() + "/good.ics");
        assertThat(failure(strict, address)).isEqualTo(Failure.UNREACHABLE);
        assertThat(asked).isEmpty();
    }

    @Test
    void addresses_areOfTheWeb_orOfCalendarPrograms() {
        assertThat(CalendarFetcher.address(" webcal://example.org/a.ics?b=c "))
                .isEqualTo(URI.create("https://example.org/a.ics?b=c"));
        assertThat(CalendarFetcher.address("HTTP://example.org/")).isNotNull();
        for (String none : List.of(
                "file:///etc/passwd",
                "ftp://example.org/a.ics",
                "gopher://example.org",
                "https://",
                "https:/example.org",
                "https://user:secret@example.org/",
                "javascript:alert(1)",
                "not an address",
                "")) {
            assertThat(CalendarFetcher.address(none)).as(none).isNull();
        }
    }
}
