package dev.berth.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message to browsers, encoded at most once for each way it is sent, down to the WebSocket frame: what a thousand
 * sockets hear is written a thousand times, but made once. Used by one event loop; {@link #close} frees what was made
 * here, while the sockets' queues keep their own references.
 */
final class Frame implements AutoCloseable {
    /** Fragments are no longer than this: many clients refuse longer frames by default. */
    static final int FRAGMENT_SIZE_MAX = 65_536;

    private static final int HEADER_SIZE_MAX = 10;
    private static final int FINAL = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int LENGTH_16_BIT = 126;
    private static final int LENGTH_64_BIT = 127;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MESSAGE_START = "a[\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MESSAGE_END = "\"]".getBytes(StandardCharsets.US_ASCII);

    private final ByteBufAllocator memory;
    private final byte[] json;
    private @Nullable ByteBuf sockJs;
    private @Nullable ByteBuf raw;
    private @Nullable String text;

    /** @param json the message, an object of the bridge protocol in UTF-8 */
    Frame(ByteBufAllocator memory, byte[] json) {
        this.memory = memory;
        this.json = json;
    }

    /** As a SockJS message in a text frame. The caller releases it. */
    ByteBuf sockJs() {
        ByteBuf made = sockJs;
        if (made == null) {
            made = frame(memory, TEXT, escape(json));
            sockJs = made;
        }
        return made.retainedDuplicate();
    }

    /** As the JSON itself in a binary frame, which is what the raw endpoint of Vert.x speaks. The caller releases it. */
    ByteBuf raw() {
        ByteBuf made = raw;
        if (made == null) {
            made = frame(memory, BINARY, json);
            raw = made;
        }
        return made.retainedDuplicate();
    }

    /** As text, for transports that do their own framing. */
    String text() {
        String made = text;
        if (made == null) {
            made = new String(json, StandardCharsets.UTF_8);
            text = made;
        }
        return made;
    }

    /** A text frame that is no message: SockJS's opening, heartbeat and closing. The caller releases it. */
    static ByteBuf control(ByteBufAllocator memory, String text) {
        return frame(memory, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        if (sockJs != null) {
            sockJs.release();
        }
        if (raw != null) {
            raw.release();
        }
    }

    /** The JSON as a JSON string in an array of one: SockJS's message. */
    static byte[] escape(byte[] json) {
        int length = MESSAGE_START.length + MESSAGE_END.length;
        for (byte value : json) {
            length += value == '"' || value == '\\' ? 2 : value >= 0 && value < ' ' ? 6 : 1;
        }
        byte[] out = new byte[length];
        System.arraycopy(MESSAGE_START, 0, out, 0, MESSAGE_START.length);
        int at = MESSAGE_START.length;
        for (byte value : json) {
            if (value == '"' || value == '\\') {
                out[at++] = '\\';
                out[at++] = value;
            } else if (value >= 0 && value < ' ') {
                out[at++] = '\\';
                out[at++] = 'u';
                out[at++] = '0';
                out[at++] = '0';
                out[at++] = HEX[value >> 4];
                out[at++] = HEX[value & 0xF];
            } else {
                out[at++] = value;
            }
        }
        System.arraycopy(MESSAGE_END, 0, out, at, MESSAGE_END.length);
        return out;
    }

    private static ByteBuf frame(ByteBufAllocator memory, int opcode, byte[] payload) {
        int fragments = Math.max(1, Math.ceilDiv(payload.length, FRAGMENT_SIZE_MAX));
        // Direct memory: the channel writes it as it is, where it would copy an array for each socket.
        ByteBuf out = memory.directBuffer(payload.length + fragments * HEADER_SIZE_MAX);
        for (int i = 0; i < fragments; i++) {
            int from = i * FRAGMENT_SIZE_MAX;
            int length = Math.min(FRAGMENT_SIZE_MAX, payload.length - from);
            out.writeByte((i == fragments - 1 ? FINAL : 0) | (i == 0 ? opcode : CONTINUATION));
            if (length < LENGTH_16_BIT) {
                out.writeByte(length);
            } else if (length <= 0xFFFF) {
                out.writeByte(LENGTH_16_BIT).writeShort(length);
            } else {
                out.writeByte(LENGTH_64_BIT).writeLong(length);
            }
            out.writeBytes(payload, from, length);
        }
        return out;
    }
}
