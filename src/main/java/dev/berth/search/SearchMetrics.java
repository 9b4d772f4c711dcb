package dev.berth.search;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What a node's search counts. */
final class SearchMetrics {
    final Timer queries;
    final Timer overviews;
    final Counter pins;
    final Counter pinMessages;
    final Counter reloads;
    /** Written by the search's event loop, read by the scraper. */
    final AtomicInteger listings = new AtomicInteger();

    SearchMetrics(MeterRegistry meters, LongSupplier lag) {
        queries = Timer.builder("berth.search.queries")
                .description("Searches, and how long they took in the index")
                .register(meters);
        overviews = Timer.builder("berth.search.overviews")
                .description("Heat maps and clusters, and how long they took")
                .register(meters);
        pins = Counter.builder("berth.search.pins")
                .description("Pins published, each once for its tile")
                .register(meters);
        pinMessages = Counter.builder("berth.search.pin.messages")
                .description("Messages that carried them")
                .register(meters);
        reloads = Counter.builder("berth.search.reloads")
                .description("Calendars loaded anew because a change was missing or contradicted what was known")
                .register(meters);
        Gauge.builder("berth.search.listings", listings, AtomicInteger::get)
                .description("Listings in the index")
                .register(meters);
        Gauge.builder("berth.search.lag", lag::getAsLong)
                .description("Events in Kafka that the index has not taken in")
                .register(meters);
    }
}
