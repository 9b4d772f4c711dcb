package dev.berth.platform.events;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How what follows from events, and nobody waits for at a screen, gives way to what somebody does wait for.
 *
 * @param requestsPerProcessor requests that this node is answering, for each of its processors, from which on it is busy
 * @param calm for how long it has not been busy when it is busy no more
 * @param patience how long a batch of events waits at most while the node is busy
 * @param fetchWait how long Kafka lets few events wait for more: each batch that it hands over costs it, and the node, a
 *     request
 * @param batch events that are taken from Kafka at once: of each consumer so many, and no more, in the time of its patience
 * @param lanes how many of those, of different keys, a consumer works on at once while the node is busy: many would come as
 *     a wave
 */
public record BackgroundConfig(
        @Default("4") int requestsPerProcessor,
        @Default("250ms") Duration calm,
        @Default("1s") Duration patience,
        @Default("200ms") Duration fetchWait,
        @Default("16") int batch,
        @Default("2") int lanes) {
    public BackgroundConfig {
        if (requestsPerProcessor < 1 || batch < 1 || lanes < 1) {
            throw new IllegalArgumentException("requests, batches and lanes start at 1");
        }
    }
}
