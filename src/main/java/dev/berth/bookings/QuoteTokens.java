package dev.berth.bookings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Quote ids: the signed JSON of what was promised. Nothing is stored. */
final class QuoteTokens {
    private final Signer signer;
    private final JsonMapper json;

    QuoteTokens(Signer signer, JsonMapper json) {
        this.signer = signer;
        this.json = json;
    }

    String write(QuoteTerms terms) {
        try {
            return signer.sign(json.writeValueAsBytes(terms));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws Rejection QUOTE_INVALID when Berth has not written it; whether it has expired is the caller's question */
    QuoteTerms read(String token) {
        byte[] payload = signer.verify(token);
        if (payload == null) {
            throw new Rejection(ProblemType.QUOTE_INVALID, "this is no quote of ours", "/quoteId");
        }
        try {
            return json.readValue(payload, QuoteTerms.class);
        } catch (IOException e) {
            throw new UncheckedIOException("a quote that was signed cannot be read", e);
        }
    }
}
