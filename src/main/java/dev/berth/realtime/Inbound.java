package dev.berth.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message from a browser, as the bridge protocol shapes it. */
record Inbound(
        String type, @Nullable String address, @Nullable String replyAddress, JsonNode headers, JsonNode body) {
    private static final String BEARER = "Bearer ";

    /** Reads one message; empty when it is no JSON object with a type. */
    static Optional<Inbound> parse(JsonMapper json, String text) {
        try {
            JsonNode node = json.readTree(text);
            String type = text(node, "type");
            if (type == null) {
                return Optional.empty();
            }
            return Optional.of(new Inbound(
                    type, text(node, "address"), text(node, "replyAddress"), node.path("headers"), node.path("body")));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static @Nullable String text(@Nullable JsonNode node, String field) {
        JsonNode value = node == null ? MissingNode.getInstance() : node.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    /** The access token in its headers, or null. */
    @Nullable
    String accessToken() {
        String authorization = text(headers, "Authorization");
        return authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length())
                : null;
    }

    /** Where an answer to it goes: what its sender listens for. */
    @Nullable
    String answerAddress() {
        return replyAddress != null ? replyAddress : address;
    }
}
