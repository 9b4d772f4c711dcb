package dev.berth.platform.http;

import dev.berth.platform.config.Default;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the web app is told at {@code /config.json}.
 *
 * @param tileUrl template of the base map's tiles with {@code {z}}, {@code {x}}, {@code {y}} and perhaps {@code {a-c}};
 *     empty for none. Its origin is let into the page's content security policy
 * @param tileAttribution whom the tiles are owed to; always shown
 * @param dataAttribution whom the listings' data are owed to
 * @param demoAccounts {@code e-mail:password:role} of accounts that the log-in page offers; never in production
 */
public record PageConfig(
        @Default("https://tile.openstreetmap.org/{z}/{x}/{y}.png")
        String tileUrl,

        @Default("© OpenStreetMap contributors") String tileAttribution,
        @Nullable String dataAttribution,
        @Default("") List<String> demoAccounts) {
    public static PageConfig defaults() {
        return new PageConfig(
                "https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap contributors", null, List.of());
    }

    /** The origin of the tiles as a content security policy names it, or an empty text. */
    String tileOrigin() {
        int host = tileUrl.indexOf("://") + 3;
        if (host < 3) {
            return "";
        }
        int end = tileUrl.indexOf('/', host);
        String authority = end < 0 ? tileUrl.substring(host) : tileUrl.substring(host, end);
        int variable = authority.lastIndexOf('}');
        String origin = variable < 0 ? authority : "*" + authority.substring(variable + 1);
        if (!origin.matches("[A-Za-z0-9*.:-]+")) {
            throw new IllegalArgumentException("tileUrl has no origin that a policy could name");
        }
        return tileUrl.substring(0, host) + origin;
    }
}
