package dev.berth.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.json.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboundTest {
    private final JsonMapper json = Json.mapper();

    @Test
    void message_isReadWithItsToken() {
        Optional<Inbound> read = Inbound.parse(json, """
                {"type":"send","address":"a","replyAddress":"r","headers":{"Authorization":"Bearer t.o.k"},"body":{"x":1}}
                """);
        assertThat(read).hasValueSatisfying(message -> {
            assertThat(message.type()).isEqualTo("send");
            assertThat(message.address()).isEqualTo("a");
            assertThat(message.answerAddress()).isEqualTo("r");
            assertThat(message.accessToken()).isEqualTo("t.o.k");
            assertThat(message.body().path("x").intValue()).isEqualTo(1);
        });
    }

    @Test
    void absentParts_areAbsent() {
        assertThat(Inbound.parse(json, "{\"type\":\"ping\",\"headers\":{\"Authorization\":\"Basic x\"}}"))
                .hasValueSatisfying(message -> {
                    assertThat(message.address()).isNull();
                    assertThat(message.answerAddress()).isNull();
                    assertThat(message.accessToken()).isNull();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "1",
                "\"ping\"",
                "{}",
                "{\"type\":1}",
                "{\"type\":{}}",
                "[{\"type\":\"ping\"}]"
            })
    void whatIsNoMessage_isNotRead(String text) {
        assertThat(Inbound.parse(json, text)).isEmpty();
    }
}
