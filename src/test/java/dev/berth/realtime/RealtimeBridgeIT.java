package dev.berth.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.testing.Platform;
import dev.berth.values.Tile;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealtimeBridgeIT {
    private static final Tile TILE = new Tile(14, 8_559, 5_641);
    private static final String ADDRESS = "pins." + TILE;

    private final List<AutoCloseable> opened = new ArrayList<>();

    private TestBridge bridge(String... limits) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < limits.length; i += 2) {
            environment.put(limits[i], limits[i + 1]);
        }
        return track(new TestBridge(environment));
    }

    private <T extends AutoCloseable> T track(T closeable) {
        opened.addFirst(closeable);
        return closeable;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TestPage.DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void assertRefused(JsonNode message, String address, int code, String type) {
        assertThat(message.path("type").asText()).isEqualTo("err");
        assertThat(message.path("address").asText()).isEqualTo(address);
        assertThat(message.path("failureCode").asInt()).isEqualTo(code);
        assertThat(message.path("failureType").asText()).isEqualTo(type);
        assertThat(message.path("message").asText()).isNotEmpty();
    }

    @Test
    void subscribedTile_isHeardInOrder_onEveryEventLoopAndTransport() {
        TestBridge bridge = bridge();
        List<TestPage> pages = new ArrayList<>();
        for (int i = 0; i < 3 * TestBridge.EVENT_LOOPS; i++) {
            TestPage raw = track(TestPage.raw(bridge));
            TestPage sockJs = track(TestPage.sockJs(bridge));
            assertThat(sockJs.frame()).isEqualTo("o");
            pages.add(raw.register(ADDRESS));
            pages.add(sockJs.register(ADDRESS));
        }
        for (TestPage page : pages) {
            // The answer says that the registration before it was read.
            assertThat(page.ask("[\"" + TILE + "\"]")
                            .message()
                            .at("/body/tiles/0/seq")
                            .asInt())
                    .isZero();
        }
        TestBridge.await(bridge.change(TILE, 100, null));
        for (TestPage page : pages) {
            for (int seq = 1; seq <= 100; seq++) {
                JsonNode message = page.message();
                assertThat(message.path("type").asText()).isEqualTo("rec");
                assertThat(message.path("address").asText()).isEqualTo(ADDRESS);
                assertThat(message.at("/body/seq").asInt()).isEqualTo(seq);
                assertThat(message.at("/body/pins/0/title").asText()).isEqualTo("Größe \"M\"");
            }
        }
        assertThat(bridge.count("berth.realtime.deliveries")).isEqualTo(100 * pages.size());
        assertThat(bridge.count("berth.realtime.sockets")).isEqualTo(pages.size());
        assertThat(bridge.count("berth.realtime.subscriptions")).isEqualTo(pages.size());
    }

    @Test
    void snapshot_fitsTheStreamThatFollows() {
        TestBridge bridge = bridge();
        TestPage page = track(TestPage.raw(bridge));
        TestBridge.await(bridge.change(TILE, 5, null));
        page.register(ADDRESS).ask("[\"%s\",\"14.1.2\",\"%s\"]".formatted(TILE, TILE));
        JsonNode answer = page.message();
        assertThat(answer.path("type").asText()).isEqualTo("rec");
        assertThat(answer.path("address").asText()).isEqualTo("reply-1");
        assertThat(answer.at("/body/tiles")).hasSize(2);
        assertThat(answer.at("/body/tiles/0/tile").asText()).isEqualTo(TILE.toString());
        assertThat(answer.at("/body/tiles/0/seq").asInt()).isEqualTo(5);
        TestBridge.await(bridge.change(TILE, 1, null));
        assertThat(page.message().at("/body/seq").asInt()).isEqualTo(6);
    }

    @Test
    void snapshotOfAPageThatComesBack_isAskedForWithWhatItHas() {
        TestPage page = track(TestPage.raw(bridge()));
        page.send("""
                {"type":"send","address":"pins.snapshot","replyAddress":"r","headers":{},
                 "body":{"tiles":["14.1.2","%s"],"have":{"%s":"0123456789abcdef","14.1.2":7}}}
                """.formatted(TILE, TILE));
        JsonNode tiles = page.message().at("/body/tiles");
        assertThat(tiles.get(0).path("asked").asText()).isEqualTo("7");
        assertThat(tiles.get(1).path("asked").asText()).isEqualTo("0123456789abcdef");
    }

    @Test
    void unsubscribedTile_isNotHeard_andTheLastToLeaveEndsIt() {
        TestBridge bridge = bridge();
        TestPage page = track(TestPage.raw(bridge));
        page.register(ADDRESS).send("{\"type\":\"unregister\",\"address\":\"" + ADDRESS + "\",\"headers\":{}}");
        page.send("{\"type\":\"ping\"}");
        assertThat(page.message().path("type").asText()).isEqualTo("pong");
        TestBridge.await(bridge.change(TILE, 1, null));
        page.send("{\"type\":\"ping\"}");
        assertThat(page.message().path("type").asText()).isEqualTo("pong");
        assertThat(bridge.count("berth.realtime.subscriptions")).isZero();
    }

    @Test
    void closedPage_leavesNothingBehind() {
        TestBridge bridge = bridge();
        TestPage page = TestPage.raw(bridge);
        page.register(ADDRESS).register("pins.14.1.2").send("{\"type\":\"ping\"}");
        page.message();
        assertThat(bridge.count("berth.realtime.subscriptions")).isEqualTo(2);
        page.close();
        eventually(() -> bridge.count("berth.realtime.sockets") == 0);
        assertThat(bridge.count("berth.realtime.subscriptions")).isZero();
    }

    @Test
    void ping_isAnsweredInTheTransportsOwnWay() {
        TestBridge bridge = bridge();
        assertThat(track(TestPage.raw(bridge)).send("{\"type\":\"ping\"}").frame())
                .isEqualTo("{\"type\":\"pong\"}");
        TestPage sockJs = track(TestPage.sockJs(bridge));
        assertThat(sockJs.frame()).isEqualTo("o");
        assertThat(sockJs.send("{\"type\":\"ping\"}").frame()).isEqualTo("h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "pins",
                "pins.",
                "pins.14.1",
                "pins.13.1.1",
                "pins.14.16384.1",
                "pins.14.-1.1",
                "pins.14.01.1",
                "pins.14.1.1.1",
                "pins.snapshot",
                "user.x",
                "board.0190c2d0-0000-7000-8000-000000000000",
                "pins.commands",
                "realtime.events",
                "__vertx.reply.1"
            })
    void otherAddresses_areRefusedByName(String address) {
        TestBridge bridge = bridge();
        TestPage page = track(TestPage.raw(bridge));
        assertRefused(page.register(address).message(), address, 403, "access_denied");
        page.send("{\"type\":\"send\",\"address\":\"%s\",\"headers\":{},\"body\":{}}".formatted(address + ".x"));
        assertRefused(page.message(), address + ".x", 403, "access_denied");
        page.send("{\"type\":\"publish\",\"address\":\"%s\",\"headers\":{},\"body\":{}}".formatted(address));
        assertRefused(page.message(), address, 403, "access_denied");
        assertThat(bridge.count("berth.realtime.refused")).isEqualTo(3);
    }

    @Test
    void refusedSend_isAnsweredWhereTheClientListens() {
        TestPage page = track(TestPage.raw(bridge()));
        page.send("{\"type\":\"send\",\"address\":\"x\",\"replyAddress\":\"r\",\"body\":{}}");
        assertRefused(page.message(), "r", 403, "access_denied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"null", "[]", "[\"14.1\"]", "[\"13.1.1\"]", "[1]", "{}", "[\"14.1.1\",\"14.1.2\",\"14.1.3\"]"})
    void badSnapshotRequests_areRefused(String tiles) {
        TestPage page = track(TestPage.raw(bridge("BERTH_SNAPSHOT_TILES_MAX", "2")));
        assertRefused(page.ask(tiles).message(), "reply-1", 400, "invalid_tiles");
    }

    @Test
    void brokenMessages_areAnswered_andTheSocketGoesOn() {
        TestPage page = track(TestPage.raw(bridge()));
        assertThat(page.send("{").message().path("failureType").asText()).isEqualTo("invalid_json");
        assertThat(page.send("{\"type\":\"register\"}")
                        .message()
                        .path("failureType")
                        .asText())
                .isEqualTo("missing_address");
        assertRefused(page.send("{\"type\":\"x\",\"address\":\"a\"}").message(), "a", 400, "unknown_type");
        assertRefused(page.register("a".repeat(201)).message(), "a".repeat(200), 400, "max_address_length_reached");
        assertThat(page.send("{\"type\":\"ping\"}").message().path("type").asText())
                .isEqualTo("pong");
    }

    @Test
    void sockJsClientThatDoesNotSpeakSockJs_isClosed() {
        TestBridge bridge = bridge();
        TestPage page = track(TestPage.open(bridge, "/eventbus/000/session1/websocket", false));
        assertThat(page.frame()).isEqualTo("o");
        page.send("{\"type\":\"ping\"}");
        assertThat(page.frame()).startsWith("c[1007,");
        assertThat(page.closeCode()).isEqualTo(1007);
    }

    @Test
    void user_hearsWhatIsMeantForThem_onEveryPage_andNobodyElseDoes() {
        TestBridge bridge = bridge();
        UserId ada = UserId.next();
        UserId bob = UserId.next();
        bridge.logIn("ada-token", ada, Instant.now().plusSeconds(60));
        bridge.logIn("bob-token", bob, Instant.now().plusSeconds(60));
        TestPage bobs = track(TestPage.raw(bridge));
        assertRefused(bobs.register("user." + ada, "bob-token").message(), "user." + ada, 403, "access_denied");
        List<TestPage> adas = new ArrayList<>();
        for (int i = 0; i < 2 * TestBridge.EVENT_LOOPS; i++) {
            TestPage page = track(TestPage.raw(bridge));
            // The first message may carry the token: what follows needs none.
            adas.add(page.register(ADDRESS, "ada-token").register("user." + ada));
        }
        eventually(() -> bridge.count("berth.realtime.subscriptions") == 2 * adas.size());
        bridge.bus.publish(new RealtimeEvent.UserTold(ada, "{\"kind\":\"booking\",\"title\":\"Ä\"}"));
        for (TestPage page : adas) {
            JsonNode message = page.message();
            assertThat(message.path("address").asText()).isEqualTo("user." + ada);
            assertThat(message.at("/body/kind").asText()).isEqualTo("booking");
            assertThat(message.at("/body/title").asText()).isEqualTo("Ä");
        }
        assertThat(bobs.send("{\"type\":\"ping\"}").message().path("type").asText())
                .isEqualTo("pong");
    }

    @Test
    void user_withoutAValidToken_isRefused() {
        TestPage page = track(TestPage.raw(bridge()));
        String address = "user." + UserId.next();
        assertRefused(page.register(address).message(), address, 401, "not_logged_in");
        assertRefused(page.register(address, "forged").message(), address, 401, "not_logged_in");
    }

    @Test
    void user_isNoLongerTold_whenTheTokenEnds() {
        TestBridge bridge = bridge();
        UserId ada = UserId.next();
        bridge.logIn("short", ada, Instant.now().plusSeconds(1));
        TestPage page = track(TestPage.raw(bridge));
        page.register("user." + ada, "short");
        assertRefused(page.message(), "user." + ada, 401, "token_expired");
        assertThat(bridge.count("berth.realtime.subscriptions")).isZero();
        assertRefused(page.register("user." + ada, "short").message(), "user." + ada, 401, "token_expired");
        bridge.logIn("long", ada, Instant.now().plusSeconds(60));
        page.register("user." + ada, "long");
        eventually(() -> bridge.count("berth.realtime.subscriptions") == 1);
    }

    @Test
    void subscriptions_areLimited() {
        TestPage page = track(TestPage.raw(bridge("BERTH_SUBSCRIPTIONS_MAX", "2")));
        page.register("pins.14.1.1").register("pins.14.1.2").register("pins.14.1.3");
        assertRefused(page.message(), "pins.14.1.3", 429, "max_handlers_reached");
        // One that it hears already is none more.
        page.register("pins.14.1.1").send("{\"type\":\"ping\"}");
        assertThat(page.message().path("type").asText()).isEqualTo("pong");
    }

    @Test
    void registrations_areLimitedInRate() {
        TestPage page =
                track(TestPage.raw(bridge("BERTH_REGISTRATIONS_PER_SECOND", "1", "BERTH_REGISTRATIONS_BURST", "2")));
        page.register("pins.14.1.1").register("pins.14.1.2").register("pins.14.1.3");
        assertRefused(page.message(), "pins.14.1.3", 429, "too_many_registrations");
    }

    @Test
    void flood_endsTheSocket() {
        TestPage page = track(TestPage.raw(bridge("BERTH_MESSAGES_PER_SECOND", "1", "BERTH_MESSAGES_BURST", "20")));
        for (int i = 0; i < 30; i++) {
            page.socket.writeTextMessage("{\"type\":\"ping\"}").onFailure(ignored -> {});
        }
        assertThat(page.closeCode()).isEqualTo(1008);
    }

    @Test
    void tooLargeMessage_endsTheSocket() {
        TestPage page = track(TestPage.raw(bridge("BERTH_MESSAGE_SIZE_MAX", "1KiB")));
        page.send("{\"type\":\"ping\",\"x\":\"" + "x".repeat(1_100) + "\"}");
        assertThat(page.closeCode()).isEqualTo(1009);
    }

    @Test
    void messageBeyondTheServersOwnLimit_endsTheSocket() {
        TestPage page = track(TestPage.raw(bridge()));
        page.send("x".repeat(300_000));
        assertThat(page.closeCode()).isEqualTo(1009);
    }

    @Test
    void silentSocket_isClosed() {
        TestPage page = track(TestPage.raw(bridge("BERTH_PING_TIMEOUT", "1s")));
        assertThat(page.closeCode()).isEqualTo(1001);
    }

    @Test
    void sockets_areLimitedPerNode() {
        TestBridge bridge = bridge("BERTH_SOCKETS_MAX", "1");
        track(TestPage.raw(bridge));
        // A page hears that it is connected a moment before it is counted.
        Platform.await(
                "the page is counted", Duration.ofSeconds(20), () -> bridge.count("berth.realtime.sockets") == 1);
        assertThatThrownBy(() -> TestPage.raw(bridge))
                .rootCause()
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        rejected -> assertThat(rejected.getStatus()).isEqualTo(503));
    }

    @Test
    void drain_sendsPagesElsewhere_andTakesNoMore() {
        TestBridge bridge = bridge();
        TestPage raw = track(TestPage.raw(bridge));
        TestPage sockJs = track(TestPage.sockJs(bridge));
        assertThat(sockJs.frame()).isEqualTo("o");
        TestBridge.await(bridge.bridge.drain());
        assertThat(raw.closeCode()).isEqualTo(1012);
        assertThat(sockJs.frame()).isEqualTo("c[1012,\"service restart\"]");
        assertThat(sockJs.closeCode()).isEqualTo(1012);
        assertThatThrownBy(() -> TestPage.raw(bridge))
                .rootCause()
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        rejected -> assertThat(rejected.getStatus()).isEqualTo(503));
    }

    @Test
    void foreignPages_areRefused_ownAndListedOnesAreNot() {
        TestBridge bridge = bridge("BERTH_ORIGINS", "https://map.example");
        assertThat(upgradeStatus(bridge, "https://evil.example")).isEqualTo(403);
        assertThat(upgradeStatus(bridge, "null")).isEqualTo(403);
        assertThat(upgradeStatus(bridge, "http://127.0.0.1:1")).isEqualTo(403);
        assertThat(upgradeStatus(bridge, "https://map.example")).isEqualTo(101);
        assertThat(upgradeStatus(bridge, "http://127.0.0.1:" + bridge.port)).isEqualTo(101);
        assertThat(get(bridge, "/eventbus/info", "https://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(get(bridge, "/eventbus/info", "https://map.example").statusCode())
                .isEqualTo(200);
    }

    private static int upgradeStatus(TestBridge bridge, String origin) {
        return TestBridge.await(bridge.vertx
                .createWebSocketClient()
                .connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(bridge.port)
                        .setURI("/eventbus/websocket")
                        .addHeader("Origin", origin))
                .map(101)
                .recover(refusal -> refusal instanceof UpgradeRejectedException rejected
                        ? Future.succeededFuture(rejected.getStatus())
                        : Future.failedFuture(refusal)));
    }

    private static HttpClientResponse get(TestBridge bridge, String path, String origin) {
        return TestBridge.await(bridge.vertx
                .createHttpClient()
                .request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost("127.0.0.1")
                        .setPort(bridge.port)
                        .setURI(path)
                        .putHeader("Origin", origin))
                .compose(request -> request.send()));
    }

    @Test
    void legacyFrames_areNotOffered() {
        TestBridge bridge = bridge();
        String own = "http://127.0.0.1:" + bridge.port;
        assertThat(get(bridge, "/eventbus/iframe.html", own).statusCode()).isEqualTo(404);
        assertThat(get(bridge, "/eventbus/iframe-1.6.1.html", own).statusCode()).isEqualTo(404);
        assertThat(get(bridge, "/eventbus/websocket", own).statusCode()).isEqualTo(400);
    }
}
