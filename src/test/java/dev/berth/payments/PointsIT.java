package dev.berth.payments;

import static dev.berth.payments.PaymentFixture.COMMISSION;
import static dev.berth.payments.PaymentFixture.charge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Authorise;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.values.Ids;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Points, the wallet and the card pay in this order, and are paid back in reverse; points are earned and expire. */
@Tag("PY8")
@Tag("rule-32")
class PointsIT extends PaymentSetting {
    private static final String DECLINED = "pm_card_chargeDeclined";
    private static final Inside ALL = new Inside(true, true);
    private static final long DAY_MILLIS = 86_400_000;
    private static final int CARD_MINIMUM = 50;

    private static Charge by(UserId driver, long price, String method, @Nullable Inside inside) {
        Charge like = charge(method);
        return new Charge(
                like.payment(),
                like.booking(),
                driver,
                like.host(),
                eur(price),
                COMMISSION,
                method,
                like.description(),
                like.returnUrl(),
                inside);
    }

    private static Charge with(Charge charge, String method) {
        return new Charge(
                charge.payment(),
                charge.booking(),
                charge.driver(),
                charge.host(),
                charge.price(),
                COMMISSION,
                method,
                charge.description(),
                charge.returnUrl(),
                charge.inside());
    }

    private long available(Account account, UserId driver) {
        return payments.number("""
                SELECT coalesce(sum(r.credit - r.debit - r.reserved), 0)::bigint
                FROM payments.account a JOIN payments.running r ON r.account = a.id WHERE a.kind = $1 AND a.owner = $2
                """, account.kind(), driver.value());
    }

    private long points(UserId driver) {
        return available(Account.POINTS_LIABILITY, driver);
    }

    private long wallet(UserId driver) {
        return available(Account.WALLET, driver);
    }

    private void fill(UserId driver, long amount) {
        Transfer topUp = Transfer.apart(Ids.next(), TransferKind.TOP_UP, Postings.topUp(driver, eur(amount)));
        payments.db.inTransaction(connection -> new LedgerSql(payments.db).post(connection, topUp));
    }

    /** The stay that a payment was for is completed; how often that is told does not matter. */
    private void complete(Charge of, long lifetimeMillis, long keptMillis) {
        payments.number(
                "SELECT granted FROM points.complete($1, $2, 'EUR', 1000, 1, $3, $4)",
                of.booking().value(),
                of.driver().value(),
                lifetimeMillis,
                keptMillis);
    }

    private void settle(Charge of) {
        payments.number("SELECT granted FROM points.settle($1)", of.booking().value());
    }

    /** What a tenth of the price of a completed stay is worth. */
    private Charge earn(UserId driver, long worth, long lifetimeMillis, long keptMillis) {
        Charge paid = by(driver, worth * 10, VISA, null);
        assertThat(payments.ask(paid).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        complete(paid, lifetimeMillis, keptMillis);
        return paid;
    }

    private Charge earn(UserId driver, long worth) {
        return earn(driver, worth, 365 * DAY_MILLIS, 30 * DAY_MILLIS);
    }

    private void expire() {
        payments.number("SELECT accounts FROM payments.expire_points(100)");
    }

    @Test
    void points_thenTheWallet_thenTheCard_pay_andArePaidBackInReverse() throws Exception {
        UserId driver = UserId.next();
        earn(driver, 200);
        fill(driver, 300);
        Charge charge = by(driver, 1_333, VISA, ALL);
        assertThat(payments.together(4, charge)).allMatch(answer -> answer.status() != PaymentStatus.DECLINED);
        payments.awaitStatus(charge.payment(), PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(charge.payment())).singleElement().satisfies(intent -> {
            assertThat(intent.getAmount()).isEqualTo(833);
        });
        assertThat(payments.balances(charge.payment()))
                .containsExactly(
                        "host_payable -1173",
                        "platform_revenue -160",
                        "points_liability 200",
                        "processor_clearing 833",
                        "wallet 300");
        assertThat(payments.transfers(charge.payment())).isEqualTo(1);
        assertThat(points(driver)).isZero();
        assertThat(wallet(driver)).isZero();

        payments.ask(new Refund(charge.payment(), "", eur(900)));
        payments.ask(new Refund(charge.payment(), "", eur(900)));
        assertThat(wallet(driver)).as("what the card has not paid").isEqualTo(67);
        assertThat(points(driver)).isZero();
        payments.ask(new Refund(charge.payment(), "", eur(1_200)));
        assertThat(wallet(driver)).isEqualTo(300);
        assertThat(points(driver)).isEqualTo(67);
        assertThat(payments.ask(new Refund(charge.payment(), "")).status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(points(driver)).isEqualTo(200);
        assertThat(payments.balances(charge.payment())).isEmpty();
        assertThat(payments.ask(new ListTransactions(driver, null, 10)).items().stream()
                        .filter(transaction -> transaction.paymentId().equals(charge.payment()))
                        .map(Transaction::amount))
                .containsExactlyInAnyOrder(eur(133), eur(300), eur(67), eur(833), eur(1_333));
    }

    @Test
    void aDeclinedCard_givesBackWhatWasReserved_andAnotherCardPaysTheSameRest() throws Exception {
        UserId driver = UserId.next();
        earn(driver, 100);
        fill(driver, 500);
        Charge charge = by(driver, 1_000, DECLINED, ALL);
        assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(points(driver)).isEqualTo(100);
        assertThat(wallet(driver)).isEqualTo(500);
        // More has come in since, but the provider knows the rest.
        fill(driver, 300);
        assertThat(payments.ask(with(charge, VISA)).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(wallet(driver)).isEqualTo(300);
        assertThat(payments.intents(charge.payment())).singleElement().satisfies(intent -> {
            assertThat(intent.getAmount()).isEqualTo(400);
        });

        Charge atTheBank = by(driver, 1_000, THREE_D_SECURE, ALL);
        Payment asked = payments.ask(atTheBank);
        assertThat(asked.status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(wallet(driver)).as("reserved").isZero();
        payments.answerChallenge(Objects.requireNonNull(asked.actionUrl()), "fail");
        payments.awaitStatus(atTheBank.payment(), PaymentStatus.DECLINED);
        assertThat(wallet(driver)).isEqualTo(300);
        Charge abandoned = by(driver, 1_000, THREE_D_SECURE, ALL);
        assertThat(payments.ask(abandoned).status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(payments.ask(new Abandon(abandoned.payment())).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(wallet(driver)).isEqualTo(300);
        assertThat(payments.transfers(abandoned.payment())).isZero();
    }

    @Test
    void whatTheyCover_needsNoCard_andWhatTheyDoNot_isDeclined() throws Exception {
        UserId driver = UserId.next();
        earn(driver, 400);
        Charge short1 = by(driver, 500, PaymentCommand.POINTS, new Inside(true, false));
        assertThat(payments.ask(short1).declineCode()).isEqualTo("points_insufficient");
        assertThat(points(driver)).isEqualTo(400);
        Charge all = by(driver, 300, VISA, new Inside(true, false));
        assertThat(payments.ask(all).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.intents(all.payment())).isEmpty();
        assertThat(points(driver)).isEqualTo(100);
        // A card is charged with something, or not at all.
        Charge little = by(driver, 120, VISA, new Inside(true, false));
        assertThat(payments.ask(little).status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(payments.balances(little.payment()))
                .contains("points_liability " + (120 - CARD_MINIMUM), "processor_clearing " + CARD_MINIMUM);
    }

    @Test
    @Tag("rule-12")
    void forAHostWhoIsAskedFirst_allPartsAreSetAside_andCollectedOrFreeAgain() {
        UserId driver = UserId.next();
        earn(driver, 300);
        Charge accepted = by(driver, 500, VISA, ALL);
        assertThat(payments.ask(new Authorise(accepted)).status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(points(driver)).isZero();
        assertThat(payments.transfers(accepted.payment())).isZero();
        assertThat(payments.together(3, accepted)).allMatch(answer -> answer.status() != PaymentStatus.DECLINED);
        payments.awaitStatus(accepted.payment(), PaymentStatus.SUCCEEDED);
        assertThat(payments.balances(accepted.payment())).contains("points_liability 300", "processor_clearing 200");
        earn(driver, 300);
        Charge declined = by(driver, 200, PaymentCommand.POINTS, new Inside(true, false));
        assertThat(payments.ask(new Authorise(declined)).status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(points(driver)).isEqualTo(100);
        assertThat(payments.ask(new Abandon(declined.payment())).status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(points(driver)).isEqualTo(300);
    }

    @Test
    void aCardThatPaysWhenItsReservationIsGone_andSpent_fillsTheWallet() throws Exception {
        UserId driver = UserId.next();
        earn(driver, 300);
        Charge late = by(driver, 1_000, THREE_D_SECURE, ALL);
        Payment asked = payments.ask(late);
        payments.db.query(
                "UPDATE payments.pending SET expires_at = now() WHERE payment = $1",
                Tuple.of(late.payment().value()));
        PaymentFixture.until(() -> points(driver) == 300, "the reservation to expire");
        assertThat(payments.ask(by(driver, 300, PaymentCommand.POINTS, ALL)).status())
                .isEqualTo(PaymentStatus.SUCCEEDED);
        payments.answerChallenge(Objects.requireNonNull(asked.actionUrl()), "authorise");
        payments.awaitStatus(late.payment(), PaymentStatus.CANCELLED);
        assertThat(wallet(driver)).isEqualTo(700);
        assertThat(payments.balances(late.payment())).containsExactly("processor_clearing 700", "wallet -700");
        assertThat(payments.events("PaymentFailed", late.payment())).isEqualTo(1);
        assertThat(payments.ask(late).status()).isEqualTo(PaymentStatus.CANCELLED);
    }

    @Test
    void pointsAreEarnedOnce_forMoneyOnly_andTakenBackInProportion() {
        UserId driver = UserId.next();
        Charge paid = by(driver, 1_009, VISA, null);
        payments.ask(paid);
        settle(paid);
        assertThat(points(driver)).as("not before the stay is completed").isZero();
        List<Future<?>> told = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            told.add(payments.db.send(
                    "SELECT points.complete($1, $2, 'EUR', 1000, 7, 1000000, 0)",
                    Tuple.of(paid.booking().value(), driver.value())));
        }
        told.forEach(PaymentFixture::await);
        assertThat(points(driver)).as("whole points of 7").isEqualTo(98);

        Charge mixed = by(driver, 1_000, VISA, ALL);
        payments.ask(mixed);
        complete(mixed, DAY_MILLIS, 0);
        assertThat(points(driver)).as("nothing for what points have paid").isEqualTo((1_000 - 98) / 10);
        payments.ask(new Refund(mixed.payment(), "", eur(502)));
        settle(mixed);
        settle(mixed);
        assertThat(points(driver)).isEqualTo(40);
        // What is spent is let go.
        payments.ask(by(driver, 30, PaymentCommand.POINTS, ALL));
        payments.ask(new Refund(mixed.payment(), "", eur(902)));
        settle(mixed);
        settle(mixed);
        assertThat(points(driver)).isZero();
        assertThat(payments.number(
                        "SELECT forgiven FROM points.stay WHERE booking = $1",
                        mixed.booking().value()))
                .isEqualTo(30);
    }

    @Test
    void whatGoesBackToSeveralPlaces_isOneRefund_unlessTheProviderTakesItsTime() throws Exception {
        UserId driver = UserId.next();
        earn(driver, 100, DAY_MILLIS, 0);
        Charge together = by(driver, 1_000, VISA, ALL);
        payments.ask(together);
        assertThat(payments.ask(new Refund(together.payment(), "")).status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(told(together)).containsExactly("1000: 100 0 900");
        assertThat(payments.balances(together.payment())).isEmpty();
        assertThat(points(driver)).isEqualTo(100);

        Charge apart = by(driver, 1_000, VISA, ALL);
        payments.ask(apart);
        payments.faults("fail_requests=1");
        payments.ask(new Refund(apart.payment(), ""));
        assertThat(told(apart)).containsExactly("100: 100 0 0");
        assertThat(points(driver)).as("they do not wait for the card").isEqualTo(100);
        payments.lookUpNow();
        payments.awaitStatus(apart.payment(), PaymentStatus.REFUNDED);
        assertThat(told(apart)).containsExactlyInAnyOrder("100: 100 0 0", "900: 0 0 900");
        assertThat(payments.balances(apart.payment())).isEmpty();

        // Of a node that has died between writing it down and asking, the card's part brings the other along.
        Charge broken = by(driver, 1_000, VISA, ALL);
        payments.ask(broken);
        payments.db.query("""
                INSERT INTO payments.refund (id, payment, amount, source, reason, status, next_check_at)
                SELECT uuidv7(), $1, s.amount, s.source, '', 'PENDING', s.due
                FROM (VALUES (100, 'INSIDE', NULL), (900, 'CARD', now())) AS s (amount, source, due)
                """, Tuple.of(broken.payment().value()));
        payments.awaitStatus(broken.payment(), PaymentStatus.REFUNDED);
        assertThat(told(broken)).containsExactly("1000: 100 0 900");
    }

    /** What is told of a payment's refunds: how much, of that as points, into the wallet and to the card. */
    private List<String> told(Charge of) {
        List<String> told = new ArrayList<>();
        payments.db.query("""
                        SELECT format('%s: %s %s %s', body::jsonb #>> '{amount,amount}', body::jsonb #>> '{parts,points,amount}',
                            body::jsonb #>> '{parts,wallet,amount}', body::jsonb #>> '{parts,card,amount}') AS told
                        FROM platform.outbox WHERE type = 'payments.PaymentRefunded' AND body LIKE '%' || $1 || '%'
                        """, Tuple.of(of.payment().toString())).forEach(row -> told.add(row.getString("told")));
        return told;
    }

    @Test
    void theOldestAreSpentFirst_whatIsReservedDoesNotExpire_andWhatComesBackCanBeSpentForAWhile() {
        UserId driver = UserId.next();
        earn(driver, 100, DAY_MILLIS, 3 * DAY_MILLIS);
        earn(driver, 200, 10 * DAY_MILLIS, 3 * DAY_MILLIS);
        Charge spent = by(driver, 150, PaymentCommand.POINTS, ALL);
        payments.ask(spent);
        assertThat(lots(driver)).containsExactly("150 in 10 days");
        payments.ask(new Refund(spent.payment(), ""));
        assertThat(lots(driver)).containsExactly("100 in 3 days", "150 in 10 days", "50 in 10 days");

        Charge reserved = by(driver, 60, PaymentCommand.POINTS, ALL);
        payments.ask(new Authorise(reserved));
        later(driver, 5);
        assertThat(payments.ask(by(driver, 201, PaymentCommand.POINTS, ALL)).declineCode())
                .as("what is over does not pay, expired or not")
                .isEqualTo("points_insufficient");
        expire();
        expire();
        assertThat(points(driver)).isEqualTo(200);
        payments.ask(reserved);
        assertThat(lots(driver)).containsExactly("150 in 5 days", "50 in 5 days");
        later(driver, 6);
        expire();
        assertThat(lots(driver)).isEmpty();
        assertThat(points(driver)).isZero();
    }

    private void later(UserId driver, int days) {
        payments.db.query("""
                UPDATE payments.points_lot l SET expires_at = expires_at - $2 * interval '1 day'
                FROM payments.account a WHERE a.id = l.account AND a.owner = $1
                """, Tuple.of(driver.value(), (double) days));
    }

    private List<String> lots(UserId driver) {
        List<String> lots = new ArrayList<>();
        payments.db.query("""
                SELECT l.remaining || ' in ' || round(extract(epoch FROM l.expires_at - now()) / 86400) || ' days'
                FROM payments.points_lot l JOIN payments.account a ON a.id = l.account
                WHERE a.owner = $1 AND l.remaining > 0 ORDER BY l.expires_at, l.id
                """, Tuple.of(driver.value())).forEach(row -> lots.add(row.getString(0)));
        return lots;
    }

    /** By a command and by the statement that books, at the same instant: nobody waits for the other in a circle. */
    @Test
    @Tag("PY5")
    void twoFirstPaymentsOfADriver_byDifferentWays_bothSucceed() {
        List<Future<?>> tries = new ArrayList<>();
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            UserId driver = UserId.next();
            fill(driver, 1_000);
            Charge one = by(driver, 400, WalletCommand.METHOD, null);
            charges.add(one);
            UUID other = Ids.next();
            tries.add(payments.bus.ask(one));
            tries.add(payments.db.send(
                    """
                    SELECT payments.pay_from_wallet($1, $1, $2, $3, 600, 'EUR', 0, '',
                        ARRAY['driver_receivable', 'host_payable', 'wallet', 'driver_receivable'],
                        ARRAY[$2, $3, $2, $2]::uuid[], ARRAY[600, -600, 600, -600], '{}', NULL)
                    """, Tuple.of(other, driver.value(), one.host().value())));
        }
        tries.forEach(PaymentFixture::await);
        assertThat(charges).allMatch(each -> wallet(each.driver()) == 0);
    }

    /** What is done at random, against a plain model of it. */
    @Test
    @Tag("rule-26")
    @Tag("rule-29")
    void whateverIsDone_pointsAndWalletAreNeverNegative_andEachSourceHasBackWhatItDoesNotKeep() {
        long seed = Long.getLong("berth.points.seed", new Random().nextLong());
        int steps = Integer.getInteger("berth.points.steps", 120);
        new PointsModel(payments, new Random(seed), "seed " + seed).run(steps);
    }
}
