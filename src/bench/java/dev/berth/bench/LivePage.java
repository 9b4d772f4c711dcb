package dev.berth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.SnapshotReader.TileSnapshot;
import dev.berth.search.PinDigest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A page with the live map as the web app has it ({@code src/main/web/src/live}): the same connection, back-off, order of
 * messages and sequencing, without a browser. Used by the event loop of its {@link LivePages}.
 */
final class LivePage {
    private static final int SNAPSHOT_TILES = 20;
    private static final long PING_MILLIS = 4_000;
    private static final long RETRY_SNAPSHOT_MILLIS = 1_500;
    private static final long REQUEST_TIMEOUT_MILLIS = 8_000;
    private static final long FIRST_DELAY_MILLIS = 400;
    private static final long LONGEST_DELAY_MILLIS = 15_000;
    private static final long STABLE_AFTER_MILLIS = 10_000;
    /** What a SockJS client adds to the round trip it has seen before it tries the next transport, twice. */
    private static final long SOCKJS_SLACK_MILLIS = 300;

    /** How the answer to its request begins, with the request's number after it. */
    private static final String ANSWER = "{\"type\":\"rec\",\"address\":\"s";

    private static final int SOCKJS_SLOW_MILLIS = 100;

    private final LivePages pages;
    private final Map<String, Sequence> tiles = new LinkedHashMap<>();
    private final Set<String> due = new LinkedHashSet<>();
    private @Nullable ClientWebSocket socket;
    private Promise<Void> whole = Promise.promise();
    private final Promise<Void> lost = Promise.promise();
    private int losses;
    private long wholeAtNanos;
    private long pingTimer = -1;
    private long stableTimer = -1;
    private long requestTimer = -1;
    private int attempts;
    private int requests;
    private @Nullable URI node;
    private List<String> asked = List.of();
    private boolean isAsking;
    private boolean isEnded;

    /** A tile's stream put together with its snapshots. */
    private static final class Sequence {
        private Map<String, Long> versions = new HashMap<>();
        private List<JsonNode> waiting = new ArrayList<>();
        private long epoch = -1;
        private long number = -1;
        private boolean isSynced;
        private boolean isKnown;

        void lose() {
            isSynced = false;
            waiting.clear();
        }
    }

    LivePage(LivePages pages, List<String> tiles) {
        this.pages = pages;
        tiles.forEach(tile -> this.tiles.put(tile, new Sequence()));
    }

    /** Done when it has all of its tiles. */
    Future<Void> whole() {
        return whole.future();
    }

    /** Done when it has all of its tiles after it has lost its connection at least once. */
    Future<Void> lostAndWhole() {
        return losses > 0 ? whole.future() : lost.future().compose(done -> whole.future());
    }

    long wholeAtNanos() {
        return wholeAtNanos;
    }

    /** What it knows of a tile: listings and their versions. */
    Map<String, Long> versions(String tile) {
        Sequence sequence = tiles.get(tile);
        return sequence == null ? Map.of() : sequence.versions;
    }

    Set<String> tiles() {
        return tiles.keySet();
    }

    @Nullable
    URI node() {
        return node;
    }

    void connect() {
        if (isEnded) {
            return;
        }
        long begin = System.nanoTime();
        LivePages.Target target = pages.target();
        pages.info(target).onComplete((ok, failure) -> {
            if (failure != null) {
                pages.refused(target);
                again();
            } else {
                upgrade(target, System.nanoTime() - begin);
            }
        });
    }

    private void upgrade(LivePages.Target target, long roundTripNanos) {
        long begin = System.nanoTime();
        ClientWebSocket fresh = pages.client().webSocket();
        socket = fresh;
        fresh.textMessageHandler(frame -> {
            if (fresh.equals(socket)) {
                frame(frame, target, begin, TimeUnit.NANOSECONDS.toMillis(roundTripNanos));
            }
        });
        fresh.connect(new WebSocketConnectOptions()
                        .setHost(target.url().getHost())
                        .setPort(target.url().getPort())
                        .setURI("/eventbus/000/p" + pages.next() + "/websocket"))
                .onSuccess(opened -> {
                    target.opened();
                    fresh.closeHandler(ignored -> {
                        target.closed();
                        lost(fresh);
                    });
                })
                .onFailure(failure -> {
                    pages.refused(target);
                    lost(fresh);
                });
    }

    private void lost(ClientWebSocket which) {
        if (!which.equals(socket)) {
            return;
        }
        socket = null;
        node = null;
        isAsking = false;
        List.of(pingTimer, stableTimer, requestTimer).forEach(pages.vertx()::cancelTimer);
        if (whole.future().isComplete()) {
            whole = Promise.promise();
        }
        losses++;
        lost.tryComplete();
        again();
    }

    private void again() {
        if (!isEnded) {
            double full = Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS * Math.pow(2, attempts++));
            pages.vertx().setTimer(Math.max(1, (long) (full / 2 + pages.random() * full / 2)), timer -> connect());
        }
    }

    /** Its connection is gone, as when the way to the node breaks. */
    void cut() {
        if (socket != null) {
            socket.close();
        }
    }

    void end() {
        isEnded = true;
        cut();
    }

    private void frame(String frame, LivePages.Target target, long begin, long roundTripMillis) {
        if (frame.charAt(0) == 'o') {
            long rto =
                    roundTripMillis > SOCKJS_SLOW_MILLIS ? 4 * roundTripMillis : SOCKJS_SLACK_MILLIS + roundTripMillis;
            if (System.nanoTime() - begin > TimeUnit.MILLISECONDS.toNanos(2 * rto)) {
                pages.late++;
            }
            node = target.url();
            opened();
        } else if (frame.charAt(0) == 'a') {
            try {
                for (String message : pages.reader().messages(frame)) {
                    if (message.startsWith(ANSWER + requests + '"')) {
                        answered(message);
                    } else {
                        message(pages.json().readTree(message));
                    }
                }
            } catch (IOException e) {
                pages.broken++;
            }
        }
    }

    private void opened() {
        pingTimer = pages.vertx().setPeriodic(PING_MILLIS, timer -> say("{\"type\":\"ping\"}"));
        stableTimer = pages.vertx().setTimer(STABLE_AFTER_MILLIS, timer -> attempts = 0);
        tiles.forEach((name, tile) -> {
            say("{\"type\":\"register\",\"address\":\"pins." + name + "\",\"headers\":{}}");
            tile.lose();
            due.add(name);
        });
        ask();
    }

    private void say(String message) {
        ClientWebSocket open = socket;
        if (open != null) {
            // One that fails is closed, which is heard of.
            open.writeTextMessage(pages.json().createArrayNode().add(message).toString())
                    .onFailure(failure -> {});
        }
    }

    private void ask() {
        if (isAsking || due.isEmpty() || socket == null) {
            return;
        }
        isAsking = true;
        List<String> names = due.stream().limit(SNAPSHOT_TILES).toList();
        names.forEach(due::remove);
        int number = ++requests;
        ObjectNode request = pages.json()
                .createObjectNode()
                .put("type", "send")
                .put("address", "pins.snapshot")
                .put("replyAddress", "s" + number);
        request.putObject("headers");
        ObjectNode body = request.putObject("body");
        ArrayNode wanted = body.putArray("tiles");
        ObjectNode have = body.putObject("have");
        for (String name : names) {
            wanted.add(name);
            Sequence tile = tiles.get(name);
            if (tile != null && tile.isKnown) {
                PinDigest digest = new PinDigest();
                tile.versions.forEach(digest::add);
                have.put(name, digest.toString());
            }
        }
        asked = names;
        say(request.toString());
        requestTimer = pages.vertx().setTimer(REQUEST_TIMEOUT_MILLIS, timer -> failed(number));
    }

    private void failed(int number) {
        if (isAsking && number == requests) {
            pages.refusals++;
            due.addAll(asked);
            pages.vertx().setTimer(RETRY_SNAPSHOT_MILLIS, timer -> {
                if (isAsking && number == requests) {
                    isAsking = false;
                    ask();
                }
            });
        }
    }

    private void message(JsonNode message) {
        String address = message.path("address").asText();
        JsonNode body = message.path("body");
        if (message.path("type").asText().equals("err")) {
            if (address.equals("s" + requests)) {
                failed(requests);
            } else {
                pages.refusals++;
            }
        } else if (address.startsWith("pins.")) {
            String name = address.substring("pins.".length());
            Sequence tile = tiles.get(name);
            if (tile != null && change(tile, body)) {
                due.add(name);
                ask();
            }
        }
    }

    private void answered(String message) throws IOException {
        pages.vertx().cancelTimer(requestTimer);
        pages.snapshotBytes += message.length();
        pages.reader().tiles(message).forEach(this::snapshot);
        isAsking = false;
        ask();
        if (due.isEmpty() && tiles.values().stream().allMatch(tile -> tile.isSynced)) {
            wholeAtNanos = System.nanoTime();
            whole.tryComplete();
        }
    }

    private void snapshot(TileSnapshot snapshot) {
        Sequence tile = tiles.get(snapshot.tile());
        if (tile == null) {
            return;
        }
        pages.tilesAsked++;
        if (!snapshot.isSame()) {
            pages.tilesFull++;
            tile.versions = snapshot.versions();
            tile.isKnown = true;
        }
        tile.epoch = snapshot.epoch();
        tile.number = snapshot.number();
        tile.isSynced = true;
        List<JsonNode> queued = tile.waiting;
        tile.waiting = new ArrayList<>();
        for (JsonNode message : queued) {
            if (change(tile, message)) {
                due.add(snapshot.tile());
            }
        }
    }

    /** @return whether the tile must be asked for anew */
    private boolean change(Sequence tile, JsonNode message) {
        if (message.path("reload").asBoolean()) {
            pages.reloads++;
            tile.lose();
            return true;
        }
        if (!tile.isSynced) {
            tile.waiting.add(message);
            return false;
        }
        long epoch = message.path("epoch").asLong();
        long number = message.path("seq").asLong();
        if (epoch == tile.epoch && number <= tile.number) {
            return false;
        }
        if (epoch == tile.epoch && number == tile.number + 1) {
            tile.number = number;
            message.path("gone").forEach(id -> tile.versions.remove(id.asText()));
            message.path("pins").forEach(pin -> {
                String id = pin.path("id").asText();
                long version = pin.path("v").asLong();
                tile.versions.merge(id, version, Math::max);
                pages.heard(this, id, version);
            });
            return false;
        }
        pages.gaps++;
        tile.lose();
        tile.waiting.add(message);
        return true;
    }
}
