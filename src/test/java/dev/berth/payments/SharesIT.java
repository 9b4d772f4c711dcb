package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.COMMISSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.model.PaymentIntent;
import com.stripe.param.RefundListParams;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.ChargeTogether;
import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Reassign;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.platform.bus.Command;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One payment for several bookings: charged once, and everybody's own from then on. */
@Tag("BK10")
class SharesIT extends PaymentSetting {
    private static final String DECLINED = "pm_card_chargeDeclined";

    private static ChargeTogether together(String method, long... amounts) {
        return new ChargeTogether(
                PaymentId.next(),
                LongStream.of(amounts)
                        .mapToObj(amount -> new Share(BookingId.next(), new Money(amount, "EUR")))
                        .toList(),
                UserId.next(),
                UserId.next(),
                COMMISSION,
                method,
                "Parking at Marktplatz",
                "http://127.0.0.1:1/return");
    }

    private static ChargeTogether with(ChargeTogether charge, String method) {
        return new ChargeTogether(
                charge.payment(),
                charge.shares(),
                charge.driver(),
                charge.host(),
                charge.commissionBasisPoints(),
                method,
                charge.description(),
                charge.returnUrl());
    }

    private static PaymentId own(ChargeTogether charge, int index) {
        return new PaymentId(charge.shares().get(index).booking().value());
    }

    private ProblemType refusal(Command<?> command) {
        return Objects.requireNonNull(catchThrowableOfType(Rejection.class, () -> payments.ask(command)))
                .problem()
                .type();
    }

    private long refundsAtProvider(ChargeTogether charge) throws Exception {
        String intent = payments.intents(charge.payment()).getFirst().getId();
        return payments.stripe
                .v1()
                .refunds()
                .list(RefundListParams.builder().setPaymentIntent(intent).build())
                .getData()
                .size();
    }

    @Test
    @Tag("rule-26")
    void all_isChargedOnce_andPostedAsItsShares() throws Exception {
        ChargeTogether charge = together(VISA, 1_333, 500, 0, 167);
        payments.together(10, charge);
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);

        List<PaymentIntent> intents = payments.intents(charge.payment());
        assertThat(intents).hasSize(1);
        assertThat(intents.getFirst().getAmountReceived()).isEqualTo(2_000);
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
        assertThat(payments.transfers(charge.payment())).isZero();
        assertThat(payments.balances(own(charge, 0)))
                .containsExactly("host_payable -1173", "platform_revenue -160", "processor_clearing 1333");
        assertThat(payments.balances(own(charge, 1)))
                .containsExactly("host_payable -440", "platform_revenue -60", "processor_clearing 500");
        assertThat(payments.balances(own(charge, 2))).isEmpty();
        for (int i = 0; i < 4; i++) {
            assertThat(payments.payment(own(charge, i)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        }
        assertThat(payments.ask(new ListTransactions(charge.driver(), null, 10)).items())
                .extracting(Transaction::kind)
                .containsExactly(TransactionKind.CHARGE, TransactionKind.CHARGE, TransactionKind.CHARGE);
    }

    @Test
    @Tag("rule-29")
    void aShare_goesBackAlone_inParts_andOnce_andTheOthersStay() throws Exception {
        ChargeTogether charge = together(VISA, 1_000, 1_000, 1_000);
        payments.ask(charge);
        Money half = new Money(500, "EUR");
        payments.together(10, new Refund(own(charge, 1), "cancelled", half));
        PaymentFixture.until(() -> payments.events("PaymentRefunded", own(charge, 1)) == 1, "half to be back");
        payments.ask(new Refund(own(charge, 2), "cancelled"));
        payments.awaitStatus(own(charge, 2), PaymentStatus.REFUNDED);

        assertThat(refundsAtProvider(charge)).isEqualTo(2);
        assertThat(payments.payment(own(charge, 0)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.payment(own(charge, 1)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.balances(own(charge, 0)))
                .containsExactly("host_payable -880", "platform_revenue -120", "processor_clearing 1000");
        assertThat(payments.balances(own(charge, 1)))
                .containsExactly("host_payable -440", "platform_revenue -60", "processor_clearing 500");
        assertThat(payments.balances(own(charge, 2))).isEmpty();

        payments.ask(new Refund(own(charge, 0), "cancelled"));
        payments.ask(new Refund(own(charge, 1), "cancelled"));
        payments.awaitStatus(own(charge, 0), PaymentStatus.REFUNDED);
        payments.awaitStatus(own(charge, 1), PaymentStatus.REFUNDED);
        assertThat(refundsAtProvider(charge)).isEqualTo(4);
        assertThat(refusal(new Refund(charge.payment(), "all of it"))).isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void aShare_isReassigned_andPaidMoreFor_likeAnyPayment() {
        ChargeTogether charge = together(VISA, 1_000, 1_000);
        payments.ask(charge);
        UserId other = UserId.next();
        payments.ask(new Reassign(charge.shares().get(0).booking(), other, new Money(1_000, "EUR")));
        assertThat(payments.number(
                        "SELECT -amount FROM payments.balance WHERE kind = 'host_payable' AND owner = $1",
                        other.value()))
                .isEqualTo(880);
        assertThat(payments.number(
                        "SELECT -amount FROM payments.balance WHERE kind = 'host_payable' AND owner = $1",
                        charge.host().value()))
                .isEqualTo(880);

        // What the booking costs more later goes to the card that all were paid with.
        Charge more = new Charge(
                PaymentId.next(),
                charge.shares().get(1).booking(),
                charge.driver(),
                charge.host(),
                new Money(250, "EUR"),
                COMMISSION,
                null,
                "Parking at Marktplatz",
                "http://127.0.0.1:1/return");
        assertThat(payments.ask(more).status()).isEqualTo(PaymentStatus.SUCCEEDED);
    }

    @Test
    void untilItHasCome_aShareIsNeitherChargedNorCalledOffByItself() throws Exception {
        ChargeTogether charge = together(THREE_D_SECURE, 1_000, 1_000);
        Payment waiting = payments.ask(charge);
        assertThat(waiting.status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        payments.ask(new Abandon(own(charge, 0)));
        payments.ask(new Refund(own(charge, 0), "cancelled"));
        assertThat(refusal(new Charge(
                        own(charge, 0),
                        charge.shares().getFirst().booking(),
                        charge.driver(),
                        charge.host(),
                        new Money(1_000, "EUR"),
                        COMMISSION,
                        VISA,
                        "Parking at Marktplatz",
                        "http://127.0.0.1:1/return")))
                .isEqualTo(ProblemType.CONFLICT);
        payments.answerChallenge(Objects.requireNonNull(waiting.actionUrl()), "authorise");
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        payments.awaitStatus(own(charge, 0), PaymentStatus.SUCCEEDED);
        assertThat(payments.balances(own(charge, 0))).hasSize(3);
        assertThat(payments.balances(own(charge, 1))).hasSize(3);
    }

    @Test
    void calledOff_nothingIsEverCharged_alsoWhenThatComesFirst() throws Exception {
        ChargeTogether waiting = together(THREE_D_SECURE, 1_000, 1_000);
        payments.ask(waiting);
        payments.ask(new Abandon(waiting.payment()));
        payments.awaitStatus(waiting.payment(), PaymentStatus.CANCELLED);
        assertThat(payments.balances(own(waiting, 0))).isEmpty();

        ChargeTogether never = together(VISA, 1_000, 1_000);
        payments.ask(new Abandon(never.payment()));
        assertThat(payments.ask(never).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(payments.intents(never.payment())).isEmpty();
        assertThat(payments.payment(own(never, 0)).status()).isEqualTo(PaymentStatus.REQUIRES_PAYMENT_METHOD);
    }

    @Test
    void declined_nothingIsPosted_andAnotherCardMayFollow() {
        ChargeTogether charge = together(DECLINED, 1_000, 500);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(payments.events("PaymentFailed", charge.payment())).isEqualTo(1);
        assertThat(payments.balances(own(charge, 0))).isEmpty();
        assertThat(payments.ask(with(charge, VISA)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.balances(own(charge, 0))).hasSize(3);
    }

    @Test
    void anAnswerThatNeverComes_isFoundOut_andTheSharesArePaid() throws Exception {
        ChargeTogether charge = together(DECLINED, 1_000, 500);
        payments.ask(charge);
        payments.faults("latency_millis=2500");
        assertThat(payments.ask(with(charge, VISA)).status()).isEqualTo(PaymentStatus.PROCESSING);
        payments.faults("");
        payments.lookUpNow();
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertThat(payments.payment(own(charge, 1)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(charge.payment())).hasSize(1);
    }

    @Test
    void otherShares_underTheSameId_areRefused() {
        ChargeTogether charge = together(DECLINED, 1_000, 500);
        payments.ask(charge);
        ChargeTogether other = new ChargeTogether(
                charge.payment(),
                List.of(new Share(BookingId.next(), new Money(1_500, "EUR"))),
                charge.driver(),
                charge.host(),
                COMMISSION,
                VISA,
                charge.description(),
                charge.returnUrl());
        assertThat(refusal(other)).isEqualTo(ProblemType.CONFLICT);
    }
}
