package dev.berth.platform.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Carries every {@link Message}: by reference inside a node, as tagged JSON between nodes. */
final class RecordCodec implements MessageCodec<Message, Message> {
    static final String NAME = "record";

    private final MessageCatalog catalog;
    private final JsonMapper json;

    RecordCodec(MessageCatalog catalog, JsonMapper json) {
        this.catalog = catalog;
        this.json = json;
    }

    @Override
    public void encodeToWire(Buffer wire, Message message) {
        byte[] tag = MessageCatalog.tag(message.getClass()).getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] body = json.writeValueAsBytes(message);
            wire.appendUnsignedByte((short) tag.length)
                    .appendBytes(tag)
                    .appendInt(body.length)
                    .appendBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Message decodeFromWire(int position, Buffer wire) {
        int tagLength = wire.getUnsignedByte(position);
        int body = position + 1 + tagLength;
        String tag = wire.getString(position + 1, body);
        try {
            return json.readValue(wire.getBytes(body + 4, body + 4 + wire.getInt(body)), catalog.type(tag));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Message transform(Message message) {
        return message;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
