package dev.berth.payments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook.Signature;
import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.PaymentCommand.ReceiveWebhook;
import dev.berth.platform.bus.Done;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the provider tells. An event only says that something has happened; what, the provider is asked: events come
 * late, twice and in any order, and the present state is the same whichever of them comes last.
 */
final class Webhook {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);

    private final PaymentSql sql;
    private final Outbox outbox;
    private final Outcomes outcomes;
    private final Refunds refunds;
    private final SavedCards cards;
    private final PaymentConfig config;
    private final JsonMapper json;
    private final Clock clock;

    Webhook(
            PaymentSql sql,
            Outbox outbox,
            Outcomes outcomes,
            Refunds refunds,
            SavedCards cards,
            PaymentConfig config,
            JsonMapper json,
            Clock clock) {
        this.sql = sql;
        this.outbox = outbox;
        this.outcomes = outcomes;
        this.refunds = refunds;
        this.cards = cards;
        this.config = config;
        this.json = json;
        this.clock = clock;
    }

    void receive(ReceiveWebhook webhook) {
        verify(webhook);
        JsonNode event = read(webhook.payload());
        String id = event.path("id").asText();
        if (id.isEmpty()) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "the event has no id", "/id");
        }
        if (sql.webhookKnown(id)) {
            return;
        }
        JsonNode object = event.path("data").path("object");
        try {
            switch (object.path("object").asText()) {
                case "payment_intent" ->
                    sql.ofIntent(object.path("id").asText()).ifPresent(outcomes::lookUpTold);
                case "refund" -> ofRefund(object).ifPresent(refunds::lookUp);
                case "setup_intent" -> cards.setupTold(object.path("id").asText());
                case "payment_method" -> cards.cardTold(object.path("id").asText());
                // Those of hosts and disputes: whose business that is hears of it, and this node need not know them.
                case "account", "transfer", "dispute" -> tellOthers(object);
                default -> {
                    // Charges, customers and the like: what matters of them is told by intents and refunds too.
                }
            }
        } catch (GatewayException failure) {
            LOG.warn("event {} is to be sent again: {}", id, failure.getMessage());
            throw new Rejection(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE, "send the event again");
        }
        sql.noteWebhook(id, event.path("type").asText());
    }

    private void tellOthers(JsonNode object) {
        ProviderTold told = new ProviderTold(
                object.path("object").asText(), object.path("id").asText());
        outbox.inTransaction(changes -> {
            changes.record(told);
            return Done.DONE;
        });
    }

    private void verify(ReceiveWebhook webhook) {
        boolean genuine;
        try {
            genuine = Signature.verifyHeader(
                    webhook.payload(),
                    webhook.signature(),
                    config.webhookSecret().value(),
                    config.webhookTolerance().toSeconds(),
                    clock);
        } catch (SignatureVerificationException | RuntimeException e) {
            genuine = false;
        }
        if (!genuine) {
            throw new Rejection(
                    ProblemType.INVALID_REQUEST,
                    "the signature is not the provider's, or too old",
                    "/header/Stripe-Signature");
        }
    }

    private JsonNode read(String payload) {
        try {
            return json.readTree(payload);
        } catch (JsonProcessingException e) {
            throw new Rejection(ProblemType.MALFORMED_REQUEST, "the event is not JSON");
        }
    }

    private Optional<RefundRow> ofRefund(JsonNode object) {
        return sql.findRefund(
                uuid(object.path("metadata").path("refund").asText()),
                object.path("id").asText());
    }

    private static @Nullable UUID uuid(String text) {
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
