package dev.berth.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Many pages on one event loop, and the balancer before the nodes: the node with the fewest of them gets the next. */
final class LivePages implements AutoCloseable {
    private static final int FRAME_SIZE_MAX = 8 << 20;
    private static final int CONNECTING_AT_ONCE = 100;
    private static final int INFO_CONNECTIONS = 64;
    private static final int SEED = 5;
    /** How long a balancer sends nobody to a node that has refused. */
    private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Of what follows: messages whose number was not the next, without a call to reload. */
    int gaps;

    int reloads;
    int refusals;
    int broken;
    /** Connections so slow that a browser would have gone over to XHR. */
    int late;

    long tilesAsked;
    long tilesFull;
    long snapshotBytes;

    private final Vertx vertx;
    private final Context context;
    private final WebSocketClient client;
    private final HttpClient http;
    private final JsonMapper json = Json.mapper();
    private final SnapshotReader reader = new SnapshotReader(json);
    private final Random random = new Random(SEED);
    private final List<LivePage> pages = new ArrayList<>();
    private List<Target> targets;
    private Listener listener = (page, listing, version) -> {};
    private int names;

    /** Is told of what a page hears. */
    interface Listener {
        void heard(LivePage page, String listing, long version);
    }

    /** A node as the balancer knows it. */
    static final class Target {
        private final URI url;
        private int connections;
        private int connecting;
        private long downUntilNanos = System.nanoTime();

        private Target(URI url) {
            this.url = url;
        }

        URI url() {
            return url;
        }

        void opened() {
            connecting--;
            connections++;
        }

        void closed() {
            connections--;
        }

        private boolean isDown(long now) {
            return now < downUntilNanos;
        }
    }

    LivePages(Vertx vertx, List<URI> nodes, int most) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.targets = nodes.stream().map(Target::new).toList();
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxConnections(most)
                .setMaxFrameSize(FRAME_SIZE_MAX)
                .setMaxMessageSize(FRAME_SIZE_MAX));
        this.http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(INFO_CONNECTIONS));
    }

    /** Where pages go from now on. */
    void nodes(List<URI> nodes) {
        on(() -> targets = nodes.stream().map(Target::new).toList());
    }

    /** Makes pages and waits until they have all their tiles. */
    void open(int count, Tiles tiles) {
        for (int i = 0; i < count; i += CONNECTING_AT_ONCE) {
            List<Future<Void>> batch = new ArrayList<>();
            for (int k = i; k < Math.min(count, i + CONNECTING_AT_ONCE); k++) {
                int number = pages.size();
                batch.add(on(() -> begin(tiles.of(number)).whole()));
            }
            batch.forEach(Wait::on);
        }
    }

    /** On the event loop. */
    LivePage begin(List<String> tiles) {
        LivePage page = new LivePage(this, tiles);
        pages.add(page);
        page.connect();
        return page;
    }

    List<LivePage> all() {
        return pages;
    }

    void listener(Listener told) {
        on(() -> listener = told);
    }

    void heard(LivePage page, String listing, long version) {
        listener.heard(page, listing, version);
    }

    void count() {
        gaps = 0;
        reloads = 0;
        refusals = 0;
        late = 0;
        tilesAsked = 0;
        tilesFull = 0;
        snapshotBytes = 0;
    }

    /** How many tiles of pages differ from what their nodes say when they are asked now. */
    int wrong(List<URI> nodes, Tiles tiles) {
        int wrong = 0;
        for (URI node : nodes) {
            try (LivePages truth = new LivePages(vertx, List.of(node), 1)) {
                LivePage all = truth.on(() -> truth.begin(tiles.names()));
                Wait.on(all.whole());
                wrong += on(() -> {
                    int different = 0;
                    for (LivePage page : pages) {
                        if (node.equals(page.node())) {
                            different += page.tiles().stream()
                                    .map(tile -> Map.entry(page.versions(tile), all.versions(tile)))
                                    .mapToInt(pair -> pair.getKey().equals(pair.getValue()) ? 0 : 1)
                                    .sum();
                        }
                    }
                    return different;
                });
            }
        }
        return wrong;
    }

    /** Runs something on the event loop, and waits for it. */
    <T> T on(Supplier<T> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(ignored -> {
            try {
                done.complete(task.get());
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return Wait.on(done.future());
    }

    Target target() {
        long now = System.nanoTime();
        Target best = targets.stream()
                .min(Comparator.comparing((Target target) -> target.isDown(now))
                        .thenComparing(target -> target.connections + target.connecting))
                .orElseThrow();
        best.connecting++;
        return best;
    }

    void refused(Target target) {
        target.connecting--;
        target.downUntilNanos = System.nanoTime() + DOWN_NANOS;
    }

    /** What a SockJS client asks for first. */
    Future<Void> info(Target target) {
        return http.request(HttpMethod.GET, target.url.getPort(), target.url.getHost(), "/eventbus/info")
                .compose(request -> request.send())
                .compose(HttpClientResponse::body)
                .mapEmpty();
    }

    Vertx vertx() {
        return vertx;
    }

    WebSocketClient client() {
        return client;
    }

    JsonMapper json() {
        return json;
    }

    SnapshotReader reader() {
        return reader;
    }

    double random() {
        return random.nextDouble();
    }

    int next() {
        return names++;
    }

    @Override
    public void close() {
        on(() -> {
            pages.forEach(LivePage::end);
            return true;
        });
        Wait.on(client.close().eventually(http::close));
    }
}
