package dev.berth.platform.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

/** Who is at the other end, as far as it can be trusted. */
final class ClientAddress {
    private ClientAddress() {}

    /**
     * @param trustedProxies how many proxies of ours stand in front: the entry that the outermost of them appended counts,
     *     because what is left of it was sent by the client and can be anything
     */
    static String of(HttpServerRequest request, int trustedProxies) {
        String forwarded = trustedProxies == 0 ? null : request.getHeader("x-forwarded-for");
        if (forwarded != null) {
            String[] hops = forwarded.split(",", -1);
            String hop = hops[Math.max(0, hops.length - trustedProxies)].strip();
            if (!hop.isEmpty()) {
                return hop;
            }
        }
        SocketAddress peer = request.remoteAddress();
        return peer == null || peer.host() == null ? "unknown" : peer.host();
    }
}
