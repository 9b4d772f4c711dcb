package dev.berth.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.testing.Api;
import dev.berth.testing.Api.Answer;
import dev.berth.testing.CommonNode;
import dev.berth.testing.ContractCheck;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.WithServices;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.component.VEvent;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The main job from outside, on two nodes in JVMs of their own: what must hold whatever happens. */
@WithServices
@TestInstance(Lifecycle.PER_CLASS)
class MainJobIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final double LAT = 49.0094;
    private static final double LNG = 8.4044;

    private final Platform platform;
    private final Node first;
    private final Node second;
    private final Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);

    MainJobIT(CommonNode common) throws Exception {
        platform = common.platform();
        first = common.node();
        second = common.second();
    }

    @Test
    void twoHundredBookingsOfOneSlot_overTwoNodes_oneWins() throws Exception {
        Api host = Api.of(first.url()).register("host");
        String listing = host.createListing("One slot", 1, LAT, LNG);
        Api driver = Api.of(second.url()).register("driver");
        JsonNode quote = quote(driver, listing, tomorrow, 2);
        List<CompletableFuture<Answer>> tries = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Api at = driver.at(i % 2 == 0 ? first.url() : second.url());
            tries.add(at.postLater(
                    "/bookings", Api.bookingOf(quote, null), UUID.randomUUID().toString()));
        }
        Map<String, Integer> outcomes = new HashMap<>();
        for (CompletableFuture<Answer> attempt : tries) {
            Answer answer = attempt.join();
            outcomes.merge(answer.status() + " " + answer.code(), 1, Integer::sum);
        }
        assertThat(outcomes).isEqualTo(Map.of("201 ", 1, "409 SLOT_TAKEN", 199));
        assertThat(overlaps()).isZero();
    }

    @Test
    void aPaidBooking_isConfirmedWithAPass_andCancelledWithARefund_andTheLedgerSumsToZero() throws Exception {
        Api host = Api.of(first.url()).register("host");
        String listing = host.createListing("Garage", 3, LAT, LNG);
        Api driver = Api.of(second.url()).register("driver");
        JsonNode booking = driver.post("/bookings", Api.bookingOf(quote(driver, listing, tomorrow, 3), "pm_card_visa"))
                .expect(201)
                .body();
        assertThat(booking.path("status").asText()).isEqualTo("CONFIRMED");
        assertThat(booking.path("payment").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(booking.path("pass").path("pin").asText()).matches("\\d{6}");
        assertThat(booking.path("price").path("amount").asLong()).isEqualTo(750);

        String id = booking.path("id").asText();
        driver.at(first.url()).post("/bookings/" + id + "/cancel", Api.object()).expect(200);
        assertThat(driver.get("/bookings/" + id)
                        .expect(200)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("CANCELLED_BY_DRIVER");
        Platform.await(
                "the inbox tells of both",
                SOON,
                () -> uncheckedGet(driver, "/notifications")
                                .body()
                                .path("items")
                                .size()
                        >= 2);
        Platform.await("the outbox drains", SOON, () -> platform.count("SELECT count(*) FROM platform.outbox") == 0);
        assertThat(platform.count("SELECT count(*) FROM (SELECT 1 FROM payments.entry GROUP BY transfer, currency"
                        + " HAVING sum(amount) <> 0) AS unbalanced"))
                .isZero();
    }

    @Test
    @Tag("PY5")
    @Tag("rule-32")
    void aWallet_isToppedUp_paysForABooking_andIsPaidBackInto() throws Exception {
        Api host = Api.of(first.url()).register("host");
        String listing = host.createListing("Garage", 2, LAT, LNG);
        Api driver = Api.of(second.url()).register("driver");
        assertThat(driver.get("/wallet").expect(200).body().path("balances")).isEmpty();
        ObjectNode topUp = Api.object();
        topUp.putObject("amount").put("amount", 1_000).put("currency", "EUR");
        topUp.putObject("paymentMethod").put("type", "card").put("token", "pm_card_visa");
        String key = UUID.randomUUID().toString();
        String paid = driver.post("/wallet/top-ups", topUp, key)
                .expect(201)
                .body()
                .path("id")
                .asText();
        assertThat(driver.at(first.url())
                        .post("/wallet/top-ups", topUp, key)
                        .expect(201)
                        .body()
                        .path("id")
                        .asText())
                .isEqualTo(paid);
        assertThat(held(driver)).isEqualTo(1_000);

        ObjectNode order = Api.bookingOf(quote(driver, listing, tomorrow, 3), null);
        order.putObject("paymentMethod").put("type", "wallet");
        JsonNode booking = driver.post("/bookings", order).expect(201).body();
        assertThat(booking.path("status").asText()).isEqualTo("CONFIRMED");
        assertThat(booking.path("pass").path("pin").asText()).matches("\\d{6}");
        assertThat(held(driver)).isEqualTo(250);
        ObjectNode more = Api.bookingOf(quote(driver, listing, tomorrow, 3), null);
        more.putObject("paymentMethod").put("type", "wallet");
        Answer refused = driver.post("/bookings", more).expect(402);
        assertThat(refused.body().path("declineCode").asText()).isEqualTo("wallet_insufficient");

        driver.post("/bookings/" + booking.path("id").asText() + "/cancel", Api.object())
                .expect(200);
        Platform.await("the money is back", SOON, () -> held(driver) == 1_000);
        JsonNode entries =
                driver.get("/wallet/entries?currency=EUR&limit=2").expect(200).body();
        assertThat(entries.path("items").findValuesAsText("kind")).containsExactly("REFUND", "PAYMENT");
        JsonNode rest = driver.get("/wallet/entries?currency=EUR&cursor="
                        + entries.path("next").asText())
                .expect(200)
                .body();
        assertThat(rest.path("items").path(0).path("balance").path("amount").asLong())
                .isEqualTo(1_000);
        assertThat(driver.get("/admin/finance/statement?account=wallet&currency=EUR")
                        .status())
                .isEqualTo(403);

        ContractCheck contract = new ContractCheck();
        Answer preview = driver.get("/wallet/withdrawals/preview?currency=EUR").expect(200);
        contract.check(preview.raw(), null);
        assertThat(preview.body().at("/payable/amount").asLong()).isEqualTo(1_000);
        assertThat(preview.body().at("/parts/0/card/last4").asText()).isEqualTo("4242");
        ObjectNode withdrawal = Api.object();
        withdrawal.putObject("amount").put("amount", 1_001).put("currency", "EUR");
        Answer tooMuch = driver.post("/wallet/withdrawals", withdrawal).expect(422);
        contract.check(tooMuch.raw(), withdrawal.toString());
        assertThat(tooMuch.body().at("/payable/amount").asLong()).isEqualTo(1_000);
        assertThat(tooMuch.body().at("/parts/0/card/brand").asText()).isEqualTo("visa");
        withdrawal.putObject("amount").put("amount", 200).put("currency", "EUR");
        String same = UUID.randomUUID().toString();
        Answer paidOut = driver.post("/wallet/withdrawals", withdrawal, same).expect(201);
        contract.check(paidOut.raw(), withdrawal.toString());
        assertThat(paidOut.body().path("status").asText()).isEqualTo("PAID");
        assertThat(driver.at(first.url())
                        .post("/wallet/withdrawals", withdrawal, same)
                        .expect(201)
                        .body()
                        .path("id"))
                .isEqualTo(paidOut.body().path("id"));
        assertThat(held(driver)).isEqualTo(800);
        contract.check(
                driver.get("/wallet/entries?currency=EUR&limit=1").expect(200).raw(), null);
        Platform.await(
                "the inbox tells of it",
                SOON,
                () -> uncheckedGet(driver, "/notifications")
                        .body()
                        .path("items")
                        .findValuesAsText("title")
                        .contains("€2.00 goes back to your card"));

        ObjectNode mixed = Api.bookingOf(quote(driver, listing, tomorrow, 5), "pm_card_visa");
        mixed.put("useWallet", true).put("usePoints", true);
        Answer made = driver.post("/bookings", mixed).expect(201);
        contract.check(made.raw(), mixed.toString());
        contract.check(driver.get("/wallet").expect(200).raw(), null);
        JsonNode parts = made.body().path("payment").path("parts");
        assertThat(parts.findValuesAsText("source")).containsExactly("WALLET", "CARD");
        assertThat(parts.findValues("amount").toString()).contains("800", "450");
        assertThat(held(driver)).isZero();
        JsonNode points = driver.get("/points").expect(200).body();
        assertThat(points.path("balances")).isEmpty();
        assertThat(points.path("terms").path("earnBasisPoints").asInt()).isPositive();
        assertThat(platform.count("SELECT count(*) FROM payments.difference")).isZero();
    }

    private static long held(Api driver) {
        return uncheckedGet(driver, "/wallet")
                .body()
                .path("balances")
                .path(0)
                .path("available")
                .path("amount")
                .asLong();
    }

    @Test
    void whoWaits_isTold_whenASlotIsFree() throws Exception {
        Api host = Api.of(first.url()).register("host");
        String listing = host.createListing("Full", 1, LAT, LNG);
        Api winner = Api.of(first.url()).register("driver");
        String booking = winner.post("/bookings", Api.bookingOf(quote(winner, listing, tomorrow, 2), "pm_card_visa"))
                .expect(201)
                .body()
                .path("id")
                .asText();
        Api waiting = Api.of(second.url()).register("driver");
        JsonNode wish = Api.object()
                .put("listingId", listing)
                .put("from", tomorrow.toString())
                .put("to", tomorrow.plus(2, ChronoUnit.HOURS).toString());
        String place =
                waiting.post("/waitlist", wish).expect(201).body().path("id").asText();

        winner.post("/bookings/" + booking + "/cancel", Api.object()).expect(200);

        Platform.await(
                "the inbox tells of it",
                SOON,
                () -> uncheckedGet(waiting, "/notifications")
                        .body()
                        .path("items")
                        .path(0)
                        .path("title")
                        .asText()
                        .equals("A slot is free: Full"));
        JsonNode told = waiting.get("/waitlist").expect(200).body().path("items");
        assertThat(told).hasSize(1);
        assertThat(told.path(0).path("id").asText()).isEqualTo(place);
        assertThat(told.path(0).path("toldAt").isTextual()).isTrue();
        assertThat(waiting.post("/waitlist", wish).code()).isEqualTo("CONFLICT");
    }

    @Test
    void calendarFeeds_showWhatIsBooked_toWhoeverHasTheAddress_untilTheyEnd() throws Exception {
        Api host = Api.of(first.url()).register("host");
        String listing = host.createListing("Hof; \"hinten\", links", 1, LAT, LNG);
        Api driver = Api.of(first.url()).register("driver");
        JsonNode booking = driver.post("/bookings", Api.bookingOf(quote(driver, listing, tomorrow, 2), "pm_card_visa"))
                .expect(201)
                .body();
        String ofDriver = secret(driver, Api.object());
        JsonNode feed = host.post("/calendar-feeds", Api.object().put("listingId", listing))
                .expect(201)
                .body();
        assertThat(driver.post("/calendar-feeds", Api.object().put("listingId", listing))
                        .code())
                .isEqualTo("FORBIDDEN");

        assertThat(onlyEvent(ofDriver).toString())
                .contains(
                        "SUMMARY:Parking: Hof\\; \"hinten\"\\, links\\, ",
                        "DTSTART:" + tomorrow.toString().replaceAll("[:-]", ""),
                        "UID:" + booking.path("id").asText());
        assertThat(onlyEvent(file(feed)).toString())
                .contains("Booked: Hof")
                .doesNotContain(booking.path("driverId").asText(), "LOCATION");

        driver.post("/bookings/" + booking.path("id").asText() + "/cancel", Api.object())
                .expect(200);
        assertThat(calendar(ofDriver).<VEvent>getComponents()).isEmpty();
        host.delete("/calendar-feeds/" + feed.path("id").asText()).expect(204);
        assertThat(host.get("/calendar/" + file(feed)).code()).isEqualTo("NOT_FOUND");
        assertThat(host.get("/calendar-feeds").expect(200).body().path("items")).isEmpty();
    }

    private static String secret(Api api, JsonNode what) throws Exception {
        return file(api.post("/calendar-feeds", what).expect(201).body());
    }

    private static String file(JsonNode feed) {
        String url = feed.path("url").asText();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private VEvent onlyEvent(String file) throws Exception {
        List<VEvent> events = calendar(file).getComponents();
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    /** As a calendar program reads it: without a token, at the address outside of the API. */
    private Calendar calendar(String file) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(second.url() + "/calendar/" + file))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).contains("text/calendar; charset=utf-8");
            HttpResponse<String> again = http.send(
                    HttpRequest.newBuilder(URI.create(second.url() + "/calendar/" + file))
                            .header(
                                    "If-None-Match",
                                    answer.headers().firstValue("etag").orElseThrow())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(again.statusCode()).isEqualTo(304);
            Calendar calendar = new CalendarBuilder().build(new StringReader(answer.body()));
            calendar.validate();
            return calendar;
        }
    }

    @Test
    void declinedCard_freesTheSlot() throws Exception {
        Api host = Api.of(first.url()).register("host");
        String listing = host.createListing("Driveway", 1, LAT, LNG);
        Api driver = Api.of(first.url()).register("driver");
        Answer declined =
                driver.post("/bookings", Api.bookingOf(quote(driver, listing, tomorrow, 1), "pm_card_chargeDeclined"));
        assertThat(declined.status()).isEqualTo(402);
        assertThat(declined.code()).isEqualTo("PAYMENT_DECLINED");
        driver.at(second.url())
                .post("/bookings", Api.bookingOf(quote(driver, listing, tomorrow, 1), "pm_card_visa"))
                .expect(201);
    }

    @Test
    void everyEvent_reachesKafkaOncePerEventId() throws Exception {
        Api host = Api.of(first.url()).register("host");
        String listing = host.createListing("Events", 20, LAT, LNG);
        Api driver = Api.of(first.url()).register("driver");
        for (int i = 0; i < 20; i++) {
            driver.at(i % 2 == 0 ? first.url() : second.url())
                    .post("/bookings", Api.bookingOf(quote(driver, listing, tomorrow, 1), null))
                    .expect(201);
        }
        Platform.await("the outbox drains", SOON, () -> platform.count("SELECT count(*) FROM platform.outbox") == 0);
        List<ConsumerRecord<String, String>> events = records("bookings.events").stream()
                .filter(event -> event.key().equals(listing))
                .toList();
        assertThat(events).hasSize(20);
        assertThat(events.stream()
                        .map(event -> new String(
                                event.headers().lastHeader("event-id").value(),
                                java.nio.charset.StandardCharsets.UTF_8))
                        .collect(Collectors.toSet()))
                .hasSize(20);
    }

    private static JsonNode quote(Api driver, String listing, Instant from, int hours) throws Exception {
        return driver.quote(
                        listing,
                        from.toString(),
                        from.plus(hours, ChronoUnit.HOURS).toString())
                .expect(201)
                .body();
    }

    private static Answer uncheckedGet(Api api, String path) {
        try {
            return api.get(path);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Pairs of live occupations of one slot that overlap. */
    private long overlaps() {
        return platform.count("""
                SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                ON a.slot_id = b.slot_id AND a.id < b.id AND a.stay && b.stay AND a.live AND b.live
                """);
    }

    /** All that a topic has. */
    private List<ConsumerRecord<String, String>> records(String topic) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                platform.kafka(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        List<ConsumerRecord<String, String>> all = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }
}
