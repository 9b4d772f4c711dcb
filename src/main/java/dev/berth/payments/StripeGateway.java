package dev.berth.payments;

import static dev.berth.payments.StripeCalls.key;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.StripeError;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import dev.berth.platform.faults.FailPoint;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stripe, through its own client. */
final class StripeGateway implements Gateway {
    private static final String CHARGE = "latest_charge";
    private static final String UNEXPECTED_STATE = "payment_intent_unexpected_state";
    private static final String EXPIRED_FOR_CAPTURE = "charge_expired_for_capture";
    private static final String ALREADY_REFUNDED = "charge_already_refunded";
    private static final long REFUNDS_PER_PAGE = 100;
    private static final int DESCRIPTION_CHARACTERS_MAX = 500;

    private final StripeCalls calls;
    private final PaymentMetrics metrics;

    StripeGateway(StripeCalls calls, PaymentMetrics metrics) {
        this.calls = calls;
        this.metrics = metrics;
    }

    @Override
    public Future<String> createCustomer(UserId driver) {
        return call(stripe -> stripe.v1()
                .customers()
                .create(
                        CustomerCreateParams.builder()
                                .putMetadata("driver", driver.toString())
                                .build(),
                        key("customer-" + driver))
                .getId());
    }

    @Override
    public Future<Intent> createIntent(
            PaymentId payment,
            BookingId booking,
            Money price,
            String customer,
            String description,
            boolean setAside,
            boolean staysUsable) {
        PaymentIntentCreateParams.Builder params = creation(payment, booking, price, customer, description);
        params.setCaptureMethod(
                setAside
                        ? PaymentIntentCreateParams.CaptureMethod.MANUAL
                        : PaymentIntentCreateParams.CaptureMethod.AUTOMATIC);
        if (staysUsable) {
            params.setSetupFutureUsage(PaymentIntentCreateParams.SetupFutureUsage.OFF_SESSION);
        }
        return call(stripe -> intent(stripe.v1().paymentIntents().create(params.build(), key("payment-" + payment))));
    }

    @Override
    public Future<Intent> createRenewal(
            PaymentId payment, int renewal, BookingId booking, Money amount, String customer, String description) {
        PaymentIntentCreateParams params = creation(payment, booking, amount, customer, description)
                .setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL)
                .build();
        return call(
                stripe -> intent(stripe.v1().paymentIntents().create(params, key("hold-" + payment + "-" + renewal))));
    }

    private static PaymentIntentCreateParams.Builder creation(
            PaymentId payment, BookingId booking, Money amount, String customer, String description) {
        return PaymentIntentCreateParams.builder()
                .setAmount(amount.amount())
                .setCurrency(amount.currency().toLowerCase(Locale.ROOT))
                .setCustomer(customer)
                .setDescription(shortened(description))
                .addPaymentMethodType("card")
                .putMetadata("payment", payment.toString())
                .putMetadata("booking", booking.toString());
    }

    @Override
    public Future<Intent> confirm(String intent, PaymentId payment, int attempt, String method, String returnUrl) {
        return confirm(intent, method, returnUrl, "payment-" + payment + "-" + attempt);
    }

    @Override
    public Future<Intent> confirmRenewal(String intent, PaymentId payment, int renewal, String method) {
        return confirm(intent, method, "", "hold-" + payment + "-" + renewal + "-confirm");
    }

    private Future<Intent> confirm(String intent, String method, String returnUrl, String key) {
        return call(stripe -> {
            try {
                FailPoint.BEFORE_CHARGE.reached();
                PaymentIntent confirmed =
                        stripe.v1().paymentIntents().confirm(intent, confirmation(method, returnUrl), key(key));
                FailPoint.AFTER_CHARGE.reached();
                return intent(confirmed);
            } catch (CardException e) {
                return declined(intent, e.getStripeError(), e.getCode());
            } catch (InvalidRequestException e) {
                if (UNEXPECTED_STATE.equals(e.getCode())) {
                    return retrieved(stripe, intent);
                }
                if ("payment_method".equals(e.getParam())) {
                    return declined(intent, e.getStripeError(), e.getCode());
                }
                throw e;
            }
        });
    }

    /** Nobody is there whom the bank could ask when there is no page to come back to. */
    private static PaymentIntentConfirmParams confirmation(String method, String returnUrl) {
        PaymentIntentConfirmParams.Builder params =
                PaymentIntentConfirmParams.builder().setPaymentMethod(method).addExpand(CHARGE);
        return returnUrl.isEmpty()
                ? params.setOffSession(true).build()
                : params.setReturnUrl(returnUrl).build();
    }

    @Override
    public Future<Intent> capture(String intent, PaymentId payment, Money amount) {
        PaymentIntentCaptureParams params = PaymentIntentCaptureParams.builder()
                .setAmountToCapture(amount.amount())
                .build();
        return call(stripe -> {
            try {
                PaymentIntent captured =
                        stripe.v1().paymentIntents().capture(intent, params, key("capture-" + payment));
                FailPoint.AFTER_CAPTURE.reached();
                return intent(captured);
            } catch (InvalidRequestException e) {
                if (UNEXPECTED_STATE.equals(e.getCode()) || EXPIRED_FOR_CAPTURE.equals(e.getCode())) {
                    return retrieved(stripe, intent);
                }
                throw e;
            }
        });
    }

    @Override
    public Future<Intent> retrieve(String intent) {
        return call(stripe -> retrieved(stripe, intent));
    }

    @Override
    public Future<Intent> cancel(String intent) {
        return call(stripe -> {
            try {
                return intent(stripe.v1().paymentIntents().cancel(intent, key("cancel-" + intent)));
            } catch (InvalidRequestException e) {
                if (UNEXPECTED_STATE.equals(e.getCode())) {
                    return retrieved(stripe, intent);
                }
                throw e;
            }
        });
    }

    @Override
    public Future<ProviderRefund> refund(UUID refund, int attempt, String intent, Money amount) {
        return call(stripe -> {
            try {
                Refund made = stripe.v1()
                        .refunds()
                        .create(
                                RefundCreateParams.builder()
                                        .setPaymentIntent(intent)
                                        .setAmount(amount.amount())
                                        .setReason(RefundCreateParams.Reason.REQUESTED_BY_CUSTOMER)
                                        .putMetadata("refund", refund.toString())
                                        .build(),
                                key("refund-" + refund + (attempt == 0 ? "" : "-" + attempt)));
                FailPoint.AFTER_REFUND.reached();
                return refund(made);
            } catch (InvalidRequestException e) {
                if (ALREADY_REFUNDED.equals(e.getCode())) {
                    Optional<ProviderRefund> ours = find(stripe, refund, intent);
                    if (ours.isPresent()) {
                        return ours.get();
                    }
                    // The money is back already, by an earlier call whose key the provider has forgotten or by hand.
                    return new ProviderRefund("refund-of-" + intent, RefundState.SUCCEEDED, null);
                }
                throw e;
            }
        });
    }

    @Override
    public Future<Optional<ProviderRefund>> findRefund(UUID refund, String intent) {
        return call(stripe -> find(stripe, refund, intent));
    }

    private static Optional<ProviderRefund> find(StripeClient stripe, UUID refund, String intent)
            throws StripeException {
        RefundListParams params = RefundListParams.builder()
                .setPaymentIntent(intent)
                .setLimit(REFUNDS_PER_PAGE)
                .build();
        for (Refund each : stripe.v1().refunds().list(params).autoPagingIterable()) {
            if (refund.toString().equals(each.getMetadata().get("refund"))) {
                return Optional.of(refund(each));
            }
        }
        return Optional.empty();
    }

    @Override
    public Future<ProviderRefund> retrieveRefund(String providerRefund) {
        return call(stripe -> refund(stripe.v1().refunds().retrieve(providerRefund)));
    }

    private static Intent retrieved(StripeClient stripe, String intent) throws StripeException {
        PaymentIntentRetrieveParams params =
                PaymentIntentRetrieveParams.builder().addExpand(CHARGE).build();
        return intent(stripe.v1().paymentIntents().retrieve(intent, params));
    }

    private static Intent intent(PaymentIntent intent) {
        StripeError error = intent.getLastPaymentError();
        IntentState state = switch (intent.getStatus()) {
            case "succeeded" -> IntentState.SUCCEEDED;
            case "canceled" -> IntentState.CANCELLED;
            case "requires_action" -> IntentState.REQUIRES_ACTION;
            case "requires_payment_method" -> error == null ? IntentState.OPEN : IntentState.DECLINED;
            case "requires_confirmation" -> IntentState.OPEN;
            case "requires_capture" -> IntentState.AUTHORISED;
            default -> IntentState.PROCESSING;
        };
        if (state == IntentState.DECLINED && error != null) {
            return declined(intent.getId(), error, error.getCode());
        }
        String actionUrl = state == IntentState.REQUIRES_ACTION
                        && intent.getNextAction() != null
                        && intent.getNextAction().getRedirectToUrl() != null
                ? intent.getNextAction().getRedirectToUrl().getUrl()
                : null;
        long received = intent.getAmountReceived() == null ? 0 : intent.getAmountReceived();
        return new Intent(
                intent.getId(),
                state,
                received,
                intent.getCurrency().toUpperCase(Locale.ROOT),
                actionUrl,
                null,
                null,
                state == IntentState.AUTHORISED ? hold(intent) : null);
    }

    private static Hold hold(PaymentIntent intent) {
        Charge charge = intent.getLatestChargeObject();
        Charge.PaymentMethodDetails.Card card = charge == null || charge.getPaymentMethodDetails() == null
                ? null
                : charge.getPaymentMethodDetails().getCard();
        Long endsAt = card == null ? null : card.getCaptureBefore();
        return new Hold(
                intent.getAmountCapturable() == null ? 0 : intent.getAmountCapturable(),
                endsAt == null ? null : Instant.ofEpochSecond(endsAt),
                intent.getPaymentMethod());
    }

    private static Intent declined(String intent, @Nullable StripeError error, @Nullable String code) {
        String declineCode = error == null ? null : error.getDeclineCode();
        String message = error == null ? null : error.getMessage();
        return new Intent(
                intent,
                IntentState.DECLINED,
                0,
                "",
                null,
                declineCode != null ? declineCode : code != null ? code : "card_declined",
                message == null ? "The payment was declined." : message,
                null);
    }

    private static ProviderRefund refund(Refund refund) {
        RefundState state = switch (refund.getStatus()) {
            case "succeeded" -> RefundState.SUCCEEDED;
            case "failed", "canceled" -> RefundState.FAILED;
            default -> RefundState.PENDING;
        };
        return new ProviderRefund(refund.getId(), state, refund.getFailureReason());
    }

    private static String shortened(String description) {
        return description.length() <= DESCRIPTION_CHARACTERS_MAX
                ? description
                : description.substring(0, DESCRIPTION_CHARACTERS_MAX);
    }

    private <T> Future<T> call(StripeCalls.Call<T> call) {
        return inOurWords(calls.call(call), metrics);
    }

    /** Counts what the provider has not answered. */
    static <T> Future<T> inOurWords(Future<T> answer, PaymentMetrics metrics) {
        return answer.recover(failure -> {
            if (!(failure instanceof StripeCalls.Failure trouble)) {
                return Future.failedFuture(failure);
            } else if (trouble.unknown()) {
                metrics.unreachable.increment();
            }
            return Future.failedFuture(new GatewayException(
                    String.valueOf(trouble.getMessage()),
                    trouble.unknown(),
                    trouble.kept(),
                    trouble.refusal(),
                    trouble.getCause()));
        });
    }
}
