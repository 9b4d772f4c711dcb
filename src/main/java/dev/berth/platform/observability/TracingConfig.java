package dev.berth.platform.observability;

import dev.berth.platform.config.Default;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where traces of requests go; nowhere by default.
 *
 * @param endpoint of a collector that speaks OTLP over HTTP, such as {@code http://collector:4318/v1/traces}; without it
 *     nothing is traced
 * @param sampleRatio the share of requests that is traced, from 0 to 1; the same requests on all nodes
 * @param serviceName what the traces are found by
 * @param exportInterval how often spans are sent, unless many wait
 * @param exportTimeout how long sending may take
 * @param queueSize spans that may wait to be sent; more are dropped
 */
public record TracingConfig(
        @Nullable URI endpoint,
        @Default("0.1") double sampleRatio,
        @Default("berth") String serviceName,
        @Default("2s") Duration exportInterval,
        @Default("10s") Duration exportTimeout,
        @Default("4096") int queueSize) {
    public TracingConfig {
        if (sampleRatio < 0 || sampleRatio > 1) {
            throw new IllegalArgumentException("sampleRatio is from 0 to 1");
        }
        if (queueSize < 1) {
            throw new IllegalArgumentException("queueSize starts at 1");
        }
    }
}
