package dev.berth.platform.events;

/** The headers of a Kafka record that Berth writes. */
final class EventHeaders {
    static final String ID = "event-id";
    static final String TYPE = "type";
    static final String STRING_SERIALIZER = "org.apache.kafka.common.serialization.StringSerializer";
    static final String STRING_DESERIALIZER = "org.apache.kafka.common.serialization.StringDeserializer";

    private EventHeaders() {}
}
