package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.COMMISSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.ServiceFee;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.ChargeTogether;
import dev.berth.payments.PaymentCommand.ChargedPart;
import dev.berth.payments.PaymentCommand.FindCharged;
import dev.berth.payments.PaymentCommand.GetTrialBalance;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.Reassign;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
import org.junit.jupiter.params.provider.CsvSource;

/** A service fee in a payment is the platform's, whoever pays, and goes back only with all of it. */
@WithServices
@Timeout(120)
@Tag("rule-27")
@Tag("rule-29")
@TestInstance(Lifecycle.PER_CLASS)
class ServiceFeePaymentsIT {
    private static final String VISA = "pm_card_visa";
    private static final Principal ADMIN = new Principal(UserId.next(), Set.of(Role.ADMIN));
    private static final ServiceFee FEE = new ServiceFee(eur(119), eur(19));
    private static final Money PRICE = eur(1_119);

    private PaymentFixture payments;

    @BeforeAll
    void start(Services services, @TempDir Path folder) throws Exception {
        payments = new PaymentFixture(services, folder);
        payments.deploy();
    }

    @AfterAll
    void close() {
        payments.close();
    }

    @AfterEach
    void allIsBalanced() {
        assertThat(payments.ask(new GetTrialBalance(ADMIN)).balanced()).isTrue();
        assertThat(payments.ask(new FinanceCommand.FindDifferences(ADMIN)).items())
                .isEmpty();
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private static Charge charge(UserId driver, String method, @Nullable Inside inside) {
        return new Charge(
                PaymentId.next(),
                BookingId.next(),
                driver,
                UserId.next(),
                PRICE,
                COMMISSION,
                method,
                "Parking",
                "http://127.0.0.1:1/return",
                inside,
                FEE);
    }

    private void fill(UserId driver, long amount) {
        Transfer transfer = Transfer.apart(Ids.next(), TransferKind.TOP_UP, Postings.topUp(driver, eur(amount)));
        payments.db.inTransaction(connection -> new LedgerSql(payments.db).post(connection, transfer));
    }

    /** What a payment has left in accounts of a kind, credits positive. */
    private long has(String kind, PaymentId payment) {
        return payments.number("""
                SELECT coalesce(-sum(e.amount), 0)::bigint FROM payments.entry e
                JOIN payments.account a ON a.id = e.account JOIN payments.transfer t ON t.id = e.transfer
                WHERE a.kind = $1 AND t.payment = $2
                """, kind, payment.value());
    }

    private void assertShared(PaymentId payment, long host, long platform, long tax) {
        assertThat(List.of(has("host_payable", payment), has("platform_revenue", payment), has("tax_payable", payment)))
                .containsExactly(host, platform, tax);
    }

    @ParameterizedTest
    @CsvSource({"pm_card_visa, false", "pm_card_visa, true", "wallet, false"})
    void whoeverPays_theFeeIsOurs_itsTaxIsOwed_andItGoesBackLast(String method, boolean wallet) {
        UserId driver = UserId.next();
        fill(driver, method.equals(WalletCommand.METHOD) ? 5_000 : 300);
        Charge charge = charge(driver, method, wallet ? new Inside(false, true) : null);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        PaymentId payment = charge.payment();
        assertShared(payment, 880, 220, 19);

        payments.ask(new Refund(payment, "half", eur(500)));
        PaymentFixture.until(() -> has("host_payable", payment) == 440, "half of the parking to be back");
        assertShared(payment, 440, 160, 19);
        payments.ask(new Refund(payment, "all of the parking", eur(1_000)));
        PaymentFixture.until(() -> has("host_payable", payment) == 0, "all of the parking to be back");
        assertShared(payment, 0, 100, 19);
        payments.ask(new Refund(payment, "everything"));
        payments.awaitStatus(payment, PaymentStatus.REFUNDED);
        assertShared(payment, 0, 0, 0);

        List<Transaction> told =
                payments.ask(new ListTransactions(driver, null, 10)).items();
        assertThat(told.stream().filter(each -> each.kind() == PaymentCommand.TransactionKind.CHARGE))
                .extracting(Transaction::serviceFee)
                .containsExactly(eur(119));
        assertThat(told.stream()
                        .filter(each -> each.kind() == PaymentCommand.TransactionKind.REFUND)
                        .map(Transaction::serviceFee)
                        .filter(java.util.Objects::nonNull)
                        .mapToLong(Money::amount)
                        .sum())
                .isEqualTo(119);
    }

    @Test
    void whatIsSetAside_andEachOfASeries_hasItsFeeToo() {
        UserId driver = UserId.next();
        Charge request = charge(driver, VISA, null);
        assertThat(payments.ask(new Authorise(request)).status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertShared(request.payment(), 0, 0, 0);
        payments.ask(request);
        payments.awaitStatus(request.payment(), PaymentStatus.SUCCEEDED);
        assertShared(request.payment(), 880, 220, 19);

        // Half of the parking is wanted when it is collected, and of the fee what goes with it.
        Charge longer = charge(driver, VISA, null);
        assertThat(payments.ask(new Authorise(longer)).status()).isEqualTo(PaymentStatus.AUTHORISED);
        payments.ask(new Charge(
                longer.payment(),
                longer.booking(),
                longer.driver(),
                longer.host(),
                eur(560),
                COMMISSION,
                VISA,
                longer.description(),
                longer.returnUrl(),
                null,
                new ServiceFee(eur(60), eur(10))));
        payments.awaitStatus(longer.payment(), PaymentStatus.SUCCEEDED);
        assertShared(longer.payment(), 440, 110, 10);

        BookingId first = BookingId.next();
        BookingId second = BookingId.next();
        PaymentId whole = PaymentId.next();
        payments.ask(new ChargeTogether(
                whole,
                List.of(new Share(first, PRICE, FEE), new Share(second, eur(500))),
                driver,
                request.host(),
                COMMISSION,
                VISA,
                "Parking",
                "http://127.0.0.1:1/return"));
        assertShared(new PaymentId(first.value()), 880, 220, 19);
        assertShared(new PaymentId(second.value()), 440, 60, 0);
        assertThat(payments.ask(new FindCharged(whole)).parts())
                .extracting(ChargedPart::fee)
                .containsExactlyInAnyOrder(FEE, null);
    }

    @Test
    @Tag("rule-18")
    void anotherHost_getsNothingOfTheFee() {
        Charge charge = charge(UserId.next(), VISA, null);
        payments.ask(charge);
        UserId other = UserId.next();
        payments.ask(new Reassign(charge.booking(), other, eur(1_050)));
        assertThat(payments.number("""
                        SELECT sum(r.credit - r.debit)::bigint FROM payments.running r JOIN payments.account a ON a.id = r.account
                        WHERE a.kind = 'host_payable' AND a.owner = $1
                        """, other.value()))
                .as("their own share of 10.50")
                .isEqualTo(924);
        assertShared(charge.payment(), 924, 176, 19);
    }
}
