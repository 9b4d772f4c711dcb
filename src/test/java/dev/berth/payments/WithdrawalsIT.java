package dev.berth.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.model.Refund;
import com.stripe.param.RefundListParams;
import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.WalletCommand.GetWallet;
import dev.berth.payments.WalletCommand.ListWalletEntries;
import dev.berth.payments.WalletCommand.TopUp;
import dev.berth.payments.WalletCommand.WalletBalance;
import dev.berth.payments.WalletCommand.WalletEntry;
import dev.berth.payments.WalletCommand.WalletEntryKind;
import dev.berth.payments.WithdrawalCommand.CardFace;
import dev.berth.payments.WithdrawalCommand.PreviewWithdrawal;
import dev.berth.payments.WithdrawalCommand.Withdraw;
import dev.berth.payments.WithdrawalCommand.Withdrawal;
import dev.berth.payments.WithdrawalCommand.WithdrawalPart;
import dev.berth.payments.WithdrawalCommand.WithdrawalPreview;
import dev.berth.payments.WithdrawalCommand.WithdrawalStatus;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Money of a wallet goes back to the cards that have brought it. */
@Tag("rule-32")
class WithdrawalsIT extends PaymentSetting {
    private static final String MASTERCARD = "pm_card_mastercard";
    private static final CardFace OF_VISA = new CardFace("visa", "4242");
    private static final CardFace OF_MASTERCARD = new CardFace("mastercard", "4444");

    private PaymentId toppedUp(UserId driver, long amount, String method) {
        PaymentId payment = PaymentId.next();
        payments.ask(new TopUp(payment, driver, eur(amount), method, "http://127.0.0.1:1/wallet"));
        assertThat(payments.payment(payment).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        return payment;
    }

    /** What it was topped up with was so a while before. */
    private void spend(UserId driver, long amount) {
        Charge like = PaymentFixture.charge(WalletCommand.METHOD);
        Charge charge = new Charge(
                like.payment(),
                like.booking(),
                driver,
                like.host(),
                eur(amount),
                like.commissionBasisPoints(),
                like.method(),
                like.description(),
                like.returnUrl());
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
    }

    private static Withdraw withdraw(UserId driver, long amount) {
        return new Withdraw(Ids.next(), driver, eur(amount));
    }

    private WalletBalance wallet(UserId driver) {
        return payments.ask(new GetWallet(driver)).balances().getFirst();
    }

    private List<Money> amounts(Withdrawal withdrawal) {
        return withdrawal.parts().stream().map(WithdrawalPart::amount).toList();
    }

    private Withdrawal now(Withdraw command) {
        return payments.ask(command);
    }

    private void awaitStatus(Withdraw command, WithdrawalStatus status) {
        PaymentFixture.until(() -> now(command).status() == status, "withdrawal to become " + status);
    }

    private long events(String type, Withdraw of) {
        return payments.number(
                "SELECT count(*) FROM platform.outbox WHERE type = $1 AND body LIKE '%' || $2 || '%'",
                "payments." + type, of.withdrawal().toString());
    }

    private List<Refund> refunds(PaymentId payment) throws Exception {
        String intent = payments.intents(payment).getFirst().getId();
        return payments.stripe
                .v1()
                .refunds()
                .list(RefundListParams.builder().setPaymentIntent(intent).build())
                .getData();
    }

    @Test
    void aWallet_isPaidOut_toTheCardsThatHaveFilledIt_theNewestFirst_once() throws Exception {
        UserId driver = UserId.next();
        PaymentId older = toppedUp(driver, 2_000, VISA);
        PaymentId newer = toppedUp(driver, 1_000, MASTERCARD);
        spend(driver, 500);

        WithdrawalPreview preview = payments.ask(new PreviewWithdrawal(driver, "EUR", null));
        assertThat(preview.payable()).isEqualTo(eur(2_500));
        assertThat(preview.parts())
                .extracting(WithdrawalPart::card, WithdrawalPart::amount)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(OF_MASTERCARD, eur(1_000)),
                        org.assertj.core.groups.Tuple.tuple(OF_VISA, eur(1_500)));

        Withdraw command = withdraw(driver, 1_600);
        assertThat(payments.together(4, command))
                .allMatch(answer -> answer.amount().equals(eur(1_600)));
        awaitStatus(command, WithdrawalStatus.PAID);
        Withdrawal paid = now(command);
        assertThat(amounts(paid)).containsExactly(eur(1_000), eur(600));
        assertThat(paid.parts()).extracting(WithdrawalPart::card).containsExactly(OF_MASTERCARD, OF_VISA);
        assertThat(wallet(driver)).isEqualTo(new WalletBalance(eur(900), eur(0)));
        assertThat(refunds(newer)).extracting(Refund::getAmount).containsExactly(1_000L);
        assertThat(refunds(older)).extracting(Refund::getAmount).containsExactly(600L);
        assertThat(payments.balances(newer)).isEmpty();
        assertThat(payments.balances(older)).containsExactly("processor_clearing 1400", "wallet -1400");
        assertThat(events("WalletPaidOut", command)).isEqualTo(1);
        assertThat(payments.ask(new ListWalletEntries(driver, "EUR", null, 10)).items())
                .extracting(WalletEntry::kind)
                .containsExactly(
                        WalletEntryKind.PAID_OUT,
                        WalletEntryKind.PAID_OUT,
                        WalletEntryKind.PAYMENT,
                        WalletEntryKind.TOP_UP,
                        WalletEntryKind.TOP_UP);

        // What is left goes, and no more.
        Problem refused = refusal(withdraw(driver, 901));
        assertThat(refused.type()).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(refused.detail()).isEqualTo("900 minor units can be paid back: 900 to visa ending in 4242");
        assertThat(refused.members()).containsEntry("payable", eur(900));
        assertThat(now(withdraw(driver, 900)).status()).isEqualTo(WithdrawalStatus.PAID);
        assertThat(refusal(withdraw(driver, 1)).detail()).isEqualTo("nothing in the wallet can be paid back to a card");
    }

    @Test
    void whatIsBeyondTopUps_orTooOld_orContested_staysToBeSpent() {
        UserId driver = UserId.next();
        PaymentId topUp = toppedUp(driver, 1_000, VISA);
        // A gift is money of the wallet, and of no card.
        give(driver, 700);
        assertThat(payments.ask(new PreviewWithdrawal(driver, "EUR", null)).payable())
                .isEqualTo(eur(1_000));
        spend(driver, 700);
        assertThat(payments.ask(new PreviewWithdrawal(driver, "EUR", 400L)).amount())
                .isEqualTo(eur(400));

        PaymentId old = toppedUp(driver, 600, VISA);
        payments.number(
                "WITH older AS (UPDATE payments.payment SET created_at = now() - interval '181 days' WHERE id = $1 RETURNING 1) "
                        + "SELECT count(*) FROM older",
                old.value());
        assertThat(payments.ask(new PreviewWithdrawal(driver, "EUR", null)).payable())
                .isEqualTo(eur(1_000));

        contest(topUp, 1_000);
        assertThat(payments.ask(new PreviewWithdrawal(driver, "EUR", null)).payable())
                .isEqualTo(eur(0));
        assertThat(refusal(withdraw(driver, 1)).type()).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(wallet(driver).available()).isEqualTo(eur(1_600));
    }

    @Test
    void inADay_itIsPaidOutSoOften() {
        UserId driver = UserId.next();
        toppedUp(driver, 1_000, VISA);
        for (int i = 0; i < 5; i++) {
            assertThat(now(withdraw(driver, 10)).status()).isEqualTo(WithdrawalStatus.PAID);
        }
        assertThat(refusal(withdraw(driver, 10)).detail()).startsWith("5 times a day");
        assertThat(refusal(withdraw(driver, 0)).type()).isEqualTo(ProblemType.UNPROCESSABLE);
    }

    @Test
    void anotherAmount_orAnotherDriver_isNotTheSameWithdrawal() {
        UserId driver = UserId.next();
        toppedUp(driver, 1_000, VISA);
        Withdraw command = withdraw(driver, 500);
        payments.ask(command);
        assertThat(refusal(new Withdraw(command.withdrawal(), driver, eur(400))).type())
                .isEqualTo(ProblemType.CONFLICT);
        assertThat(refusal(new Withdraw(command.withdrawal(), UserId.next(), eur(500)))
                        .type())
                .isEqualTo(ProblemType.CONFLICT);
        assertThat(catchThrowableOfType(
                                Rejection.class,
                                () -> payments.ask(new PaymentCommand.Refund(toppedUp(driver, 500, VISA), "")))
                        .problem()
                        .type())
                .isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void manyAtOnce_payOutNoMoreThanThereIs() {
        UserId driver = UserId.next();
        PaymentId topUp = toppedUp(driver, 1_000, VISA);
        List<io.vertx.core.Future<Withdrawal>> asked = java.util.stream.Stream.generate(() -> withdraw(driver, 400))
                .limit(4)
                .map(command -> payments.bus.ask(command))
                .toList();
        long done = asked.stream()
                .filter(each -> catchThrowableOfType(Rejection.class, () -> PaymentFixture.await(each)) == null)
                .count();
        assertThat(done).isEqualTo(2);
        PaymentFixture.until(() -> wallet(driver).equals(new WalletBalance(eur(200), eur(0))), "both to be paid");
        assertThat(payments.balances(topUp)).containsExactly("processor_clearing 200", "wallet -200");
    }

    @Test
    void whileTheProviderDoesNotAnswer_theMoneyIsSetAside_andGoesOnce() throws Exception {
        UserId driver = UserId.next();
        PaymentId first = toppedUp(driver, 1_000, VISA);
        PaymentId second = toppedUp(driver, 500, MASTERCARD);
        payments.faults("drop_answers=2");
        Withdraw command = withdraw(driver, 1_200);
        Withdrawal asked = payments.ask(command);
        assertThat(asked.status()).isEqualTo(WithdrawalStatus.UNDER_WAY);
        assertThat(wallet(driver)).isEqualTo(new WalletBalance(eur(300), eur(1_200)));
        assertThat(events("WalletPaidOut", command)).isZero();

        payments.lookUpNow();
        awaitStatus(command, WithdrawalStatus.PAID);
        assertThat(wallet(driver)).isEqualTo(new WalletBalance(eur(300), eur(0)));
        assertThat(refunds(first)).extracting(Refund::getAmount).containsExactly(700L);
        assertThat(refunds(second)).extracting(Refund::getAmount).containsExactly(500L);
        assertThat(events("WalletPaidOut", command)).isEqualTo(1);
    }

    @Test
    void whatTheProviderRefuses_isInTheWalletAgain_andTheRestIsPaid() throws Exception {
        UserId driver = UserId.next();
        toppedUp(driver, 1_000, VISA);
        // Its bank takes it back before anybody here knows.
        PaymentId lost = toppedUp(driver, 500, MASTERCARD);
        payments.simulate(
                "disputes",
                "payment_intent=" + payments.intents(lost).getFirst().getId());

        Withdraw command = withdraw(driver, 1_500);
        Withdrawal partly = payments.ask(command);
        assertThat(partly.status()).isEqualTo(WithdrawalStatus.PARTLY_PAID);
        assertThat(partly.paid()).isEqualTo(eur(1_000));
        assertThat(wallet(driver)).isEqualTo(new WalletBalance(eur(500), eur(0)));
        assertThat(refunds(lost)).isEmpty();
        assertThat(events("WalletPaidOut", command)).isEqualTo(1);
    }

    @Test
    void whatTheProviderGivesUpLater_isInTheWalletAgain_once() throws Exception {
        UserId driver = UserId.next();
        PaymentId topUp = toppedUp(driver, 1_000, VISA);
        Withdraw command = withdraw(driver, 800);
        assertThat(payments.ask(command).status()).isEqualTo(WithdrawalStatus.PAID);
        String refund = refunds(topUp).getFirst().getId();
        payments.simulate("refunds/" + refund + "/fail", "");

        PaymentCommand.ReceiveWebhook told = payments.webhook("refund.failed", refund);
        payments.together(3, told);
        payments.ask(payments.webhook("charge.refund.updated", refund));
        assertThat(now(command).status()).isEqualTo(WithdrawalStatus.FAILED);
        assertThat(wallet(driver)).isEqualTo(new WalletBalance(eur(1_000), eur(0)));
        assertThat(payments.balances(topUp)).containsExactly("processor_clearing 1000", "wallet -1000");
        assertThat(events("WalletPayoutReturned", command)).isEqualTo(1);
        // And can be paid out, to the card that takes it.
        assertThat(payments.ask(withdraw(driver, 1_000)).status()).isEqualTo(WithdrawalStatus.PAID);
        assertThat(payments.balances(topUp)).isEmpty();
    }

    private Problem refusal(Withdraw command) {
        return catchThrowableOfType(Rejection.class, () -> payments.ask(command))
                .problem();
    }

    private void give(UserId driver, long amount) {
        post(new Transfer(
                UUID.randomUUID(),
                TransferKind.VALIDATIONS_PAID,
                null,
                null,
                null,
                List.of(
                        new Line(Account.PLATFORM_REVENUE, null, eur(amount)),
                        new Line(Account.WALLET, driver, eur(-amount)))));
    }

    /** As a dispute's first movement is posted. */
    private void contest(PaymentId topUp, long amount) {
        post(new Transfer(
                UUID.randomUUID(),
                TransferKind.DISPUTE_WITHDRAWN,
                topUp,
                null,
                null,
                List.of(
                        new Line(Account.DISPUTED, null, eur(amount)),
                        new Line(Account.PROCESSOR_CLEARING, null, eur(-amount)))));
    }

    private void post(Transfer transfer) {
        payments.db.inTransaction(connection -> new LedgerSql(payments.db).post(connection, transfer));
    }
}
