package dev.berth.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** All that has come to Kafka, in its order. */
final class EventLog implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    /** What nobody can read. */
    static final String POISON = "{\"poison\"";

    private static final List<String> TOPICS = List.of("bookings.events", "payments.events");

    private final KafkaConsumer<String, String> consumer;
    private final String servers;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<String, Delivered> events = new LinkedHashMap<>();
    private int records;

    /** An event as it came first. */
    record Delivered(String id, String type, String key, JsonNode body, ConsumerRecord<String, String> sent) {}

    EventLog(String servers) {
        this.servers = servers;
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        servers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        for (String topic : TOPICS) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Each event once, as far as they have come now. */
    List<Delivered> all() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            consumer.poll(Duration.ofMillis(100)).forEach(this::take);
        }
        return List.copyOf(events.values());
    }

    /** How many there are with all repetitions. */
    int records() {
        return records;
    }

    private void take(ConsumerRecord<String, String> sent) {
        records++;
        String id = header(sent, "event-id");
        String type = header(sent, "type");
        if (id == null || type == null) {
            return;
        }
        try {
            events.putIfAbsent(id, new Delivered(id, type, sent.key(), JSON.readTree(sent.value()), sent));
        } catch (JsonProcessingException e) {
            // A test's own poison; that nobody parks another is an invariant.
        }
    }

    /** Sends all that there is once more, as a relay does that died after sending. */
    void repeatAll() {
        send(all().stream()
                .map(Delivered::sent)
                .map(sent -> new ProducerRecord<>(sent.topic(), null, sent.key(), sent.value(), sent.headers()))
                .toList());
    }

    /** Sends an event of a type that all consumers take but that has no meaning, and one that does not even say what it is. */
    void poison() {
        Headers named = new RecordHeaders()
                .add("event-id", UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8))
                .add("type", "bookings.BookingCancelled".getBytes(StandardCharsets.UTF_8));
        String topic = TOPICS.getFirst();
        send(List.of(
                new ProducerRecord<>(topic, null, "poison", POISON, named),
                new ProducerRecord<>(topic, null, "poison", POISON, new RecordHeaders())));
    }

    private void send(List<ProducerRecord<String, String>> sending) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers),
                new StringSerializer(),
                new StringSerializer())) {
            List<Future<RecordMetadata>> sent =
                    sending.stream().map(producer::send).toList();
            producer.flush();
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("Kafka does not take what the test sends", e);
        }
    }

    private static @Nullable String header(ConsumerRecord<String, String> sent, String name) {
        Header header = sent.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** For each key the numbers of its calendar's changes, as they came first. */
    Map<String, List<Long>> calendarVersions() {
        Map<String, List<Long>> versions = new HashMap<>();
        for (Delivered event : all()) {
            if (event.body().has("calendarVersion")) {
                versions.computeIfAbsent(event.key(), first -> new ArrayList<>())
                        .add(event.body().path("calendarVersion").asLong());
            }
        }
        return versions;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
