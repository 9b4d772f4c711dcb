package dev.berth.platform.http;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public HTTP server.
 *
 * @param port 0 for a free one
 * @param publicUrl the address people use, for links and for whether HTTPS is promised (HSTS)
 * @param maxBodyBytes of a request's body where the contract names no other limit
 * @param maxHeaderBytes of all headers of a request together
 * @param maxRequestLineBytes of method, target and version
 * @param idleTimeout after which a connection without traffic is closed
 * @param drainTimeout how long running requests may take to finish when the node stops
 * @param corsOrigins origins of other sites whose pages may call the API; none by default
 * @param trustedProxies how many proxies stand in front and append to X-Forwarded-For; 0 takes the peer's address
 */
public record HttpConfig(
        String host,
        int port,
        String publicUrl,
        int maxBodyBytes,
        int maxHeaderBytes,
        int maxRequestLineBytes,
        Duration idleTimeout,
        Duration drainTimeout,
        List<String> corsOrigins,
        int trustedProxies,
        Page page) {
    /**
     * What the web app is told at {@code /config.json}.
     *
     * @param tileUrl template of the base map's tiles, with {@code {z}}, {@code {x}} and {@code {y}}; empty for none
     */
    public record Page(
            String tileUrl,
            String tileAttribution,
            @Nullable String dataAttribution) {
        public static Page defaults() {
            return new Page("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap contributors", null);
        }
    }

    public static HttpConfig defaults() {
        return new HttpConfig(
                "127.0.0.1",
                8080,
                "http://localhost:8080",
                64 * 1024,
                16 * 1024,
                8 * 1024,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                List.of(),
                0,
                Page.defaults());
    }
}
