package dev.berth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import dev.berth.bench.Generated.Plan;
import dev.berth.bench.Generated.Running;
import dev.berth.web.TestBrowser;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A page that holds ten thousand live pins, clustered, dragged and zoomed by a mouse in Chromium: frames a second, and
 * what of each frame is script, style and layout of the page, because this browser paints without a graphics card. Then a
 * place in view is booked and cancelled again and again: how long, and how many frames, from a change's message to its
 * paint? {@code frames.js} looks at it from within.
 */
final class FramesCase {
    /** As many to a tile that the 36 tiles in view beside the list have ten thousand. */
    private static final Plan PLAN = new Plan(60_000, 3, 8.2284, 48.9229, 0.352, 0.173);

    private static final double LAT = 49.0094;
    private static final double LNG = 8.4044;
    private static final String CENTER = "49.0094,8.4044,13.6";
    private static final int PINS_LEAST = 10_000;
    private static final String HEAP = "-Xmx320m";
    private static final int WIDTH = 1_440;
    private static final int HEIGHT = 900;
    private static final double PATIENCE_MILLIS = 60_000;
    private static final int DRAGS = 10;
    private static final int ZOOMS = 6;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(16);
    private static final int STEPS = 60;
    private static final double PIXELS_PER_STEP = 6;
    private static final double WHEEL = 120;
    private static final int CHANGES = 20;
    private static final int TOP = 12;
    private static final double FRAMES_PER_SECOND_LEAST = 50;
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int PERCENT_95 = 95;

    private final Page page;
    private final CDPSession devTools;
    private final Report report;

    private FramesCase(Page page, CDPSession devTools, Report report) {
        this.page = page;
        this.devTools = devTools;
        this.report = report;
    }

    static void run(Vertx vertx, Report report) {
        try (Generated generated = Generated.start();
                Running running = generated.node(generated.database(PLAN), HEAP)) {
            running.node().awaitReady();
            try (Api api = new Api(vertx, running.node().url());
                    TestBrowser browser = TestBrowser.launch();
                    BrowserContext person = browser.person(WIDTH, HEIGHT)) {
                api.register();
                Page page = person.newPage();
                page.addInitScript(script());
                // No map tiles from elsewhere: the page draws its own ground.
                page.route(url -> !url.startsWith(running.node().url().toString()), route -> route.abort());
                CDPSession devTools = person.newCDPSession(page);
                devTools.send("Performance.enable");
                new FramesCase(page, devTools, report)
                        .measure(running.node().url().toString(), api);
            }
        }
    }

    private static String script() {
        try {
            return Files.readString(Path.of("src", "bench", "page", "frames.js"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void measure(String url, Api api) {
        page.navigate(url + "/?c=" + CENTER);
        page.waitForFunction(
                "least => measure.pins() >= least",
                PINS_LEAST,
                new Page.WaitForFunctionOptions().setTimeout(PATIENCE_MILLIS));
        page.mouse().move(WIDTH / 2.0, HEIGHT / 2.0);
        // Once for the compiler and the sprites.
        drag(2);
        frames("dragged", () -> drag(DRAGS));
        frames("zoomed", () -> zoom(ZOOMS));
        profile("dragged", () -> drag(DRAGS / 2));
        profile("zoomed", () -> zoom(ZOOMS / 2));
        changes(url, api);
    }

    private void drag(int times) {
        double middle = WIDTH / 2.0;
        for (int i = 0; i < times; i++) {
            // Left and right, so that it stays where there are listings; each end loads tiles and drops others.
            double sign = i % 2 == 0 ? -1 : 1;
            double from = middle - sign * STEPS * PIXELS_PER_STEP / 2;
            page.mouse().move(from, HEIGHT / 2.0);
            page.mouse().down();
            long begin = System.nanoTime();
            for (int step = 1; step <= STEPS; step++) {
                awaitNanos(begin + step * STEP_NANOS);
                page.mouse().move(from + sign * step * PIXELS_PER_STEP, HEIGHT / 2.0 + step);
            }
            page.mouse().up();
        }
    }

    private void zoom(int times) {
        for (int i = 0; i < times; i++) {
            double way = i % 2 == 0 ? -1 : 1;
            long begin = System.nanoTime();
            for (int step = 1; step <= STEPS; step++) {
                awaitNanos(begin + step * STEP_NANOS);
                if (step % TOP == 0) {
                    page.mouse().wheel(0, way * WHEEL);
                }
            }
        }
    }

    private static void awaitNanos(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void frames(String what, Runnable motion) {
        page.evaluate("() => measure.begin()");
        Map<String, Double> before = costs();
        motion.run();
        Map<String, Double> after = costs();
        @SuppressWarnings("unchecked")
        List<Number> times = (List<Number>) page.evaluate("() => measure.frames()");
        Samples samples = new Samples();
        for (int i = 1; i < times.size(); i++) {
            samples.add("frame", nanos(times.get(i - 1)), nanos(times.get(i)));
        }
        int frames = times.size() - 1;
        report.row(
                "page with %,d pins or more, %s".formatted(PINS_LEAST, what),
                samples,
                "",
                "",
                Report.bar("≥ 50 frames/s", samples.rate() >= FRAMES_PER_SECOND_LEAST));
        report.note(String.format(
                Locale.ROOT,
                "%s: %d frames, p95 %.1f ms; of the main thread for each frame %.1f ms: script %.1f, style %.1f, layout %.1f; long tasks over 50 ms: %s",
                what,
                frames,
                samples.millis(PERCENT_95),
                millis("TaskDuration", before, after) / frames,
                millis("ScriptDuration", before, after) / frames,
                millis("RecalcStyleDuration", before, after) / frames,
                millis("LayoutDuration", before, after) / frames,
                page.evaluate("() => measure.longTasks()")));
    }

    private static long nanos(Number millis) {
        return (long) (millis.doubleValue() * NANOS_PER_MILLI);
    }

    private Map<String, Double> costs() {
        Map<String, Double> costs = new java.util.HashMap<>();
        devTools.send("Performance.getMetrics")
                .getAsJsonArray("metrics")
                .forEach(metric -> costs.put(
                        metric.getAsJsonObject().get("name").getAsString(),
                        metric.getAsJsonObject().get("value").getAsDouble()));
        return costs;
    }

    private static double millis(String name, Map<String, Double> before, Map<String, Double> after) {
        return (after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0)) * TimeUnit.SECONDS.toMillis(1);
    }

    /** Where the page's script spends its time, by function; apart, because looking costs. */
    private void profile(String what, Runnable motion) {
        devTools.send("Profiler.enable");
        devTools.send("Profiler.start");
        motion.run();
        JsonObject profile = devTools.send("Profiler.stop").getAsJsonObject("profile");
        report.tell("Script while " + what + ": " + Profile.of(profile).top(TOP));
    }

    private void changes(String url, Api api) {
        Instant from = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
        Instant to = from.plus(2, ChronoUnit.HOURS);
        JsonNode place = Wait.on(api.get("/search/listings?near=%s,%s&radius=400&from=%s&to=%s&sort=distance&limit=1"
                        .formatted(LAT, LNG, from, to)))
                .json(api.json())
                .path("items")
                .path(0);
        String listing = place.path("id").asText();
        page.navigate(url + "/?c=" + CENTER + "&from=" + from + "&to=" + to + "&l=" + listing);
        page.waitForFunction(
                "least => measure.pins() >= least",
                PINS_LEAST,
                new Page.WaitForFunctionOptions().setTimeout(PATIENCE_MILLIS));
        Samples samples = new Samples();
        Samples frames = new Samples();
        String question = api.json()
                .createObjectNode()
                .put("listingId", listing)
                .put("from", from.toString())
                .put("to", to.toString())
                .toString();
        for (int i = 0; i < CHANGES; i++) {
            JsonNode quote = Wait.on(api.post("/quotes", question)).json(api.json());
            expect(listing);
            JsonNode booking = Wait.on(api.post("/bookings", Quotes.booking(api.json(), quote)))
                    .json(api.json());
            painted(samples, frames);
            expect(listing);
            Wait.on(api.post("/bookings/" + booking.path("id").asText() + "/cancel", "{}"))
                    .json(api.json());
            painted(samples, frames);
        }
        report.row("a change's message → painted, beside so many pins", samples, "", "", "");
        report.note("Frames from a change's message to its paint, the first one counting 1: %s (%s)"
                .formatted(frames.answers(), Report.bar("1", frames.answers("1") == 2 * CHANGES)));
    }

    private void expect(String listing) {
        // What the page does after an earlier change is over by then.
        page.waitForTimeout(TimeUnit.SECONDS.toMillis(1));
        page.evaluate("listing => measure.expect(listing)", listing);
    }

    private void painted(Samples samples, Samples frames) {
        page.waitForFunction(
                "() => measure.painted()", null, new Page.WaitForFunctionOptions().setTimeout(PATIENCE_MILLIS));
        @SuppressWarnings("unchecked")
        List<Number> painted = (List<Number>) page.evaluate("() => measure.painted()");
        samples.add("painted", 0, nanos(painted.get(0)));
        frames.add(Integer.toString(painted.get(1).intValue()), 0, 0);
    }
}
