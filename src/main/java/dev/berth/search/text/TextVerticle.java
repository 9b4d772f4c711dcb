package dev.berth.search.text;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.search.text.TextCommand.FindPlaces;
import dev.berth.search.text.TextCommand.MatchTexts;
import dev.berth.search.text.TextCommand.Matches;
import dev.berth.search.text.TextCommand.NamePlace;
import dev.berth.search.text.TextCommand.Place;
import dev.berth.search.text.TextCommand.Places;
import dev.berth.search.text.TextCommand.Suggest;
import dev.berth.search.text.TextCommand.Suggested;
import dev.berth.search.text.TextCommand.Suggestions;
import dev.berth.values.GeoPoint;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Answers by words, on worker threads: Lucene computes longer than an event loop may. */
final class TextVerticle extends VerticleBase {
    /** How far around a point listings are asked where they are, one after the other until there are some. */
    private static final double[] REACHES_METRES = {200, 1_000, 5_000, 25_000};

    private final Bus bus;
    private final TextIndex index;
    private final TextFeed feed;
    private final TextConfig config;
    private final TextMetrics metrics;

    TextVerticle(Bus bus, TextIndex index, TextFeed feed, TextConfig config, TextMetrics metrics) {
        this.bus = bus;
        this.index = index;
        this.feed = feed;
        this.config = config;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        return bus.<TextCommand<?>>serve(TextCommand.ADDRESS, TextCommand.class, this::answer);
    }

    private interface Work<T> {
        T done() throws IOException, TimeoutException;
    }

    private Message answer(TextCommand<?> command) {
        return switch (command) {
            case MatchTexts match -> {
                if (!feed.isComplete()) {
                    throw new Rejection(
                            ProblemType.UNAVAILABLE,
                            "This node is still reading what the listings say: try again soon");
                }
                yield match.reply(within(
                        metrics.questions,
                        () -> new Matches(index.match(match.text(), match.box(), match.near(), match.radiusMetres()))));
            }
            case Suggest suggest -> suggest.reply(within(metrics.suggestions, () -> suggestions(suggest)));
            case FindPlaces find ->
                find.reply(new Places(index.gazetteer().find(find.text(), find.near(), find.limit())));
            case NamePlace name -> name.reply(within(metrics.suggestions, () -> new Places(named(name.at()))));
        };
    }

    private Suggestions suggestions(Suggest suggest) throws IOException, TimeoutException {
        int half = Math.ceilDiv(config.suggestionsMax(), 2);
        List<Place> places = index.gazetteer().find(suggest.text(), suggest.near(), half);
        List<Suggested> listings =
                index.suggest(suggest.text(), suggest.near(), config.suggestionsMax() - places.size());
        return new Suggestions(places, listings);
    }

    private List<Place> named(GeoPoint at) throws IOException, TimeoutException {
        for (double reach : REACHES_METRES) {
            for (Suggested near : index.nearest(at, reach, config.suggestionsMax())) {
                List<Place> named = index.gazetteer().named(near.address());
                if (!named.isEmpty()) {
                    return named;
                }
            }
        }
        return List.of();
    }

    private static <T> T within(Timer timer, Work<T> work) {
        Timer.Sample sample = Timer.start();
        try {
            return work.done();
        } catch (TimeoutException e) {
            throw new Rejection(ProblemType.UNAVAILABLE, "The question takes too long: try again, or look closer");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            sample.stop(timer);
        }
    }
}
