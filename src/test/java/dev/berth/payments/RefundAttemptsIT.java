package dev.berth.payments;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.model.Refund;
import com.stripe.param.RefundListParams;
import dev.berth.payments.PaymentCommand.Charge;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The provider keeps its answers under the keys of their asks for a day, its own faults included. */
@Tag("rule-32")
class RefundAttemptsIT extends PaymentSetting {
    private Charge charged() {
        Charge charge = PaymentFixture.charge(VISA);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        return charge;
    }

    private void refundedOnce(Charge charge, int attempts) throws Exception {
        payments.lookUpNow();
        payments.awaitStatus(charge.payment(), PaymentStatus.REFUNDED);
        String intent = payments.intents(charge.payment()).getFirst().getId();
        assertThat(payments.stripe
                        .v1()
                        .refunds()
                        .list(RefundListParams.builder()
                                .setPaymentIntent(intent)
                                .build())
                        .getData())
                .extracting(Refund::getAmount)
                .containsExactly(PaymentFixture.PRICE.amount());
        assertThat(payments.balances(charge.payment())).isEmpty();
        assertThat(payments.events("PaymentRefunded", charge.payment())).isEqualTo(1);
        assertThat(payments.number(
                        "SELECT attempt FROM payments.refund WHERE payment = $1",
                        charge.payment().value()))
                .isEqualTo(attempts);
    }

    /** Each attempt has a key of its own: the third finds the provider well. */
    @ParameterizedTest
    @CsvSource({"1", "2"})
    void aFaultThatIsKept_holdsNoRefundUp_andItIsMadeOnce(int faults) throws Exception {
        Charge charge = charged();
        payments.faults("keep_failures=" + faults);
        assertThat(payments.ask(new PaymentCommand.Refund(charge.payment(), "")).status())
                .isEqualTo(PaymentStatus.SUCCEEDED);
        refundedOnce(charge, faults);
    }

    @Test
    void aFaultThatIsKept_ofARefundThatWasMade_makesNoSecond() throws Exception {
        Charge charge = charged();
        payments.faults("keep_failures_after=1");
        payments.ask(new PaymentCommand.Refund(charge.payment(), ""));
        refundedOnce(charge, 0);
    }

    @Test
    void anAnswerThatIsLost_isAskedForByTheSameKey() throws Exception {
        Charge charge = charged();
        // Once more by the client itself.
        payments.faults("drop_answers=2");
        payments.ask(new PaymentCommand.Refund(charge.payment(), ""));
        refundedOnce(charge, 0);
    }

    @Test
    void aFaultThatIsNotKept_isAskedForByTheSameKey() throws Exception {
        Charge charge = charged();
        payments.faults("fail_requests=1");
        payments.ask(new PaymentCommand.Refund(charge.payment(), ""));
        refundedOnce(charge, 0);
    }
}
