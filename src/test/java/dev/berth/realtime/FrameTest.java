package dev.berth.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.platform.json.Json;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    private static final ByteBufAllocator MEMORY = UnpooledByteBufAllocator.DEFAULT;

    @Property(tries = 500)
    void sockJsMessage_readsBackAsTheSameText(@ForAll String text) throws JsonProcessingException {
        // Lone surrogates do not survive UTF-8 in the first place.
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        String framed = new String(Frame.escape(utf8), StandardCharsets.UTF_8);
        assertThat(framed).startsWith("a[");
        assertThat(Json.mapper().readValue(framed.substring(1), String[].class))
                .containsExactly(new String(utf8, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 131_072, 200_000})
    void payload_isFramedAsWebSocketSays(int length) {
        byte[] payload = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
        try (Frame frame = new Frame(MEMORY, payload)) {
            ByteBuf raw = frame.raw();
            List<Integer> opcodes = new ArrayList<>();
            assertThat(unframe(raw, opcodes)).isEqualTo(payload);
            assertThat(opcodes.getFirst() & 0xF).isEqualTo(2);
            assertThat(opcodes.subList(1, opcodes.size())).allMatch(opcode -> (opcode & 0xF) == 0);
            assertThat(opcodes.getLast() & 0x80).isEqualTo(0x80);
            assertThat(opcodes.subList(0, opcodes.size() - 1)).allMatch(opcode -> (opcode & 0x80) == 0);
            raw.release();
        }
    }

    private static byte[] unframe(ByteBuf bytes, List<Integer> opcodes) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        while (bytes.isReadable()) {
            opcodes.add((int) bytes.readUnsignedByte());
            int length = bytes.readUnsignedByte();
            if (length == 126) {
                length = bytes.readUnsignedShort();
            } else if (length == 127) {
                length = (int) bytes.readLong();
            }
            assertThat(length).isLessThanOrEqualTo(Frame.FRAGMENT_SIZE_MAX);
            payload.writeBytes(ByteBufUtil.getBytes(bytes.readSlice(length)));
        }
        return payload.toByteArray();
    }

    @Test
    void sockets_shareOneEncoding_whichLivesAsLongAsTheLastOfThem() {
        Frame frame = new Frame(MEMORY, "{}".getBytes(StandardCharsets.US_ASCII));
        ByteBuf first = frame.sockJs();
        ByteBuf second = frame.sockJs();
        assertThat(first.memoryAddress()).isEqualTo(second.memoryAddress());
        frame.close();
        first.release();
        assertThat(second.refCnt()).isEqualTo(1);
        assertThat(second.toString(2, second.readableBytes() - 2, StandardCharsets.US_ASCII))
                .isEqualTo("a[\"{}\"]");
        assertThat(second.release()).isTrue();
    }
}
