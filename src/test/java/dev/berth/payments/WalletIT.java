package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.COMMISSION;
import static dev.berth.payments.PaymentFixture.PRICE;
import static dev.berth.payments.PaymentFixture.charge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.ChargeTogether;
import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.payments.WalletCommand.GetWallet;
import dev.berth.payments.WalletCommand.ListWalletEntries;
import dev.berth.payments.WalletCommand.TopUp;
import dev.berth.payments.WalletCommand.WalletBalance;
import dev.berth.payments.WalletCommand.WalletEntry;
import dev.berth.payments.WalletCommand.WalletEntryKind;
import dev.berth.payments.WalletCommand.WalletPage;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Money in a wallet: how it comes in, pays, comes back and is told of. */
@Tag("PY5")
@Tag("rule-32")
class WalletIT extends PaymentSetting {
    private static final String DECLINED = "pm_card_chargeDeclined";

    private static TopUp topUp(UserId driver, long amount, String method) {
        return new TopUp(PaymentId.next(), driver, eur(amount), method, "http://127.0.0.1:1/wallet");
    }

    private long held(UserId driver) {
        List<WalletBalance> balances = payments.ask(new GetWallet(driver)).balances();
        return balances.isEmpty() ? 0 : balances.getFirst().available().amount();
    }

    private static Charge by(UserId driver, Money price) {
        Charge like = charge(WalletCommand.METHOD);
        return new Charge(
                like.payment(),
                like.booking(),
                driver,
                like.host(),
                price,
                like.commissionBasisPoints(),
                like.method(),
                like.description(),
                like.returnUrl());
    }

    @Test
    void aCard_bringsMoneyIn_once_andNobodyIsToldOfABooking() throws Exception {
        UserId driver = UserId.next();
        TopUp topUp = topUp(driver, 2_000, VISA);
        assertThat(payments.together(4, topUp)).allMatch(answer -> answer.status() != PaymentStatus.DECLINED);
        payments.awaitStatus(topUp.payment(), PaymentStatus.SUCCEEDED);
        assertThat(held(driver)).isEqualTo(2_000);
        assertThat(payments.intents(topUp.payment())).hasSize(1);
        assertThat(payments.balances(topUp.payment())).containsExactly("processor_clearing 2000", "wallet -2000");
        assertThat(payments.events("PaymentSucceeded", topUp.payment())).isZero();

        TopUp declined = topUp(driver, 2_000, DECLINED);
        assertThat(payments.ask(declined).status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(payments.events("PaymentFailed", declined.payment())).isZero();
        TopUp challenged = topUp(driver, 700, THREE_D_SECURE);
        Payment asked = payments.ask(challenged);
        assertThat(asked.status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(held(driver)).isEqualTo(2_000);
        payments.answerChallenge(Objects.requireNonNull(asked.actionUrl()), "authorise");
        payments.awaitStatus(challenged.payment(), PaymentStatus.SUCCEEDED);
        assertThat(held(driver)).isEqualTo(2_700);
    }

    @Test
    void tooLittleAndTooMuch_areNotTaken_norDoesAWalletFillItself() {
        UserId driver = UserId.next();
        assertThat(refusal(topUp(driver, 499, VISA))).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(refusal(topUp(driver, 50_001, VISA))).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(refusal(topUp(driver, 1_000, WalletCommand.METHOD))).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(held(driver)).isZero();
    }

    @Test
    void theWallet_paysAndIsPaidBack_inParts_andItsStatementSaysSo() {
        UserId driver = UserId.next();
        payments.ask(topUp(driver, 2_000, VISA));
        Charge charge = by(driver, PRICE);
        assertThat(payments.together(4, charge)).allMatch(answer -> answer.status() == PaymentStatus.SUCCEEDED);
        assertThat(held(driver)).isEqualTo(2_000 - PRICE.amount());
        assertThat(payments.balances(charge.payment()))
                .containsExactly("host_payable -1173", "platform_revenue -160", "wallet 1333");
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);

        payments.ask(new Refund(charge.payment(), "", eur(333)));
        payments.ask(new Refund(charge.payment(), "", eur(333)));
        assertThat(held(driver)).isEqualTo(1_000);
        assertThat(payments.ask(new Refund(charge.payment(), "")).status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(held(driver)).isEqualTo(2_000);
        assertThat(payments.balances(charge.payment())).isEmpty();
        assertThat(payments.events("PaymentRefunded", charge.payment())).isEqualTo(2);
        assertThat(payments.ask(new ListTransactions(driver, null, 10)).items())
                .extracting(Transaction::amount)
                .containsExactly(eur(1_000), eur(333), PRICE);

        WalletPage page = payments.ask(new ListWalletEntries(driver, "EUR", null, 3));
        assertThat(page.items())
                .extracting(WalletEntry::kind)
                .containsExactly(WalletEntryKind.REFUND, WalletEntryKind.REFUND, WalletEntryKind.PAYMENT);
        assertThat(page.items()).extracting(entry -> entry.balance().amount()).containsExactly(2_000L, 1_000L, 667L);
        WalletPage rest = payments.ask(new ListWalletEntries(driver, "EUR", page.next(), 3));
        assertThat(rest.items())
                .extracting(WalletEntry::kind, entry -> entry.amount().amount())
                .containsExactly(org.assertj.core.groups.Tuple.tuple(WalletEntryKind.TOP_UP, 2_000L));
        assertThat(rest.next()).isNull();
    }

    @Test
    void whatTheWalletCannotPay_isDeclined_andACardMayPayInstead() {
        UserId driver = UserId.next();
        payments.ask(topUp(driver, 1_000, VISA));
        Charge charge = by(driver, PRICE);
        Payment declined = payments.ask(charge);
        assertThat(declined.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(declined.declineCode()).isEqualTo("wallet_insufficient");
        assertThat(payments.ask(PaymentFixture.with(charge, VISA)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(held(driver)).isEqualTo(1_000);
        assertThat(payments.balances(charge.payment())).contains("processor_clearing 1333");
    }

    @Test
    void whereACardWasTried_theWalletDoesNotPayToo() {
        UserId driver = UserId.next();
        payments.ask(topUp(driver, 5_000, VISA));
        Charge charge = PaymentFixture.with(by(driver, PRICE), THREE_D_SECURE);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(catchThrowableOfType(
                                Rejection.class, () -> payments.ask(PaymentFixture.with(charge, WalletCommand.METHOD)))
                        .problem()
                        .type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(held(driver)).isEqualTo(5_000);
    }

    @Test
    @Tag("rule-12")
    void forAHostWhoIsAskedFirst_itIsReserved_andPaysOnlyIfTheySayYes() {
        UserId driver = UserId.next();
        payments.ask(topUp(driver, 2_000, VISA));
        Charge accepted = by(driver, PRICE);
        assertThat(payments.ask(new Authorise(accepted)).status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(payments.ask(new Authorise(accepted)).status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(payments.events("PaymentAuthorised", accepted.payment())).isEqualTo(1);
        assertThat(payments.ask(new GetWallet(driver)).balances()).containsExactly(new WalletBalance(eur(667), PRICE));
        assertThat(payments.transfers(accepted.payment())).isZero();
        Charge declined = by(driver, eur(600));
        assertThat(payments.ask(new Authorise(declined)).status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(payments.ask(new Authorise(by(driver, eur(68)))).declineCode())
                .isEqualTo("wallet_insufficient");

        assertThat(payments.together(3, accepted)).allMatch(answer -> answer.status() == PaymentStatus.SUCCEEDED);
        assertThat(payments.ask(new Abandon(declined.payment())).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(payments.ask(new GetWallet(driver)).balances()).containsExactly(new WalletBalance(eur(667), eur(0)));
        assertThat(payments.transfers(accepted.payment())).isEqualTo(1);
        assertThat(payments.transfers(declined.payment())).isZero();
        assertThat(payments.ask(declined).status()).isEqualTo(PaymentStatus.CANCELLED);
    }

    @Test
    void whatComesLater_isPaidAsTheBookingWas_andASeriesToo() {
        UserId driver = UserId.next();
        payments.ask(topUp(driver, 5_000, VISA));
        Charge first = by(driver, eur(1_000));
        payments.ask(first);
        Charge more = new Charge(
                PaymentId.next(),
                first.booking(),
                driver,
                first.host(),
                eur(500),
                COMMISSION,
                null,
                "Parking, longer",
                first.returnUrl());
        assertThat(payments.ask(more).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(held(driver)).isEqualTo(3_500);

        ChargeTogether series = new ChargeTogether(
                PaymentId.next(),
                List.of(new Share(BookingId.next(), eur(700)), new Share(BookingId.next(), eur(800))),
                driver,
                first.host(),
                COMMISSION,
                WalletCommand.METHOD,
                "Parking, each week",
                first.returnUrl());
        assertThat(payments.ask(series).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(held(driver)).isEqualTo(2_000);
        PaymentId share = new PaymentId(series.shares().getLast().booking().value());
        assertThat(payments.ask(new Refund(share, "")).status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(held(driver)).isEqualTo(2_800);
    }

    private ProblemType refusal(TopUp topUp) {
        return catchThrowableOfType(Rejection.class, () -> payments.ask(topUp))
                .problem()
                .type();
    }
}
