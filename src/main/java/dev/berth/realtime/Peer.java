package dev.berth.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.realtime.Audience.Seat;
import dev.berth.realtime.Link.Closing;
import dev.berth.realtime.PinCommand.SnapshotTiles;
import dev.berth.realtime.PinCommand.TileSnapshot;
import dev.berth.realtime.PinCommand.TileSnapshots;
import dev.berth.realtime.TokenCheck.Visitor;
import dev.berth.values.Tile;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One browser: what it hears, what it may hear, and how much of the node it may use. Used by its event loop only.
 *
 * <p>When more waits for it than its queue may hold, changes are dropped and their addresses noted; its messages are
 * not read meanwhile, so that its requests cannot add to the queue either. Once the queue is half empty, it is told on
 * each noted address to take a snapshot.
 */
final class Peer implements Link.Listener {
    private static final String PINS = "pins.";
    private static final String SNAPSHOT = "pins.snapshot";
    private static final String USER = "user.";

    private final Hub hub;
    private final Link link;
    private final RealtimeConfig config;
    private final Map<String, Seat> seats = new HashMap<>();
    /** Private addresses whose token is being checked. */
    private final Set<String> awaited = new HashSet<>();
    /** Audiences of which something was dropped. */
    private final Set<Audience> missed = new LinkedHashSet<>();

    private final Rate messages;
    private final Rate registrations;
    private @Nullable String token;
    private @Nullable Future<Visitor> visitor;
    private int snapshotsUnderWay;
    private long nextExpiryMillis = Long.MAX_VALUE;
    private long heardAtNanos;
    private long beatAtNanos;
    private long fullSinceNanos;
    private boolean isFull;
    private boolean isClosed;

    Peer(Hub hub, Link link) {
        this.hub = hub;
        this.link = link;
        this.config = hub.config();
        this.heardAtNanos = System.nanoTime();
        this.beatAtNanos = heardAtNanos;
        this.messages = new Rate(config.messagesPerSecond(), config.messagesBurst(), heardAtNanos);
        this.registrations = new Rate(config.registrationsPerSecond(), config.registrationsBurst(), heardAtNanos);
    }

    // What the browser sends.

    @Override
    public void received(String text) {
        if (isClosed) {
            return;
        }
        heardAtNanos = System.nanoTime();
        if (!messages.take(heardAtNanos)) {
            close(Closing.FLOODING);
            return;
        }
        Optional<Inbound> parsed = Inbound.parse(hub.json(), text);
        if (parsed.isEmpty()) {
            refuse(null, Refusal.INVALID_JSON);
            return;
        }
        Inbound message = parsed.get();
        switch (message.type()) {
            case "ping" -> link.pong();
            case "register" -> register(message);
            case "unregister" -> unregister(message);
            case "send" -> send(message);
            case "publish" -> refuse(message.address(), Refusal.ACCESS_DENIED);
            default -> refuse(message.answerAddress(), Refusal.UNKNOWN_TYPE);
        }
    }

    private void register(Inbound message) {
        String address = message.address();
        if (address == null || address.isEmpty()) {
            refuse(null, Refusal.MISSING_ADDRESS);
        } else if (address.length() > config.addressLengthMax()) {
            refuse(address.substring(0, config.addressLengthMax()), Refusal.ADDRESS_TOO_LONG);
        } else if (!registrations.take(heardAtNanos)) {
            refuse(address, Refusal.TOO_MANY_REGISTRATIONS);
        } else if (!seats.containsKey(address) && seats.size() + awaited.size() >= config.subscriptionsMax()) {
            refuse(address, Refusal.TOO_MANY_HANDLERS);
        } else {
            remember(message);
            if (isPinTile(address)) {
                seats.computeIfAbsent(address, key -> hub.publicAudience(key).sit(this));
            } else if (userOf(address).isPresent()) {
                registerUser(address, userOf(address).get());
            } else {
                refuse(address, Refusal.ACCESS_DENIED);
            }
        }
    }

    /** A socket's token is the last one that it sent; most clients send it with every message. */
    private void remember(Inbound message) {
        String sent = message.accessToken();
        if (sent != null && !sent.equals(token)) {
            token = sent;
            // Composed, so that a check which throws fails like one that says no.
            visitor = Future.succeededFuture(sent).compose(hub.tokens()::check);
        }
    }

    private void registerUser(String address, UserId user) {
        Future<Visitor> checked = visitor;
        if (checked == null) {
            refuse(address, Refusal.NOT_LOGGED_IN);
            return;
        }
        awaited.add(address);
        checked.onComplete((who, failure) -> hub.run(() -> {
            if (!awaited.remove(address) || isClosed) {
                return;
            }
            if (failure != null) {
                refuse(address, isOutage(failure) ? Refusal.UNAVAILABLE : Refusal.NOT_LOGGED_IN);
            } else if (!who.user().equals(user)) {
                refuse(address, Refusal.ACCESS_DENIED);
            } else if (who.expiresAt().toEpochMilli() <= hub.nowMillis()) {
                refuse(address, Refusal.TOKEN_EXPIRED);
            } else {
                Seat seat = seats.computeIfAbsent(
                        address, key -> hub.privateAudience(key).sit(this));
                seat.expiresAtMillis(who.expiresAt().toEpochMilli());
                nextExpiryMillis = Math.min(nextExpiryMillis, seat.expiresAtMillis());
            }
        }));
    }

    private static boolean isOutage(Throwable failure) {
        return !(failure instanceof Rejection rejection)
                || rejection.problem().type().status() >= ProblemType.INTERNAL.status();
    }

    private void unregister(Inbound message) {
        String address = message.address();
        if (address == null) {
            refuse(null, Refusal.MISSING_ADDRESS);
            return;
        }
        awaited.remove(address);
        Seat seat = seats.remove(address);
        if (seat != null) {
            leave(seat);
        }
    }

    private void leave(Seat seat) {
        missed.remove(seat.audience());
        seat.leave();
    }

    private void send(Inbound message) {
        String reply = message.replyAddress();
        if (reply != null && reply.length() > config.addressLengthMax()) {
            refuse(message.address(), Refusal.ADDRESS_TOO_LONG);
        } else if (message.address() == null) {
            refuse(reply, Refusal.MISSING_ADDRESS);
        } else if (!message.address().equals(SNAPSHOT)) {
            refuse(message.answerAddress(), Refusal.ACCESS_DENIED);
        } else if (reply == null) {
            refuse(SNAPSHOT, Refusal.MISSING_REPLY_ADDRESS);
        } else if (snapshotsUnderWay >= config.snapshotsUnderWayMax()) {
            refuse(reply, Refusal.TOO_MANY_REQUESTS);
        } else {
            Optional<List<Tile>> tiles = tiles(message.body().path("tiles"));
            if (tiles.isEmpty()) {
                refuse(reply, Refusal.INVALID_TILES);
            } else {
                remember(message);
                snapshot(reply, tiles.get(), message.body().path("have"));
            }
        }
    }

    /** @param have by tile, the digests of what the page has from before */
    private void snapshot(String reply, List<Tile> tiles, JsonNode have) {
        snapshotsUnderWay++;
        List<String> digests = tiles.stream()
                .map(tile -> have.path(tile.toString()).asText(""))
                .toList();
        hub.bus()
                .ask(new SnapshotTiles(tiles, digests), config.snapshotTimeout())
                .onComplete((snapshots, failure) -> hub.run(() -> {
                    snapshotsUnderWay--;
                    if (isClosed) {
                        return;
                    }
                    if (failure != null) {
                        refuse(reply, Refusal.UNAVAILABLE);
                    } else {
                        sendJson(answer(reply, snapshots));
                    }
                }));
    }

    private byte[] answer(String reply, TileSnapshots snapshots) {
        Buffer out = Buffer.buffer("{\"type\":\"rec\",\"address\":")
                .appendString(hub.json().getNodeFactory().textNode(reply).toString())
                .appendString(",\"body\":{\"tiles\":[");
        String separator = "";
        for (TileSnapshot snapshot : snapshots.tiles()) {
            out.appendString(separator).appendBuffer(snapshot.json());
            separator = ",";
        }
        return out.appendString("]}}").getBytes();
    }

    /** Empty unless it is a list of existing tiles of the pins' zoom, neither empty nor too long. */
    private Optional<List<Tile>> tiles(JsonNode names) {
        if (!names.isArray() || names.isEmpty() || names.size() > config.snapshotTilesMax()) {
            return Optional.empty();
        }
        Set<Tile> tiles = new LinkedHashSet<>();
        for (JsonNode name : names) {
            Optional<Tile> tile = tile(name.asText());
            if (tile.isEmpty()) {
                return Optional.empty();
            }
            tiles.add(tile.get());
        }
        return Optional.of(new ArrayList<>(tiles));
    }

    private static boolean isPinTile(String address) {
        return address.startsWith(PINS)
                && tile(address.substring(PINS.length())).isPresent();
    }

    private static Optional<Tile> tile(String name) {
        try {
            Tile tile = Tile.parse(name);
            // One spelling per tile: "014.1.2" would be an address that nobody publishes on.
            return tile.z() == Tile.PIN_ZOOM && tile.toString().equals(name) ? Optional.of(tile) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<UserId> userOf(String address) {
        if (!address.startsWith(USER)) {
            return Optional.empty();
        }
        try {
            UserId user = UserId.parse(address.substring(USER.length()));
            return address.equals(USER + user) ? Optional.of(user) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // What the browser is sent.

    /** @return whether it was sent; if not, the browser will be told to reload */
    boolean deliver(Frame frame, Audience audience) {
        if (link.isFull() || (!missed.isEmpty() && missed.contains(audience))) {
            missed.add(audience);
            hub.metrics().dropped.increment();
            return false;
        }
        link.send(frame);
        return true;
    }

    private void refuse(@Nullable String address, Refusal refusal) {
        hub.metrics().refused.increment();
        ObjectNode error = hub.json().createObjectNode().put("type", "err");
        if (address != null) {
            error.put("address", address);
        }
        error.put("failureCode", refusal.code)
                .put("failureType", refusal.type)
                .put("message", refusal.message)
                .put("body", refusal.type);
        sendJson(error.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void sendJson(byte[] json) {
        try (Frame frame = hub.frame(json)) {
            link.send(frame);
        }
    }

    @Override
    public void filled() {
        if (!isFull && !isClosed && link.isFull()) {
            isFull = true;
            fullSinceNanos = System.nanoTime();
            link.read(false);
        }
    }

    @Override
    public void drained() {
        if (isClosed) {
            return;
        }
        for (Iterator<Audience> left = missed.iterator(); left.hasNext() && !link.isFull(); ) {
            Audience audience = left.next();
            left.remove();
            try (Frame reload = audience.reload()) {
                link.send(reload);
            }
            hub.metrics().reloads.increment();
        }
        if (isFull && !link.isFull()) {
            isFull = false;
            heardAtNanos = System.nanoTime();
            link.read(true);
        }
    }

    // How it ends.

    void sweep(long nowNanos, long nowMillis) {
        if (isFull) {
            if (nowNanos - fullSinceNanos > config.slowTimeout().toNanos()) {
                hub.metrics().slowClosed.increment();
                link.abort();
            }
            return;
        }
        if (nowNanos - heardAtNanos > config.pingTimeout().toNanos()) {
            close(Closing.SILENT);
            return;
        }
        if (nowNanos - beatAtNanos > config.heartbeatInterval().toNanos()) {
            beatAtNanos = nowNanos;
            link.heartbeat();
        }
        if (nextExpiryMillis <= nowMillis) {
            expire(nowMillis);
        }
    }

    private void expire(long nowMillis) {
        nextExpiryMillis = Long.MAX_VALUE;
        for (Seat seat : List.copyOf(seats.values())) {
            if (seat.expiresAtMillis() > nowMillis) {
                nextExpiryMillis = Math.min(nextExpiryMillis, seat.expiresAtMillis());
            } else {
                seats.remove(seat.audience().address());
                leave(seat);
                refuse(seat.audience().address(), Refusal.TOKEN_EXPIRED);
            }
        }
    }

    void close(Closing reason) {
        link.close(reason);
    }

    @Override
    public void closed() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        seats.values().forEach(Seat::leave);
        seats.clear();
        missed.clear();
        awaited.clear();
        hub.gone(this);
    }

    /** Why something was not done, in the words of the stock bridge where it has them. */
    private enum Refusal {
        INVALID_JSON(400, "invalid_json", "this is no message of the bridge protocol"),
        UNKNOWN_TYPE(400, "unknown_type", "there is no such type of message"),
        MISSING_ADDRESS(400, "missing_address", "the message names no address"),
        MISSING_REPLY_ADDRESS(400, "missing_reply_address", "the message names no address for its answer"),
        ADDRESS_TOO_LONG(400, "max_address_length_reached", "the address is too long"),
        INVALID_TILES(400, "invalid_tiles", "tiles must list existing tiles such as 14.8559.5641, and not too many"),
        NOT_LOGGED_IN(401, "not_logged_in", "this address needs a valid access token"),
        TOKEN_EXPIRED(401, "token_expired", "the access token has ended: register again with a new one"),
        ACCESS_DENIED(403, "access_denied", "this address is not yours to use"),
        TOO_MANY_HANDLERS(429, "max_handlers_reached", "this socket hears too many addresses"),
        TOO_MANY_REGISTRATIONS(429, "too_many_registrations", "registrations come too fast"),
        TOO_MANY_REQUESTS(429, "too_many_requests", "earlier requests are not answered yet"),
        UNAVAILABLE(503, "unavailable", "this cannot be answered at the moment");

        private final int code;
        private final String type;
        private final String message;

        Refusal(int code, String type, String message) {
            this.code = code;
            this.type = type;
            this.message = message;
        }
    }
}
