package dev.berth.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.ledger.LedgerSql.Held;
import dev.berth.ledger.LedgerSql.Phase;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** The ledger against a real database: balances that are kept, money that is reserved, statements, and what is refused. */
@WithServices
@Timeout(120)
@Tag("PY9")
@Tag("rule-26")
@TestInstance(Lifecycle.PER_CLASS)
class LedgerSqlIT {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int THREADS = 8;
    private static final int STEPS = 120;

    private final UserId driver = UserId.next();
    private TestNode node;
    private LedgerSql ledger;

    @BeforeAll
    void open(Services services) {
        node = new TestNode(services);
        ledger = new LedgerSql(node.db());
    }

    @AfterAll
    void close() {
        node.close();
    }

    @AfterEach
    void everyBalanceIsTheSumOfItsEntries() {
        assertThat(ledger.differences(10)).isEmpty();
        assertThat(ledger.trialBalance().accounts().stream()
                        .mapToLong(AccountSum::balance)
                        .sum())
                .isZero();
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private static Transfer topUp(UUID id, UserId driver, long amount) {
        return Transfer.of(
                id, TransferKind.TOP_UP, new PaymentId(id), new BookingId(id), Postings.topUp(driver, eur(amount)));
    }

    private static Transfer charge(UUID id, UserId driver, long amount) {
        return Transfer.of(
                id,
                TransferKind.CHARGE,
                new PaymentId(id),
                new BookingId(id),
                Postings.charge(driver, UserId.next(), eur(amount), 1_200, eur(amount)));
    }

    private boolean post(Transfer transfer) {
        return node.db().inTransaction(connection -> ledger.post(connection, transfer));
    }

    private Held wallet(UserId owner) {
        return ledger.held(Account.WALLET, owner).getFirst();
    }

    @Test
    void theSameTransfer_isPostedOnce_andOtherLinesUnderItsIdAreRefused() {
        UUID id = Ids.next();
        assertThat(post(topUp(id, driver, 700))).isTrue();
        assertThat(post(topUp(id, driver, 700))).isFalse();
        for (Transfer other : List.of(
                topUp(id, driver, 701),
                topUp(id, UserId.next(), 700),
                new Transfer(id, TransferKind.TOP_UP, null, null, null, Postings.topUp(driver, eur(700))),
                Transfer.apart(id, TransferKind.TOP_UP, List.of()))) {
            assertThat(catchThrowableOfType(Rejection.class, () -> post(other))
                            .problem()
                            .type())
                    .isEqualTo(ProblemType.CONFLICT);
        }
        assertThat(ledger.balance(Account.WALLET, driver, "EUR")).isEqualTo(eur(-700));
    }

    @Test
    @Tag("rule-32")
    void nobodyTakesMoreThanThereIs() {
        UserId poor = UserId.next();
        assertThatThrownBy(() -> post(charge(Ids.next(), poor, 1)))
                .isInstanceOfSatisfying(
                        PgException.class,
                        refused -> assertThat(refused.getConstraint()).isEqualTo(LedgerSql.NEVER_NEGATIVE));
        post(topUp(Ids.next(), poor, 500));
        assertThatThrownBy(() -> post(charge(Ids.next(), poor, 501))).isInstanceOf(PgException.class);
        assertThat(post(charge(Ids.next(), poor, 500))).isTrue();
        assertThat(wallet(poor)).isEqualTo(new Held(eur(0), eur(0)));
    }

    @Test
    void whatIsReserved_isNotAvailable_untilItIsPostedOrCalledOffOrExpires() {
        UserId saver = UserId.next();
        post(topUp(Ids.next(), saver, 1_000));
        Transfer first = charge(Ids.next(), saver, 600);
        assertThat(hold(first, LONG)).isEqualTo(Phase.PENDING);
        assertThat(hold(first, LONG)).isEqualTo(Phase.PENDING);
        assertThat(wallet(saver)).isEqualTo(new Held(eur(400), eur(600)));
        assertThatThrownBy(() -> hold(charge(Ids.next(), saver, 401), LONG)).isInstanceOf(PgException.class);
        assertThatThrownBy(() -> hold(charge(first.id(), saver, 100), LONG)).isInstanceOf(Rejection.class);

        Transfer second = charge(Ids.next(), saver, 100);
        hold(second, LONG);
        assertThat(end(second, true)).isEqualTo(Phase.VOIDED);
        assertThat(end(second, false)).isEqualTo(Phase.VOIDED);
        assertThat(wallet(saver)).isEqualTo(new Held(eur(400), eur(600)));

        Transfer late = charge(Ids.next(), saver, 300);
        hold(late, Duration.ofMillis(-1));
        assertThat(end(late, false)).isEqualTo(Phase.EXPIRED);
        Transfer forgotten = charge(Ids.next(), saver, 300);
        hold(forgotten, Duration.ofMillis(-1));
        assertThat(ledger.expire(10)).isEqualTo(1);
        assertThat(wallet(saver)).isEqualTo(new Held(eur(400), eur(600)));

        assertThat(end(first, false)).isEqualTo(Phase.POSTED);
        assertThat(end(first, true)).isEqualTo(Phase.POSTED);
        assertThat(post(first)).as("the same transfer again").isFalse();
        assertThat(wallet(saver)).isEqualTo(new Held(eur(400), eur(0)));
        assertThat(node.rows("SELECT count(*) FROM payments.transfer WHERE id = $1", first.id())
                        .getFirst()
                        .getLong(0))
                .isEqualTo(1);
        assertThatThrownBy(() -> node.rows("UPDATE payments.pending SET state = 'PENDING', ended_at = NULL"))
                .hasMessageContaining("already");
    }

    private Phase hold(Transfer transfer, Duration expiresIn) {
        return node.db().inTransaction(connection -> ledger.hold(connection, transfer, expiresIn));
    }

    private Phase end(Transfer transfer, boolean off) {
        return node.db()
                .inTransaction(connection ->
                        off ? ledger.callOff(connection, transfer.id()) : ledger.confirm(connection, transfer.id()));
    }

    @Test
    void aStatement_isPagedFromTheLatest_andEachLineSaysTheBalance() {
        UserId reader = UserId.next();
        for (int i = 1; i <= 5; i++) {
            post(topUp(Ids.next(), reader, 100L * i));
        }
        List<StatementEntry> first = ledger.statement(Account.WALLET, reader, "EUR", null, 2);
        assertThat(first).extracting(entry -> entry.amount().amount()).containsExactly(-500L, -400L);
        assertThat(first).extracting(entry -> entry.balance().amount()).containsExactly(-1_500L, -1_000L);
        post(topUp(Ids.next(), reader, 9_999));
        List<StatementEntry> rest =
                ledger.statement(Account.WALLET, reader, "EUR", first.getLast().end(), 10);
        assertThat(rest).extracting(entry -> entry.amount().amount()).containsExactly(-300L, -200L, -100L);
        assertThat(rest).extracting(entry -> entry.balance().amount()).containsExactly(-600L, -300L, -100L);
        assertThat(ledger.statement(Account.WALLET, UserId.next(), "EUR", null, 2))
                .isEmpty();
    }

    @Test
    void theTrialBalanceOfADay_hasWhatWasPostedOnIt() {
        LocalDate today =
                node.rows("SELECT (now() AT TIME ZONE 'UTC')::date").getFirst().getLocalDate(0);
        long before = debits(today);
        post(topUp(Ids.next(), driver, 1_234));
        assertThat(debits(today)).isEqualTo(before + 1_234);
        assertThat(debits(today.minusDays(1))).isZero();
        assertThat(ledger.trialBalance(today.minusDays(1)).accounts()).allMatch(sum -> sum.balance() == 0);
        assertThat(ledger.trialBalance(today).accounts())
                .as("today's end is now")
                .extracting(AccountSum::kind, AccountSum::balance)
                .isEqualTo(ledger.trialBalance().accounts().stream()
                        .map(sum -> org.assertj.core.groups.Tuple.tuple(sum.kind(), sum.balance()))
                        .toList());
        assertThat(ledger.trialBalance(LocalDate.now(ZoneOffset.UTC).plusDays(2))
                        .accounts())
                .allMatch(sum -> sum.debit() == 0);
    }

    private long debits(LocalDate day) {
        return ledger.trialBalance(day).accounts().stream()
                .filter(sum -> sum.kind().equals(Account.PROCESSOR_CLEARING.kind()))
                .mapToLong(AccountSum::debit)
                .sum();
    }

    @Test
    void aBalanceThatIsWrong_isFound() {
        UserId victim = UserId.next();
        post(topUp(Ids.next(), victim, 100));
        String change = """
                UPDATE payments.running r SET credit = credit + $2
                FROM payments.account a WHERE a.id = r.account AND a.owner = $1
                """;
        node.rows(change, victim.value(), 5L);
        assertThat(ledger.differences(10)).containsExactly(new Difference("wallet", victim, "EUR", -105, -100, 0, 0));
        node.rows(change, victim.value(), -5L);
    }

    /** Many at once, on the same few wallets, in every order. */
    @Test
    @Tag("rule-32")
    void whateverManyDoAtOnce_balancesAreTheSums_andNoWalletIsEverNegative() throws InterruptedException {
        List<UserId> drivers = List.of(UserId.next(), UserId.next(), UserId.next());
        ConcurrentLinkedQueue<Transfer> held = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
        AtomicLong expected = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        long seed = new Random().nextLong();
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(seed + t);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < STEPS; i++) {
                    try {
                        step(random, drivers, held, expected);
                    } catch (Exception fault) {
                        faults.add(fault);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(faults).as("seed %d", seed).isEmpty();
        ledger.expire(THREADS * STEPS);
        long total = 0;
        for (UserId each : drivers) {
            Held wallet = wallet(each);
            assertThat(wallet.available().amount()).as("seed %d", seed).isNotNegative();
            total += wallet.available().plus(wallet.reserved()).amount();
        }
        assertThat(total).as("seed %d", seed).isEqualTo(expected.get());
    }

    private void step(Random random, List<UserId> drivers, ConcurrentLinkedQueue<Transfer> held, AtomicLong expected) {
        UserId one = drivers.get(random.nextInt(drivers.size()));
        long amount = 1L + random.nextInt(1_000);
        switch (random.nextInt(5)) {
            case 0 -> {
                post(topUp(Ids.next(), one, amount));
                expected.addAndGet(amount);
            }
            case 1 -> {
                if (unlessShort(() -> post(charge(Ids.next(), one, amount)))) {
                    expected.addAndGet(-amount);
                }
            }
            case 2, 3 -> {
                Transfer wish = charge(Ids.next(), one, amount);
                Duration time = random.nextInt(4) == 0 ? Duration.ofMillis(-1) : LONG;
                if (unlessShort(() -> hold(wish, time))) {
                    held.add(wish);
                }
            }
            default -> {
                Transfer due = held.poll();
                if (due != null && end(due, random.nextBoolean()) == Phase.POSTED) {
                    expected.addAndGet(-due.lines().stream()
                            .filter(line -> line.account() == Account.WALLET)
                            .mapToLong(line -> line.amount().amount())
                            .sum());
                }
            }
        }
    }

    private static boolean unlessShort(Runnable action) {
        try {
            action.run();
            return true;
        } catch (PgException refused) {
            if (LedgerSql.NEVER_NEGATIVE.equals(refused.getConstraint())) {
                return false;
            }
            throw refused;
        }
    }
}
