package dev.berth.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.dev.services.Binaries;
import dev.berth.dev.services.FreePorts;
import dev.berth.dev.services.KafkaServer;
import dev.berth.dev.services.Launcher;
import dev.berth.dev.services.PostgresServer;
import dev.berth.dev.services.RedisServer;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What a node says of itself while its servers, which are this test's own, come and go. */
@TestInstance(Lifecycle.PER_CLASS)
class HealthIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    /** Far above what an answer from what is known takes, far below any time-out of a server. */
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final List<Integer> ports = FreePorts.find(4);
    private final Path folder;
    private final KafkaServer kafka;
    private final Platform platform;
    private final Node node;
    private PostgresServer postgres;
    private RedisServer redis;

    HealthIT(@TempDir Path folder) throws Exception {
        this.folder = folder;
        postgres = postgres();
        redis = redis();
        kafka = new KafkaServer(folder.resolve("kafka"), ports.get(2), ports.get(3));
        postgres.start();
        redis.start();
        kafka.start();
        platform = new Platform(
                new Platform.Backends(DatabaseConfig.of(postgres.url()), redis.url(), kafka.url()),
                folder,
                List.of(Platform.Place.HERE));
        platform.set("events.sendTimeout", "2s").set("management.databaseSilence", "2s");
        node = platform.start();
    }

    @AfterAll
    void close() {
        platform.close();
        kafka.close();
        redis.close();
        postgres.close();
    }

    @Test
    void readiness_followsTheServers() throws Exception {
        Platform.await("all is up", SOON, () -> {
            Health health = ready();
            return health.status == 200 && health.parts().equals(List.of());
        });

        redis.close();
        Platform.await("Redis is missed", SOON, () -> ready().parts().contains("redis"));
        assertThat(ready().status).as("without Redis the node goes on").isEqualTo(200);
        redis = redis();
        redis.start();
        Platform.await("Redis is back", SOON, () -> !ready().parts().contains("redis"));

        postgres.close();
        Platform.await("the database is missed", SOON, () -> ready().status == 503);
        assertThat(ready().parts()).contains("database");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(node.isReady()).as("the public face").isFalse();
        postgres = postgres();
        postgres.start();
        Platform.await("the database is back", SOON, () -> ready().status == 200);

        kafka.close();
        Platform.await("Kafka is missed", SOON, () -> ready().parts().contains("follower"));
        assertThat(ready().status).as("without Kafka the node goes on").isEqualTo(200);
    }

    private PostgresServer postgres() {
        return new PostgresServer(Launcher.detect(), Binaries.ofUser(), folder.resolve("postgresql"), ports.get(0));
    }

    private RedisServer redis() {
        return new RedisServer(Launcher.detect(), Binaries.ofUser(), folder.resolve("redis"), ports.get(1));
    }

    /** An answer of the management port. */
    private record Health(int status, JsonNode body) {
        /** Those that are not up. */
        List<String> parts() {
            return body.path("parts").properties().stream()
                    .filter(part -> !part.getValue().asText().equals("up"))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private Health ready() {
        try {
            HttpResponse<String> answer = get("/health/ready");
            return new Health(answer.statusCode(), json.readTree(answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.managementUrl() + path))
                .timeout(AT_ONCE)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
