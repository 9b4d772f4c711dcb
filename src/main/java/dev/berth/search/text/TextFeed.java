package dev.berth.search.text;

import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.ExportListings;
import dev.berth.platform.bus.Bus;
import dev.berth.values.ListingId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what listings say into the text index: told of every change by the feed of the calendars' index, on its event
 * loop; what comes within a moment is written at once, on a thread of its own. The newest of each listing waits. When more
 * wait than may, the rest is let go, and all listings are loaded anew, page by page, once the others are written: so a
 * node with very many listings need not wait for their words, nor hold them twice. Nothing is written before it is first
 * asked to settle: what the calendars' index needs of the machine while it loads comes first.
 */
final class TextFeed {
    private static final Logger LOG = LoggerFactory.getLogger(TextFeed.class);

    private final Vertx vertx;
    private final Bus bus;
    private final TextIndex index;
    private final TextConfig config;
    private final TextMetrics metrics;
    private final WorkerExecutor writer;
    private final ToLongFunction<ListingId> versions;
    private final int exportPage;
    private final Duration exportTimeout;

    /** What is to be found of a listing, null when it has gone. */
    private final Map<ListingId, @Nullable TextDocument> pending = new LinkedHashMap<>();

    private final List<Promise<Void>> waiting = new ArrayList<>();
    private boolean isBegun;
    private boolean isWriting;
    private boolean isTimed;
    /** Some have been let go. */
    private boolean isBehind;

    private boolean isLoading;
    private boolean isStopped;
    private volatile boolean isComplete;

    /**
     * @param writer one thread
     * @param versions the newest version of a listing that this node knows, below 0 when it knows none
     */
    TextFeed(
            Vertx vertx,
            Bus bus,
            TextIndex index,
            TextConfig config,
            TextMetrics metrics,
            WorkerExecutor writer,
            ToLongFunction<ListingId> versions,
            int exportPage,
            Duration exportTimeout) {
        this.vertx = vertx;
        this.bus = bus;
        this.index = index;
        this.config = config;
        this.metrics = metrics;
        this.writer = writer;
        this.versions = versions;
        this.exportPage = exportPage;
        this.exportTimeout = exportTimeout;
    }

    /** Whether everything could be found once. */
    boolean isComplete() {
        return isComplete;
    }

    void put(Listing listing) {
        if (pending.size() >= config.pendingMax() && !pending.containsKey(listing.id())) {
            isBehind = true;
        } else {
            enqueue(listing.id(), TextDocument.of(listing, config.descriptionMax()));
        }
        writeSoon();
    }

    void remove(ListingId id) {
        enqueue(id, null);
        writeSoon();
    }

    private void enqueue(ListingId id, @Nullable TextDocument document) {
        pending.put(id, document);
        metrics.pending.set(pending.size());
    }

    /** Completes when all that is known now can be found. */
    Future<Void> settled() {
        isBegun = true;
        if (isIdle()) {
            isComplete = true;
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        waiting.add(promise);
        write();
        return promise.future();
    }

    void stop() {
        isStopped = true;
    }

    private boolean isIdle() {
        return pending.isEmpty() && !isWriting && !isBehind && !isLoading;
    }

    private void writeSoon() {
        if (!isTimed && !isWriting) {
            isTimed = true;
            vertx.setTimer(config.refreshInterval().toMillis(), timer -> {
                isTimed = false;
                write();
            });
        }
    }

    private void write() {
        if (!isBegun || isWriting || isStopped) {
            return;
        }
        if (pending.isEmpty()) {
            rest();
            return;
        }
        Map<ListingId, @Nullable TextDocument> batch = new HashMap<>();
        Iterator<Map.Entry<ListingId, @Nullable TextDocument>> oldest =
                pending.entrySet().iterator();
        while (oldest.hasNext() && batch.size() < config.batchMax()) {
            Map.Entry<ListingId, @Nullable TextDocument> entry = oldest.next();
            batch.put(entry.getKey(), entry.getValue());
            oldest.remove();
        }
        isWriting = true;
        writer.<Integer>executeBlocking(() -> {
                    index.apply(batch);
                    return index.size();
                })
                .onComplete(done -> {
                    isWriting = false;
                    metrics.pending.set(pending.size());
                    if (isStopped) {
                        return;
                    }
                    if (done.succeeded()) {
                        metrics.documents.set(done.result());
                        write();
                    } else {
                        LOG.error("texts could not be written, all will be read anew", done.cause());
                        isBehind = true;
                        isTimed = true;
                        vertx.setTimer(config.retryInterval().toMillis(), timer -> {
                            isTimed = false;
                            write();
                        });
                    }
                });
    }

    /** Everything is written; what has been let go is loaded. */
    private void rest() {
        if (isBehind && !isLoading) {
            isBehind = false;
            isLoading = true;
            LOG.info("the texts of all listings are being read");
            load(null);
        } else if (isIdle()) {
            isComplete |= !waiting.isEmpty();
            List<Promise<Void>> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(Promise::tryComplete);
        } else if (isLoading) {
            Promise<Void> next = nextPage;
            nextPage = null;
            if (next != null) {
                next.complete();
            }
        }
    }

    /** Completed when the page before has been written. */
    private @Nullable Promise<Void> nextPage;

    private void load(@Nullable ListingId after) {
        bus.ask(new ExportListings(after, exportPage), exportTimeout).onComplete(asked -> {
            if (isStopped) {
                return;
            }
            if (asked.failed()) {
                LOG.warn("listings could not be read: {}", asked.cause().toString());
                vertx.setTimer(config.retryInterval().toMillis(), timer -> load(after));
                return;
            }
            List<Listing> page = asked.result().listings();
            if (page.isEmpty()) {
                isLoading = false;
                write();
                return;
            }
            for (Listing listing : page) {
                // What has changed meanwhile has been told of, and is newer than this.
                if (listing.version() >= versions.applyAsLong(listing.id())
                        && versions.applyAsLong(listing.id()) >= 0
                        && !pending.containsKey(listing.id())) {
                    enqueue(listing.id(), TextDocument.of(listing, config.descriptionMax()));
                }
            }
            Promise<Void> written = Promise.promise();
            nextPage = written;
            written.future().onSuccess(done -> load(page.getLast().id()));
            write();
        });
    }
}
