package dev.berth.search.text;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/** What a node's text search counts. */
final class TextMetrics {
    final Timer questions;
    final Timer suggestions;
    /** Written by the search's event loop, read by the scraper. */
    final AtomicInteger pending = new AtomicInteger();

    final AtomicInteger documents = new AtomicInteger();

    TextMetrics(MeterRegistry meters, TextIndex index) {
        questions = Timer.builder("berth.search.text.questions")
                .description("Questions in words, and how long they took in the text index")
                .register(meters);
        suggestions = Timer.builder("berth.search.text.suggestions")
                .description("Suggestions while somebody types, and how long they took")
                .register(meters);
        gauge(
                meters,
                "berth.search.text.pending",
                "Listings whose texts wait to be written",
                pending,
                AtomicInteger::get);
        gauge(meters, "berth.search.text.documents", "Listings in the text index", documents, AtomicInteger::get);
        gauge(meters, "berth.search.text.bytes", "Memory of the text index", index, TextIndex::bytes);
        gauge(meters, "berth.search.places", "Places that addresses name", index.gazetteer(), Gazetteer::size);
    }

    private static <T> void gauge(
            MeterRegistry meters, String name, String description, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(description).register(meters);
    }
}
