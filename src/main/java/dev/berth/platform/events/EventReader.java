package dev.berth.platform.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import io.vertx.kafka.client.consumer.KafkaConsumerRecord;
import io.vertx.kafka.client.producer.KafkaHeader;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads events from Kafka records. */
public final class EventReader {
    private final MessageCatalog catalog;
    private final JsonMapper json;

    public EventReader(MessageCatalog catalog, JsonMapper json) {
        this.catalog = catalog;
        this.json = json;
    }

    /**
     * Empty for a type that this node does not know: a newer node may tell more than an older one can use.
     *
     * @throws IllegalArgumentException when the record is none of Berth's
     */
    public Optional<EventRecord> read(KafkaConsumerRecord<String, String> record) {
        String type = header(record, EventHeaders.TYPE);
        String id = header(record, EventHeaders.ID);
        if (type == null || id == null) {
            throw new IllegalArgumentException("a record without type or id");
        }
        if (!catalog.knows(type)) {
            return Optional.empty();
        }
        try {
            Message message = json.readValue(record.value(), catalog.type(type));
            return Optional.of(new EventRecord(UUID.fromString(id), (Event) message));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a record of type " + type + " that cannot be read", e);
        }
    }

    static @Nullable String header(KafkaConsumerRecord<String, String> record, String name) {
        for (KafkaHeader header : record.headers()) {
            if (header.key().equals(name)) {
                return header.value().toString();
            }
        }
        return null;
    }
}
