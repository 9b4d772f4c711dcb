package dev.berth.bookings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Quote ids: {@code base64url(JSON of the terms) "." base64url(MAC)}. */
final class QuoteTokens {
    /** In front of what is signed, so that nothing else that the same key has signed passes for a quote. */
    private static final byte[] PURPOSE = "berth.quote.1:".getBytes(StandardCharsets.US_ASCII);

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final TokenSigner signer;
    private final JsonMapper json;

    QuoteTokens(TokenSigner signer, JsonMapper json) {
        this.signer = signer;
        this.json = json;
    }

    String write(QuoteTerms terms) {
        try {
            byte[] payload = json.writeValueAsBytes(terms);
            return ENCODER.encodeToString(payload) + "." + ENCODER.encodeToString(signer.sign(message(payload)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws Rejection QUOTE_INVALID when Berth has not written it; whether it has expired is the caller's question */
    QuoteTerms read(String token) {
        int dot = token.indexOf('.');
        if (dot > 0) {
            try {
                byte[] payload = DECODER.decode(token.substring(0, dot));
                String mac = token.substring(dot + 1);
                byte[] bytes = DECODER.decode(mac);
                // One text per quote: base64 ignores the last bits of its last digit.
                if (ENCODER.encodeToString(bytes).equals(mac)
                        && ENCODER.encodeToString(payload).equals(token.substring(0, dot))
                        && signer.verify(message(payload), bytes)) {
                    return json.readValue(payload, QuoteTerms.class);
                }
            } catch (IllegalArgumentException notBase64) {
                // Falls through to the refusal.
            } catch (IOException e) {
                throw new UncheckedIOException("a quote that was signed cannot be read", e);
            }
        }
        throw new Rejection(ProblemType.QUOTE_INVALID, "this is no quote of ours", "/quoteId");
    }

    private static byte[] message(byte[] payload) {
        byte[] message = new byte[PURPOSE.length + payload.length];
        System.arraycopy(PURPOSE, 0, message, 0, PURPOSE.length);
        System.arraycopy(payload, 0, message, PURPOSE.length, payload.length);
        return message;
    }
}
