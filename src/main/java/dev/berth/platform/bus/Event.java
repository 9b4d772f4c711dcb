package dev.berth.platform.bus;

/** A fact, in the past tense. It is written to the outbox with the change that made it true. */
public interface Event extends Message {
    /** The capability's address on the bus, and the name of its topic in Kafka. */
    String address();

    /** What it is about: events with the same key keep their order in Kafka. */
    String key();
}
