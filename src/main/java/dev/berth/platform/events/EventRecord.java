package dev.berth.platform.events;

import dev.berth.platform.bus.Event;
import java.util.UUID;

/**
 * An event as Kafka delivers it, at least once and in the order of its key.
 *
 * @param id the same for every delivery of it
 */
public record EventRecord(UUID id, Event event) {}
