package dev.berth.payments;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.CardId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a card is named where a payment method is to be named, besides the provider's token: {@code card:<id>} is one that the
 * driver has saved, {@code keep:<token>} one that is saved by the way. Neither can be mistaken for a token: those have no colon.
 */
public final class CardMethod {
    private static final String SAVED = "card:";
    private static final String KEPT = "keep:";

    private CardMethod() {}

    /**
     * What the HTTP contract says of a card, as payments know it. INVALID_REQUEST unless exactly one of both is given.
     *
     * @param token the provider's
     * @param card one that is saved
     * @param save whether the token's card is to be saved; null for not
     */
    public static String of(@Nullable String token, @Nullable CardId card, @Nullable Boolean save) {
        boolean keep = Boolean.TRUE.equals(save);
        if (card != null) {
            if (token != null || keep) {
                throw new Rejection(
                        ProblemType.INVALID_REQUEST,
                        "a saved card has neither a token nor is it saved",
                        "/paymentMethod");
            }
            return saved(card);
        } else if (token == null) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "a card has a token or an id", "/paymentMethod/token");
        } else if (token.indexOf(':') >= 0) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "that is no token", "/paymentMethod/token");
        }
        return keep ? KEPT + token : token;
    }

    public static String saved(CardId card) {
        return SAVED + card;
    }

    /** Empty when it is no saved card. */
    public static Optional<CardId> savedIn(String method) {
        return method.startsWith(SAVED)
                ? Optional.of(CardId.parse(method.substring(SAVED.length())))
                : Optional.empty();
    }

    /** The token of a card that is to be saved by the way; empty when it is none. */
    public static Optional<String> keptIn(String method) {
        return method.startsWith(KEPT) ? Optional.of(method.substring(KEPT.length())) : Optional.empty();
    }
}
