package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.PRICE;
import static dev.berth.payments.PaymentFixture.charge;
import static dev.berth.payments.PaymentFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.model.PaymentIntent;
import com.stripe.param.PaymentIntentCreateParams;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Money that is set aside before it is collected (RULES 12, 28). */
@WithServices
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("rule-12")
@Tag("rule-28")
class AuthorisationsIT {
    private static final String VISA = "pm_card_visa";
    private static final String THREE_D_SECURE = "pm_card_threeDSecure2Required";
    private static final List<String> CHARGED =
            List.of("host_payable -1173", "platform_revenue -160", "processor_clearing 1333");

    private PaymentFixture payments;

    @BeforeAll
    void start(Services services, @TempDir Path folder) throws Exception {
        payments = new PaymentFixture(services, folder);
        payments.deploy();
        payments.deploy();
    }

    @AfterAll
    void close() {
        payments.close();
    }

    @AfterEach
    void endFaults() throws Exception {
        payments.faults("");
    }

    private PaymentIntent intent(Charge charge) throws Exception {
        List<PaymentIntent> intents = payments.intents(charge.payment());
        assertThat(intents).hasSize(1);
        return intents.getFirst();
    }

    private void assertCollectedOnce(Charge charge) throws Exception {
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertThat(intent(charge).getAmountReceived()).isEqualTo(PRICE.amount());
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
        assertThat(payments.balances(charge.payment())).isEqualTo(CHARGED);
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
    }

    @Test
    void whatIsSetAside_isNotPosted_andIsCollectedOnce_howeverManyAsk() throws Exception {
        Charge charge = charge(VISA);
        assertThat(payments.together(8, new Authorise(charge)))
                .allMatch(payment ->
                        payment.status() == PaymentStatus.AUTHORISED || payment.status() == PaymentStatus.PROCESSING);
        payments.awaitStatus(charge.payment(), PaymentStatus.AUTHORISED);
        assertThat(intent(charge).getStatus()).isEqualTo("requires_capture");
        assertThat(payments.transfers(charge.payment())).isZero();
        assertThat(payments.events("PaymentAuthorised", charge.payment())).isEqualTo(1);
        assertThat(payments.ask(new Authorise(charge)).status()).isEqualTo(PaymentStatus.AUTHORISED);

        assertThat(payments.together(8, charge))
                .allMatch(payment ->
                        payment.status() == PaymentStatus.SUCCEEDED || payment.status() == PaymentStatus.PROCESSING);

        assertCollectedOnce(charge);
    }

    @Test
    void whatIsGivenUp_isFreeAgainOnTheCard_andCannotBeCollected() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Authorise(charge));
        assertThat(payments.ask(new Abandon(charge.payment())).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(intent(charge).getStatus()).isEqualTo("canceled");
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(payments.transfers(charge.payment())).isZero();
    }

    @Test
    void whatIsGivenUpWhileTheProviderIsAway_isGivenUpLater() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Authorise(charge));
        payments.faults("latency_millis=2500");
        payments.ask(new Abandon(charge.payment()));
        payments.faults("");
        payments.awaitStatus(charge.payment(), PaymentStatus.CANCELLED);
        assertThat(intent(charge).getStatus()).isEqualTo("canceled");
    }

    @Test
    void aDeclinedCard_setsNothingAside_andAnotherMay() throws Exception {
        Charge charge = charge("pm_card_chargeDeclinedInsufficientFunds");
        Payment declined = payments.ask(new Authorise(charge));
        assertThat(declined.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(declined.declineCode()).isEqualTo("insufficient_funds");
        assertThat(payments.ask(new Authorise(with(charge, VISA))).status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(payments.transfers(charge.payment())).isZero();
    }

    @Test
    void afterTheBanksStep_itIsSetAside() throws Exception {
        Charge charge = charge(THREE_D_SECURE);
        Payment asked = payments.ask(new Authorise(charge));
        assertThat(asked.status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        payments.answerChallenge(String.valueOf(asked.actionUrl()), "authorise");
        payments.awaitStatus(charge.payment(), PaymentStatus.AUTHORISED);
        payments.ask(charge);
        assertCollectedOnce(charge);
    }

    @Test
    void whatIsWantedBeforeTheBanksStep_isCollectedAfterIt() throws Exception {
        Charge charge = charge(THREE_D_SECURE);
        String action = String.valueOf(payments.ask(new Authorise(charge)).actionUrl());
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        payments.answerChallenge(action, "authorise");
        assertCollectedOnce(charge);
        assertThat(payments.events("PaymentAuthorised", charge.payment())).isZero();
    }

    @Test
    void aCollectionWhoseAnswerNeverComes_isFoundOut_andMadeOnce() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Authorise(charge));
        // Later than the client waits: the provider has carried it out.
        payments.faults("latency_millis=2500");
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.PROCESSING);
        payments.faults("");
        assertCollectedOnce(charge);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNodeThatDiesWhileItCollects_losesNothing(boolean collected) throws Exception {
        Charge charge = charge(VISA);
        PaymentIntent intent = payments.stripe
                .v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(PRICE.amount())
                        .setCurrency("eur")
                        .setPaymentMethod(VISA)
                        .setConfirm(true)
                        .setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL)
                        .setReturnUrl(charge.returnUrl())
                        .addPaymentMethodType("card")
                        .putMetadata("payment", charge.payment().toString())
                        .build());
        if (collected) {
            payments.stripe.v1().paymentIntents().capture(intent.getId());
        }
        payments.db.query(
                """
                INSERT INTO payments.payment (id, booking, driver, host, amount, currency, commission_basis_points,
                    description, status, attempt, version, method, return_url, provider_intent, capture, next_check_at)
                VALUES ($1, $2, $3, $4, $5, 'EUR', $6, '', 'PROCESSING', 1, 1, 'pm_card_visa', '', $7, 'DUE', now())
                """,
                Tuple.of(
                        charge.payment().value(),
                        charge.booking().value(),
                        charge.driver().value(),
                        charge.host().value(),
                        PRICE.amount(),
                        PaymentFixture.COMMISSION,
                        intent.getId()));
        assertCollectedOnce(charge);
    }

    @Test
    void whatTheProviderHasGivenUp_failsWhenItIsCollected() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Authorise(charge));
        payments.stripe.v1().paymentIntents().cancel(intent(charge).getId());
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(payments.events("PaymentFailed", charge.payment())).isEqualTo(1);
        assertThat(payments.transfers(charge.payment())).isZero();
    }
}
