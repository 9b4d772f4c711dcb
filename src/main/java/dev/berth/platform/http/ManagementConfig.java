package dev.berth.platform.http;

import dev.berth.platform.config.Default;

/**
 * The server for operators: health and metrics, not for the public.
 *
 * @param port 0 for a free one
 */
public record ManagementConfig(
        @Default("127.0.0.1") String host, @Default("9090") int port) {}
