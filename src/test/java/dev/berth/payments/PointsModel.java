package dev.berth.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** What a driver does with points, wallet and card, beside the plainest reckoning of what that leaves. */
final class PointsModel {
    private static final String VISA = "pm_card_visa";
    private static final String DECLINED = "pm_card_chargeDeclined";
    private static final long CARD_MINIMUM = 50;
    private static final int EARNED_BASIS_POINTS = 2_500;
    private static final int POINT_WORTH = 3;
    private static final long DAY = 86_400_000;
    private static final long LIFETIME = 365 * DAY;
    private static final long KEPT = 30 * DAY;

    private final PaymentFixture payments;
    private final Random random;
    private final String how;
    private final UserId driver = UserId.next();
    private final UserId host = UserId.next();
    private final List<Lot> lots = new ArrayList<>();
    private final List<Paid> paid = new ArrayList<>();
    private long wallet;
    private long clock;
    private long numbers;
    private long tick;

    PointsModel(PaymentFixture payments, Random random, String how) {
        this.payments = payments;
        this.random = random;
        this.how = how;
    }

    /** Expires at a time of the model; of those that do together, the one with the lower number goes first. */
    private static final class Lot {
        final long expires;
        final long number;
        long left;

        Lot(long expires, long number, long left) {
            this.expires = expires;
            this.number = number;
            this.left = left;
        }
    }

    private record Use(long expires, long number, long amount) {}

    private static final class Paid {
        final Charge charge;
        final long points;
        final long wallet;
        final long card;
        final List<Use> uses;
        long back;
        boolean completed;
        long earned;

        Paid(Charge charge, long points, long wallet, List<Use> uses) {
            this.charge = charge;
            this.points = points;
            this.wallet = wallet;
            this.card = charge.price().amount() - points - wallet;
            this.uses = uses;
        }

        long backTo(long paid, long before) {
            return Math.clamp(back - before, 0, paid);
        }

        long money() {
            return card - backTo(card, 0) + wallet - backTo(wallet, card);
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            tick++;
            switch (random.nextInt(10)) {
                case 0 -> topUp();
                case 1, 2, 3, 4 -> pay();
                case 5, 6 -> complete();
                case 7, 8 -> refund();
                default -> expire();
            }
            check();
        }
        eachSourceHasBackWhatItDoesNotKeep();
    }

    private long points() {
        return lots.stream().mapToLong(lot -> lot.left).sum();
    }

    private void topUp() {
        long amount = 1L + random.nextInt(2_000);
        Transfer topUp = Transfer.apart(Ids.next(), TransferKind.TOP_UP, Postings.topUp(driver, eur(amount)));
        payments.db.inTransaction(connection -> new LedgerSql(payments.db).post(connection, topUp));
        wallet += amount;
    }

    private void pay() {
        Inside inside = new Inside(random.nextInt(3) > 0, random.nextInt(3) > 0);
        String method = switch (random.nextInt(5)) {
            case 0 -> PaymentCommand.POINTS;
            case 1 -> WalletCommand.METHOD;
            case 2 -> DECLINED;
            default -> VISA;
        };
        long price = CARD_MINIMUM + random.nextInt(random.nextBoolean() ? 400 : 3_000);
        boolean byCard = method.equals(VISA) || method.equals(DECLINED);
        boolean usePoints = inside.points() || method.equals(PaymentCommand.POINTS);
        boolean useWallet = inside.wallet() || method.equals(WalletCommand.METHOD);
        long fromPoints = usePoints ? Math.min(points(), price) : 0;
        long fromWallet = useWallet ? Math.min(wallet, price - fromPoints) : 0;
        long rest = price - fromPoints - fromWallet;
        if (byCard && rest > 0 && rest < CARD_MINIMUM) {
            // A cent after the other, as long as there is one.
            while (rest < Math.min(CARD_MINIMUM, price)) {
                if (fromWallet > 0) {
                    fromWallet--;
                } else {
                    fromPoints--;
                }
                rest++;
            }
        }
        boolean pays = byCard ? rest == 0 || method.equals(VISA) : rest == 0;
        Charge charge = new Charge(
                PaymentId.next(),
                BookingId.next(),
                driver,
                host,
                eur(price),
                random.nextInt(10_001),
                method,
                "Parking",
                "http://127.0.0.1:1/return",
                inside);
        payments.ask(charge);
        // A machine with much to do may answer before it is decided.
        PaymentFixture.until(
                () -> payments.payment(charge.payment()).status() != PaymentStatus.PROCESSING, "the outcome; " + how);
        assertThat(payments.payment(charge.payment()).status())
                .as("%s: %s of %d", how, method, price)
                .isEqualTo(pays ? PaymentStatus.SUCCEEDED : PaymentStatus.DECLINED);
        if (pays) {
            wallet -= fromWallet;
            paid.add(new Paid(charge, fromPoints, fromWallet, take(fromPoints)));
            if (random.nextInt(4) == 0) {
                assertThat(payments.ask(charge).status()).isEqualTo(PaymentStatus.SUCCEEDED);
            }
        }
    }

    private List<Use> take(long amount) {
        List<Use> uses = new ArrayList<>();
        long open = amount;
        for (Lot lot : lots) {
            long part = Math.min(open, lot.left);
            if (part > 0) {
                lot.left -= part;
                open -= part;
                uses.add(new Use(lot.expires, lot.number, part));
            }
        }
        lots.removeIf(lot -> lot.left == 0);
        assertThat(open).isZero();
        return uses;
    }

    private void add(long expires, long amount) {
        lots.add(new Lot(expires, numbers++, amount));
        lots.sort(Comparator.comparingLong((Lot lot) -> lot.expires).thenComparingLong(lot -> lot.number));
    }

    private void complete() {
        if (paid.isEmpty()) {
            return;
        }
        Paid one = paid.get(random.nextInt(paid.size()));
        payments.number(
                "SELECT granted FROM points.complete($1, $2, 'EUR', $3, $4, $5, $6)",
                one.charge.booking().value(),
                driver.value(),
                EARNED_BASIS_POINTS,
                (long) POINT_WORTH,
                LIFETIME,
                KEPT);
        one.completed = true;
        settle(one);
    }

    private void settle(Paid one) {
        if (!one.completed) {
            return;
        }
        long due = one.money() * EARNED_BASIS_POINTS / 10_000 / POINT_WORTH * POINT_WORTH;
        if (due > one.earned) {
            add(now() + LIFETIME, due - one.earned);
        } else {
            take(Math.min(one.earned - due, points()));
        }
        one.earned = due;
    }

    private void refund() {
        if (paid.isEmpty()) {
            return;
        }
        Paid one = paid.get(random.nextInt(paid.size()));
        long price = one.charge.price().amount();
        long total = random.nextInt(3) == 0 ? price : 1 + random.nextLong(price);
        payments.ask(new Refund(one.charge.payment(), "", eur(total)));
        long pointsBefore = one.backTo(one.points, one.card + one.wallet);
        long walletBefore = one.backTo(one.wallet, one.card);
        one.back = Math.max(one.back, total);
        wallet += one.backTo(one.wallet, one.card) - walletBefore;
        giveBack(one, pointsBefore, one.backTo(one.points, one.card + one.wallet) - pointsBefore);
        payments.number(
                "SELECT granted FROM points.settle($1)", one.charge.booking().value());
        settle(one);
    }

    /** What was taken last comes back first. */
    private void giveBack(Paid one, long before, long amount) {
        long skip = before;
        long open = amount;
        for (Use use : one.uses.reversed()) {
            long part = Math.min(open, Math.max(0, use.amount() - skip));
            skip = Math.max(0, skip - use.amount());
            if (part > 0) {
                open -= part;
                add(Math.max(use.expires(), now() + KEPT), part);
            }
        }
        assertThat(open).isZero();
    }

    /** Days go by: there, all lots end so much sooner. */
    private void expire() {
        int days = 1 + random.nextInt(200);
        clock += days * DAY;
        payments.db.query("""
                UPDATE payments.points_lot l SET expires_at = l.expires_at - $2 * interval '1 day'
                FROM payments.account a WHERE a.id = l.account AND a.owner = $1
                """, Tuple.of(driver.value(), (double) days));
        payments.number("SELECT accounts FROM payments.expire_points(100)");
        lots.removeIf(lot -> lot.expires <= now());
    }

    /** In milliseconds, which go by with each step. */
    private long now() {
        return clock + tick;
    }

    private void check() {
        List<Long> left = new ArrayList<>();
        for (Row row : payments.db.query("""
                SELECT l.remaining FROM payments.points_lot l JOIN payments.account a ON a.id = l.account
                WHERE a.owner = $1 AND l.remaining > 0 ORDER BY l.expires_at, l.id
                """, Tuple.of(driver.value()))) {
            left.add(row.getLong(0));
        }
        assertThat(left)
                .as("%s, step %d", how, tick)
                .containsExactlyElementsOf(lots.stream().map(lot -> lot.left).toList());
        assertThat(held("points_liability")).as(how).isEqualTo(points()).isNotNegative();
        assertThat(held("wallet")).as(how).isEqualTo(wallet).isNotNegative();
    }

    private long held(String kind) {
        return payments.number("""
                SELECT coalesce(sum(r.credit - r.debit), 0)::bigint - coalesce(sum(r.reserved), 0)::bigint
                FROM payments.account a JOIN payments.running r ON r.account = a.id WHERE a.kind = $1 AND a.owner = $2
                """, kind, driver.value());
    }

    private void eachSourceHasBackWhatItDoesNotKeep() {
        for (Paid one : paid) {
            assertThat(moved(one, "processor_clearing")).as(how).isEqualTo(one.card - one.backTo(one.card, 0));
            assertThat(moved(one, "wallet")).as(how).isEqualTo(one.wallet - one.backTo(one.wallet, one.card));
            assertThat(moved(one, "points_liability"))
                    .as(how)
                    .isEqualTo(one.points - one.backTo(one.points, one.card + one.wallet));
        }
    }

    private long moved(Paid one, String kind) {
        return payments.number("""
                SELECT coalesce(sum(e.amount), 0)::bigint
                FROM payments.transfer t JOIN payments.entry e ON e.transfer = t.id
                JOIN payments.account a ON a.id = e.account WHERE t.payment = $1 AND a.kind = $2
                """, one.charge.payment().value(), kind);
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }
}
