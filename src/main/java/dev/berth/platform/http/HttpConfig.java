package dev.berth.platform.http;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Default;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The public HTTP server.
 *
 * @param port 0 for a free one
 * @param publicUrl the address people use, for links and for whether HTTPS is promised (HSTS)
 * @param eventLoops servers that share the port, one per event loop; 0 for one per core
 * @param maxBody of a request where the contract names no other limit
 * @param maxHeaders of all headers of a request together
 * @param maxRequestLine of method, target and version
 * @param idleTimeout after which a connection without traffic is closed
 * @param drainTimeout how long running requests may take to finish when the node stops
 * @param backlog connections that may wait to be accepted
 * @param corsOrigins origins of other sites whose pages may call the API; none by default
 * @param trustedProxies how many proxies stand in front and append to X-Forwarded-For; 0 takes the peer's address
 */
public record HttpConfig(
        @Default("127.0.0.1") String host,
        @Default("8080") int port,
        @Default("http://localhost:8080") URI publicUrl,
        @Default("0") int eventLoops,
        @Default("64KiB") Bytes maxBody,
        @Default("16KiB") Bytes maxHeaders,
        @Default("8KiB") Bytes maxRequestLine,
        @Default("60s") Duration idleTimeout,
        @Default("10s") Duration drainTimeout,
        @Default("4096") int backlog,
        @Default("") List<String> corsOrigins,
        @Default("0") int trustedProxies,
        PageConfig page) {
    public HttpConfig {
        if (maxBody.value() < 1 || maxHeaders.value() < 1 || maxRequestLine.value() < 1) {
            throw new IllegalArgumentException("needs maxBody, maxHeaders and maxRequestLine > 0");
        }
        if (corsOrigins.contains("*")) {
            throw new IllegalArgumentException("corsOrigins must be named: * would let every page act for its reader");
        }
    }

    /** The defaults on a free port. */
    public static HttpConfig forTests() {
        return new HttpConfig(
                "127.0.0.1",
                0,
                URI.create("http://localhost"),
                1,
                new Bytes(64 * 1_024),
                new Bytes(16 * 1_024),
                new Bytes(8 * 1_024),
                Duration.ofSeconds(60),
                Duration.ofSeconds(2),
                1_024,
                List.of(),
                0,
                PageConfig.defaults());
    }
}
