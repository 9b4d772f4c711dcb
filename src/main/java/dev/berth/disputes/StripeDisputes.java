package dev.berth.disputes;

import static dev.berth.payments.StripeCalls.key;

import com.stripe.exception.InvalidRequestException;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Dispute;
import com.stripe.param.DisputeUpdateParams;
import dev.berth.payments.StripeCalls;
import dev.berth.values.DisputeId;
import dev.berth.values.Money;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Stripe's disputes. */
final class StripeDisputes implements DisputeGateway {
    private final StripeCalls calls;

    StripeDisputes(StripeCalls calls) {
        this.calls = calls;
    }

    @Override
    public Future<Optional<ProviderDispute>> dispute(String providerDispute) {
        return calls.call(stripe -> {
            try {
                return Optional.of(dispute(stripe.v1().disputes().retrieve(providerDispute)));
            } catch (InvalidRequestException e) {
                if ("resource_missing".equals(e.getCode())) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public Future<ProviderDispute> submit(DisputeId dispute, String providerDispute, Evidence evidence) {
        return calls.call(stripe -> {
            DisputeUpdateParams params = DisputeUpdateParams.builder()
                    .setSubmit(true)
                    .setEvidence(DisputeUpdateParams.Evidence.builder()
                            .setUncategorizedText(evidence.text())
                            .setProductDescription(evidence.product())
                            .build())
                    .build();
            return dispute(stripe.v1().disputes().update(providerDispute, params, key("evidence-" + dispute)));
        });
    }

    private static ProviderDispute dispute(Dispute told) {
        DisputeStatus status = switch (told.getStatus()) {
            case "won" -> DisputeStatus.WON;
            case "lost" -> DisputeStatus.LOST;
            case "warning_closed", "prevented" -> DisputeStatus.CLOSED;
            case "under_review", "warning_under_review" -> DisputeStatus.UNDER_REVIEW;
            default -> DisputeStatus.NEEDS_RESPONSE;
        };
        String currency = told.getCurrency().toUpperCase(Locale.ROOT);
        Dispute.EvidenceDetails details = told.getEvidenceDetails();
        List<BalanceTransaction> moved = told.getBalanceTransactions();
        return new ProviderDispute(
                told.getId(),
                told.getPaymentIntent(),
                new Money(told.getAmount(), currency),
                told.getReason(),
                status,
                details == null || details.getDueBy() == null ? null : Instant.ofEpochSecond(details.getDueBy()),
                Instant.ofEpochSecond(told.getCreated()),
                moved == null
                        ? List.of()
                        : moved.stream().map(StripeDisputes::movement).toList());
    }

    private static Movement movement(BalanceTransaction moved) {
        String currency = moved.getCurrency().toUpperCase(Locale.ROOT);
        return new Movement(moved.getId(), new Money(moved.getAmount(), currency), new Money(moved.getFee(), currency));
    }
}
