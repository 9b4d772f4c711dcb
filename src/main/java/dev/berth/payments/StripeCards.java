package dev.berth.payments;

import static dev.berth.payments.StripeCalls.key;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentMethod;
import com.stripe.model.SetupIntent;
import com.stripe.model.StripeError;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.SetupIntentCreateParams;
import com.stripe.param.SetupIntentRetrieveParams;
import dev.berth.payments.CardCommand.SetupStatus;
import dev.berth.payments.WithdrawalCommand.CardFace;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stripe's set-up intents and payment methods. */
final class StripeCards implements CardGateway {
    private static final String METHOD = "payment_method";
    private static final String MISSING = "resource_missing";
    private static final String DECLINED = "card_declined";

    private final StripeCalls calls;
    private final PaymentMetrics metrics;

    StripeCards(StripeCalls calls, PaymentMetrics metrics) {
        this.calls = calls;
        this.metrics = metrics;
    }

    @Override
    public Future<ProviderSetup> setUp(String customer, @Nullable String token, String returnUrl, String key) {
        SetupIntentCreateParams.Builder params = SetupIntentCreateParams.builder()
                .setCustomer(customer)
                .setUsage(SetupIntentCreateParams.Usage.OFF_SESSION)
                .addPaymentMethodType("card")
                .addExpand(METHOD);
        if (token != null) {
            params.setPaymentMethod(token).setConfirm(true).setReturnUrl(returnUrl);
        }
        return call(stripe -> {
            try {
                return setup(stripe.v1().setupIntents().create(params.build(), key("setup-" + key)));
            } catch (CardException e) {
                return declined(customer, e.getStripeError(), e.getCode());
            } catch (InvalidRequestException e) {
                if (METHOD.equals(e.getParam())) {
                    return declined(customer, e.getStripeError(), e.getCode());
                }
                throw e;
            }
        });
    }

    @Override
    public Future<Optional<ProviderSetup>> setup(String setup) {
        return call(stripe -> {
            try {
                SetupIntentRetrieveParams params =
                        SetupIntentRetrieveParams.builder().addExpand(METHOD).build();
                return Optional.of(setup(stripe.v1().setupIntents().retrieve(setup, params)));
            } catch (InvalidRequestException e) {
                return emptyWhenMissing(e);
            }
        });
    }

    @Override
    public Future<Attached> attach(String token, String customer, String key) {
        return call(stripe -> {
            try {
                PaymentMethod attached = stripe.v1()
                        .paymentMethods()
                        .attach(
                                token,
                                PaymentMethodAttachParams.builder()
                                        .setCustomer(customer)
                                        .build(),
                                key("keep-" + key));
                return new Attached(card(attached), null, null);
            } catch (CardException e) {
                return notAttached(e.getStripeError(), e.getCode());
            } catch (InvalidRequestException e) {
                if (METHOD.equals(e.getParam())) {
                    return notAttached(e.getStripeError(), e.getCode());
                }
                throw e;
            }
        });
    }

    @Override
    public Future<Optional<ProviderCard>> card(String method) {
        return call(stripe -> {
            try {
                PaymentMethod found = stripe.v1().paymentMethods().retrieve(method);
                return found.getCard() == null ? Optional.empty() : Optional.of(card(found));
            } catch (InvalidRequestException e) {
                return emptyWhenMissing(e);
            }
        });
    }

    @Override
    public Future<Optional<CardFace>> paidWith(String intent) {
        return call(stripe -> {
            Charge charge = stripe.v1()
                    .paymentIntents()
                    .retrieve(
                            intent,
                            PaymentIntentRetrieveParams.builder()
                                    .addExpand("latest_charge")
                                    .build())
                    .getLatestChargeObject();
            Charge.PaymentMethodDetails paid = charge == null ? null : charge.getPaymentMethodDetails();
            Charge.PaymentMethodDetails.Card card = paid == null ? null : paid.getCard();
            return card == null || card.getBrand() == null || card.getLast4() == null
                    ? Optional.empty()
                    : Optional.of(new CardFace(card.getBrand(), card.getLast4()));
        });
    }

    @Override
    public Future<?> detach(String method) {
        return call(stripe -> {
            detach(stripe, method);
            return method;
        });
    }

    private static void detach(StripeClient stripe, String method) throws StripeException {
        try {
            stripe.v1().paymentMethods().detach(method);
        } catch (InvalidRequestException e) {
            if (!MISSING.equals(e.getCode())
                    && stripe.v1().paymentMethods().retrieve(method).getCustomer() != null) {
                throw e;
            }
        }
    }

    private static <T> Optional<T> emptyWhenMissing(InvalidRequestException e) throws InvalidRequestException {
        if (MISSING.equals(e.getCode())) {
            return Optional.empty();
        }
        throw e;
    }

    private static ProviderSetup setup(SetupIntent setup) {
        StripeError error = setup.getLastSetupError();
        SetupStatus status = switch (setup.getStatus()) {
            case "succeeded" -> SetupStatus.SUCCEEDED;
            case "canceled" -> SetupStatus.CANCELLED;
            case "requires_action" -> SetupStatus.REQUIRES_ACTION;
            case "requires_payment_method", "requires_confirmation" ->
                error == null ? SetupStatus.REQUIRES_PAYMENT_METHOD : SetupStatus.DECLINED;
            default -> SetupStatus.PROCESSING;
        };
        SetupIntent.NextAction next = setup.getNextAction();
        PaymentMethod method = setup.getPaymentMethodObject();
        return new ProviderSetup(
                setup.getId(),
                setup.getClientSecret(),
                setup.getCustomer(),
                status,
                next == null || next.getRedirectToUrl() == null
                        ? null
                        : next.getRedirectToUrl().getUrl(),
                status == SetupStatus.DECLINED && error != null ? code(error, error.getCode()) : null,
                status == SetupStatus.DECLINED && error != null ? error.getMessage() : null,
                status == SetupStatus.SUCCEEDED && method != null && method.getCard() != null ? card(method) : null);
    }

    private static ProviderSetup declined(String customer, @Nullable StripeError error, @Nullable String code) {
        SetupIntent setup = error == null ? null : error.getSetupIntent();
        return new ProviderSetup(
                setup == null ? "" : setup.getId(),
                setup == null ? "" : setup.getClientSecret(),
                customer,
                SetupStatus.DECLINED,
                null,
                code(error, code),
                error == null ? null : error.getMessage(),
                null);
    }

    private static Attached notAttached(@Nullable StripeError error, @Nullable String code) {
        return new Attached(null, code(error, code), error == null ? null : error.getMessage());
    }

    private static String code(@Nullable StripeError error, @Nullable String code) {
        String declineCode = error == null ? null : error.getDeclineCode();
        return declineCode != null ? declineCode : code != null ? code : DECLINED;
    }

    private static ProviderCard card(PaymentMethod method) {
        PaymentMethod.Card card = method.getCard();
        return new ProviderCard(
                method.getId(),
                card.getBrand(),
                card.getLast4(),
                Math.toIntExact(card.getExpMonth()),
                Math.toIntExact(card.getExpYear()),
                method.getCustomer());
    }

    private <T> Future<T> call(StripeCalls.Call<T> call) {
        return StripeGateway.inOurWords(calls.call(call), metrics);
    }
}
