package dev.berth.search.geocode;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Default;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where addresses are looked up.
 *
 * @param provider {@code none} knows the places that listings name; {@code nominatim} and {@code photon} are protocols that
 *     many servers speak
 * @param url of the provider's server, without {@code /search}, {@code /api} or {@code /reverse}
 * @param userAgent what the provider knows this platform by; public servers demand a name and a contact
 * @param timeout after which the listings' places have to do
 * @param requestInterval between two requests of the whole cluster
 * @param waitMax how long a question may wait for its turn; one that would wait longer is answered from the listings
 * @param cacheTime how long answers are kept in Redis
 * @param bodyMax the largest answer that is read
 */
public record GeocodingConfig(
        @Default("none") Provider provider,
        @Nullable URI url,
        @Default("Berth") String userAgent,
        @Default("3s") Duration timeout,
        @Default("1s") Duration requestInterval,
        @Default("2s") Duration waitMax,
        @Default("30d") Duration cacheTime,
        @Default("256KiB") Bytes bodyMax) {
    /** Whom to ask. */
    public enum Provider {
        NONE,
        NOMINATIM,
        PHOTON
    }

    public GeocodingConfig {
        if (provider != Provider.NONE && url == null) {
            throw new IllegalArgumentException("a provider needs its url");
        }
        if (url != null && !"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new IllegalArgumentException("url is http or https");
        }
        if (!timeout.isPositive() || !requestInterval.isPositive() || !cacheTime.isPositive() || waitMax.isNegative()) {
            throw new IllegalArgumentException("times are positive");
        }
        if (userAgent.isBlank() || bodyMax.value() < 1) {
            throw new IllegalArgumentException("needs a userAgent and a bodyMax");
        }
    }
}
