package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.PRICE;
import static dev.berth.payments.PaymentFixture.charge;
import static dev.berth.payments.PaymentFixture.priced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.model.PaymentIntent;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentCreateParams;
import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Less is collected than was set aside, once, and the rest is released in the reverse order of spending (RULES 28, 32). */
@WithServices
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("rule-28")
@Tag("rule-32")
class CapturingLessIT {
    private static final String VISA = "pm_card_visa";
    private static final long LESS = 800;
    private static final long POINTS = 300;
    private static final long WALLET = 400;

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
    void allIsBalanced() throws Exception {
        payments.faults("");
        Principal admin = new Principal(UserId.next(), Set.of(Role.ADMIN));
        assertThat(payments.ask(new FinanceCommand.FindDifferences(admin)).items())
                .isEmpty();
    }

    private PaymentIntent intent(Charge charge) throws Exception {
        return payments.intents(charge.payment()).getFirst();
    }

    private void assertLessIsCollected(Charge charge) throws Exception {
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        PaymentIntent intent = intent(charge);
        assertThat(intent.getAmount()).isEqualTo(PRICE.amount());
        assertThat(intent.getAmountReceived()).isEqualTo(LESS);
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
        assertThat(payments.balances(charge.payment()))
                .containsExactly("host_payable -704", "platform_revenue -96", "processor_clearing 800");
        assertThat(payments.events("PaymentSucceeded", charge.payment())).isEqualTo(1);
    }

    @Test
    void lessThanWasSetAside_isCollectedOnce_howeverManyAsk_andComesBackWhole() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Authorise(charge));
        payments.together(8, priced(charge, LESS));
        assertLessIsCollected(charge);

        assertThatThrownBy(() -> payments.ask(priced(charge, LESS - 100)))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        refusal -> assertThat(refusal.problem().type()).isEqualTo(ProblemType.CONFLICT));

        payments.ask(new Refund(charge.payment(), "cancelled"));
        payments.awaitStatus(charge.payment(), PaymentStatus.REFUNDED);
        assertThat(payments.balances(charge.payment())).isEmpty();
    }

    @Test
    void moreThanWasSetAside_isNeverCollected() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Authorise(charge));
        assertThatThrownBy(() -> payments.ask(priced(charge, PRICE.amount() + 1)))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        refusal -> assertThat(refusal.problem().type()).isEqualTo(ProblemType.CONFLICT));
        assertThat(intent(charge).getStatus()).isEqualTo("requires_capture");
        assertThat(payments.transfers(charge.payment())).isZero();
    }

    @Test
    void aCollectionWhoseAnswerNeverComes_isFoundOut_andMadeOnce() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Authorise(charge));
        payments.faults("latency_millis=2500");
        assertThat(payments.ask(priced(charge, LESS)).status()).isEqualTo(PaymentStatus.PROCESSING);
        payments.faults("");
        assertLessIsCollected(charge);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNodeThatDiesWhileItCollects_hasWrittenDownHowMuch(boolean collected) throws Exception {
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
            payments.stripe
                    .v1()
                    .paymentIntents()
                    .capture(
                            intent.getId(),
                            PaymentIntentCaptureParams.builder()
                                    .setAmountToCapture(LESS)
                                    .build());
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
                        LESS,
                        PaymentFixture.COMMISSION,
                        intent.getId()));
        assertLessIsCollected(charge);
    }

    private long available(Account account, UserId driver) {
        return payments.number("""
                SELECT coalesce(sum(r.credit - r.debit - r.reserved), 0)::bigint
                FROM payments.account a JOIN payments.running r ON r.account = a.id WHERE a.kind = $1 AND a.owner = $2
                """, account.kind(), driver.value());
    }

    private Charge mixed() {
        Charge like = charge(VISA);
        UserId driver = like.driver();
        Transfer topUp =
                Transfer.apart(Ids.next(), TransferKind.TOP_UP, Postings.topUp(driver, new Money(WALLET, "EUR")));
        payments.db.inTransaction(connection -> new LedgerSql(payments.db).post(connection, topUp));
        payments.number(
                "SELECT granted FROM points.complete($1, $2, 'EUR', 1000, 1, $3, 0)",
                paidByCard(driver).booking().value(),
                driver.value(),
                86_400_000L);
        return new Charge(
                like.payment(),
                like.booking(),
                driver,
                like.host(),
                PRICE,
                PaymentFixture.COMMISSION,
                VISA,
                like.description(),
                like.returnUrl(),
                new Inside(true, true));
    }

    /** A stay whose tenth part is what points begin with. */
    private Charge paidByCard(UserId driver) {
        Charge like = charge(VISA);
        Charge paid = new Charge(
                like.payment(),
                like.booking(),
                driver,
                like.host(),
                new Money(POINTS * 10, "EUR"),
                PaymentFixture.COMMISSION,
                VISA,
                like.description(),
                like.returnUrl());
        payments.ask(paid);
        payments.awaitStatus(paid.payment(), PaymentStatus.SUCCEEDED);
        return paid;
    }

    /** Of 1333 points pay 300, the wallet 400 and the card 633, of which 50 is the least. */
    @ParameterizedTest
    @CsvSource({"1000, 300, 400, 300", "720, 300, 370, 50", "700, 300, 400, 0", "500, 300, 200, 0", "200, 200, 0, 0"})
    void whatPaysLess_isTheCardFirst_thenTheWallet_thenPoints(long price, long points, long wallet, long card)
            throws Exception {
        Charge charge = mixed();
        payments.ask(new Authorise(charge));
        assertThat(available(Account.WALLET, charge.driver())).isZero();
        assertThat(available(Account.POINTS_LIABILITY, charge.driver())).isZero();

        payments.together(4, priced(charge, price));
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);

        assertThat(available(Account.WALLET, charge.driver())).isEqualTo(WALLET - wallet);
        assertThat(available(Account.POINTS_LIABILITY, charge.driver())).isEqualTo(POINTS - points);
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
        if (card > 0) {
            assertThat(intent(charge).getAmountReceived()).isEqualTo(card);
            assertThat(payments.balances(charge.payment())).contains("processor_clearing " + card);
        } else {
            PaymentFixture.until(() -> statusAtProvider(charge).equals("canceled"), "the card to be free again");
            assertThat(payments.balances(charge.payment()))
                    .noneMatch(balance -> balance.startsWith("processor_clearing"));
        }

        payments.ask(new Refund(charge.payment(), "cancelled"));
        payments.awaitStatus(charge.payment(), PaymentStatus.REFUNDED);
        assertThat(available(Account.WALLET, charge.driver())).isEqualTo(WALLET);
        assertThat(available(Account.POINTS_LIABILITY, charge.driver())).isEqualTo(POINTS);
        assertThat(payments.balances(charge.payment())).isEqualTo(List.of());
    }

    @Test
    void whatCostsNothingAnyMore_leavesTheCardAlone() throws Exception {
        Charge charge = charge(VISA);
        payments.ask(new Authorise(charge));
        assertThat(payments.ask(priced(charge, 0)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        PaymentFixture.until(() -> statusAtProvider(charge).equals("canceled"), "the card to be free again");
        assertThat(payments.transfers(charge.payment())).isZero();
    }

    private String statusAtProvider(Charge charge) {
        try {
            return intent(charge).getStatus();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
