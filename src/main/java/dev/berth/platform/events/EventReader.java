package dev.berth.platform.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import io.vertx.kafka.client.consumer.KafkaConsumerRecord;
import io.vertx.kafka.client.producer.KafkaHeader;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads events from Kafka records. */
public final class EventReader {
    private final MessageCatalog catalog;
    private final JsonMapper json;
    private final Predicate<String> wanted;

    public EventReader(MessageCatalog catalog, JsonMapper json) {
        this(catalog, json, catalog::knows);
    }

    private EventReader(MessageCatalog catalog, JsonMapper json, Predicate<String> wanted) {
        this.catalog = catalog;
        this.json = json;
        this.wanted = wanted;
    }

    /** Reads these and passes over the others without looking into them. */
    EventReader only(Set<Class<? extends Event>> types) {
        Set<String> tags = types.stream().map(MessageCatalog::tag).collect(Collectors.toUnmodifiableSet());
        return new EventReader(catalog, json, tags::contains);
    }

    /**
     * Empty for a type that is not wanted, or that this node does not know: a newer node may tell more than an older one
     * can use.
     *
     * @throws IllegalArgumentException when the record is none of Berth's
     */
    public Optional<EventRecord> read(KafkaConsumerRecord<String, String> record) {
        String type = header(record, EventHeaders.TYPE);
        String id = header(record, EventHeaders.ID);
        if (type == null || id == null) {
            throw new IllegalArgumentException("a record without type or id");
        }
        if (!wanted.test(type)) {
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
