package dev.berth.search.text;

import dev.berth.listings.Listing;
import dev.berth.platform.bus.Bus;
import dev.berth.values.ListingId;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The words of a node's listings: what its index is told of, and the verticles that answer {@link TextCommand}s. */
public final class TextSearch {
    private static final Logger LOG = LoggerFactory.getLogger(TextSearch.class);

    private final Vertx vertx;
    private final TextConfig config;
    private final TextIndex index;
    private final WorkerExecutor writer;
    private final TextFeed feed;
    private final TextVerticleMaker verticles;

    private interface TextVerticleMaker {
        TextVerticle make();
    }

    /**
     * To be made, and told of changes, on the event loop of the search.
     *
     * @param versions the newest version of a listing that this node knows, below 0 when it knows none
     * @param exportPage listings that are loaded with one request
     * @param exportTimeout how long such a request may take
     */
    public TextSearch(
            Vertx vertx,
            Bus bus,
            TextConfig config,
            MeterRegistry meters,
            ToLongFunction<ListingId> versions,
            int exportPage,
            Duration exportTimeout)
            throws IOException {
        this.vertx = vertx;
        this.config = config;
        index = new TextIndex(config);
        TextMetrics metrics = new TextMetrics(meters, index);
        writer = vertx.createSharedWorkerExecutor(
                "berth-text-writer", 1, exportTimeout.toSeconds() + 1, TimeUnit.SECONDS);
        feed = new TextFeed(vertx, bus, index, config, metrics, writer, versions, exportPage, exportTimeout);
        verticles = () -> new TextVerticle(bus, index, feed, config, metrics);
    }

    /** Serves what is asked by words. */
    public Future<?> serve() {
        return vertx.deployVerticle(
                verticles::make,
                new DeploymentOptions()
                        .setThreadingModel(ThreadingModel.WORKER)
                        .setInstances(config.workers())
                        .setWorkerPoolName("berth-text")
                        .setWorkerPoolSize(config.workers()));
    }

    /** Takes in a listing, or its newer version. */
    public void put(Listing listing) {
        feed.put(listing);
    }

    public void remove(ListingId id) {
        feed.remove(id);
    }

    /** Completes when everything can be found, or when a start need not wait longer for it. */
    public Future<Void> settled() {
        return feed.settled()
                .timeout(config.settleTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(late -> {
                    LOG.info("the texts are still being read; searches by words are refused until they are");
                    return null;
                });
    }

    public Future<Void> close() {
        feed.stop();
        return writer.<Void>executeBlocking(() -> {
                    index.close();
                    return null;
                })
                .eventually(writer::close);
    }
}
