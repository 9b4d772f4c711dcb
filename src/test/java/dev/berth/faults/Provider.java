package dev.berth.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.net.Webhook.Util;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The payment provider as it is from outside: what it has done, what can go wrong with it, and what it tells. */
final class Provider {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = 100;
    private static final int TIMES = 10;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final String url;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    Provider(Platform platform) {
        this.url = platform.provider();
    }

    /** @param form what goes wrong from now on, as the simulator knows it; nothing for an end of it */
    void faults(String form) {
        ask(HttpRequest.newBuilder(URI.create(url + "/simulator/faults"))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    /** All there are of a kind, newest first. */
    List<JsonNode> all(String kind) {
        List<JsonNode> all = new ArrayList<>();
        JsonNode page;
        do {
            String after = all.isEmpty()
                    ? ""
                    : "&starting_after=" + all.getLast().path("id").asText();
            page = list(kind, PAGE, after);
            page.path("data").forEach(all::add);
        } while (page.path("has_more").asBoolean());
        return all;
    }

    private JsonNode list(String kind, int limit, String more) {
        return ask(HttpRequest.newBuilder(URI.create(url + "/v1/" + kind + "?limit=" + limit + more)));
    }

    private JsonNode ask(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(
                    request.header("authorization", "Bearer " + Platform.providerKey())
                            .timeout(TIMEOUT)
                            .build(),
                    BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(response.statusCode() + " " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Delivers the newest events once more, in no order: each ten times at once, all over the nodes, half of them as of a
     * day ago; and between them forged ones and such as were signed too long ago, which are refused.
     */
    void deliverBadly(List<Node> nodes, Random random) {
        List<JsonNode> events = new ArrayList<>();
        list("events", PAGE, "").path("data").forEach(events::add);
        Collections.shuffle(events, random);
        Instant now = Instant.now();
        for (JsonNode event : events) {
            ObjectNode told = event.deepCopy();
            if (random.nextBoolean()) {
                told.put("created", now.minus(DAY).getEpochSecond());
            }
            String payload = told.toString();
            List<CompletableFuture<Integer>> genuine = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                genuine.add(deliver(nodes.get(i % nodes.size()), payload, now, Platform.webhookSecret()));
            }
            Node any = nodes.get(random.nextInt(nodes.size()));
            assertThat(deliver(any, payload, now, "whsec_forged").join()).isEqualTo(400);
            assertThat(deliver(any, payload, now.minus(DAY), Platform.webhookSecret())
                            .join())
                    .isEqualTo(400);
            assertThat(genuine).allSatisfy(answer -> assertThat(answer.join()).isBetween(200, 299));
        }
    }

    private CompletableFuture<Integer> deliver(Node node, String payload, Instant signedAt, String secret) {
        long time = signedAt.getEpochSecond();
        String signature;
        try {
            signature = Util.computeHmacSha256(secret, time + "." + payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/api/v1/payments/webhook"))
                .header("content-type", "application/json")
                .header("stripe-signature", "t=" + time + ",v1=" + signature)
                .timeout(TIMEOUT)
                .POST(BodyPublishers.ofString(payload))
                .build();
        return http.sendAsync(request, BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }
}
