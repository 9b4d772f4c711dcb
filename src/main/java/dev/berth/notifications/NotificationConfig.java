package dev.berth.notifications;

import dev.berth.platform.config.Default;
import java.net.URI;
import java.time.Duration;

/**
 * How people are told.
 *
 * @param publicUrl where the web app is reached, for the links in mails
 * @param retention how long an inbox keeps its entries
 */
public record NotificationConfig(
        URI publicUrl, @Default("365d") Duration retention) {
    public NotificationConfig {
        if (!publicUrl.isAbsolute()) {
            throw new IllegalArgumentException("publicUrl needs a scheme and a host");
        }
    }
}
