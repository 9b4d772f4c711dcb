package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.PaymentPart;
import dev.berth.bookings.BookingCommand.PaymentSource;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.SettlePayment;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.payments.PaymentStatus;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bookings that the wallet pays in the statement that makes them. */
@WithServices
@Tag("PY5")
@Tag("rule-32")
class WalletBookingIT {
    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();

    WalletBookingIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        assertThat(world.number("SELECT count(*) FROM payments.difference")).isZero();
        world.close();
    }

    private void fill(long amount) {
        Transfer transfer = Transfer.apart(
                Ids.next(), TransferKind.TOP_UP, Postings.topUp(driver.user(), new Money(amount, "EUR")));
        world.db.inTransaction(connection -> new LedgerSql(world.db).post(connection, transfer));
    }

    private long held() {
        return world.number("""
                SELECT (r.credit - r.debit)::bigint FROM payments.running r JOIN payments.account a ON a.id = r.account
                WHERE a.kind = 'wallet' AND a.owner = '%s'
                """.formatted(driver.user()));
    }

    @Test
    void oneStatement_booksAndPays_andTellsOfBoth() {
        fill(2_000);
        Listing listing = world.listing(1);
        Quote quote = world.quote(listing, BookingWorld.stay(24, 2));
        PlaceBooking command = world.booking(driver, quote, WalletCommand.METHOD);
        int before = world.statements.get();
        BookingDetails made = world.ask(command);
        assertThat(world.statements.get() - before)
                .as("the booking, and reading it")
                .isEqualTo(2);

        Booking booking = made.booking();
        assertThat(booking.status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(booking.version()).isEqualTo(2);
        assertThat(made.payment().status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(world.payments.charges).as("no card").isEmpty();
        assertThat(held()).isEqualTo(1_500);
        assertThat(world.number("SELECT count(*) FROM bookings.pass WHERE booking_id = '%s'".formatted(booking.id())))
                .isEqualTo(1);
        assertThat(world.sql("SELECT type FROM platform.outbox ORDER BY sequence").stream()
                        .map(row -> row.getString(0)))
                .containsExactly("payments.PaymentSucceeded", "bookings.BookingPlaced", "bookings.BookingConfirmed");
        assertThat(world.events).hasSize(2);

        assertThat(world.ask(command).booking()).as("the same request again").isEqualTo(booking);
        world.ask(new SettlePayment(booking.id()));
        assertThat(held()).isEqualTo(1_500);
        assertThat(world.number("SELECT count(*) FROM payments.payment WHERE id = '%s' AND wallet = amount"
                        .formatted(booking.id())))
                .isEqualTo(1);
    }

    private void give(long worth) {
        String booking = Ids.next().toString();
        world.sql("""
                INSERT INTO points.stay (booking, driver, currency, basis_points, point_worth, lifetime_millis, kept_millis)
                VALUES ('%s', '%s', 'EUR', 0, 1, 1000000, 0)
                """.formatted(booking, driver.user()));
        world.sql("""
                INSERT INTO payments.account (kind, owner, currency) VALUES ('points_liability', '%s', 'EUR')
                """.formatted(driver.user()));
        world.sql("""
                SELECT points.post(a.id, s, %d) FROM payments.account a, points.stay s
                WHERE a.kind = 'points_liability' AND a.owner = '%s' AND s.booking = '%s'
                """.formatted(worth, driver.user(), booking));
    }

    private PlaceBooking booking(Quote quote, @Nullable String method, boolean points, boolean wallet) {
        PlaceBooking plain = world.booking(driver, quote, method);
        return new PlaceBooking(
                driver,
                plain.quoteId(),
                plain.finalPrice(),
                null,
                method,
                plain.idempotencyKey(),
                plain.fingerprint(),
                new Inside(points, wallet));
    }

    @Test
    @Tag("PY8")
    void pointsAndWallet_coverABooking_inTheSameStatement_andACardTheRest() {
        give(300);
        fill(450);
        Listing listing = world.listing(3);
        Quote quote = world.quote(listing, BookingWorld.stay(24, 2));
        PlaceBooking covered = booking(quote, PretendPayments.SUCCEEDS, true, true);
        int before = world.statements.get();
        BookingDetails made = world.ask(covered);
        assertThat(world.statements.get() - before).isEqualTo(2);
        assertThat(made.booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(made.payment().parts())
                .containsExactly(
                        new PaymentPart(PaymentSource.POINTS, new Money(300, "EUR")),
                        new PaymentPart(PaymentSource.WALLET, new Money(200, "EUR")));
        assertThat(world.payments.charges).as("no card").isEmpty();
        assertThat(held()).isEqualTo(250);
        assertThat(world.ask(covered).payment().parts())
                .as("the same request again")
                .isEqualTo(made.payment().parts());

        PlaceBooking tooLittle = booking(world.quote(listing, BookingWorld.stay(24, 2)), null, true, true);
        assertThat(world.refusal(tooLittle).members()).containsEntry("declineCode", "points_insufficient");
        PlaceBooking mixed = booking(quote, PretendPayments.SUCCEEDS, true, true);
        assertThat(world.ask(mixed).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(world.payments.charges)
                .as("payments decide what the card pays")
                .singleElement()
                .satisfies(charge -> {
                    assertThat(charge.inside()).isEqualTo(new Inside(true, true));
                    assertThat(charge.method()).isEqualTo(PretendPayments.SUCCEEDS);
                });
        assertThat(held()).isEqualTo(250);
        assertThat(world.number("SELECT count(*) FROM payments.points_difference"))
                .isZero();
    }

    @Test
    @Tag("PY8")
    @Tag("rule-12")
    void aHostWhoIsAskedFirst_isAskedWithPointsToo() {
        Listing listing = world.asking(1);
        world.ask(booking(world.quote(listing, BookingWorld.stay(24, 2)), null, true, false));
        world.ask(booking(world.quote(listing, BookingWorld.stay(24, 2)), PretendPayments.SUCCEEDS, true, true));
        assertThat(world.payments.authorised)
                .extracting(PaymentCommand.Charge::method, PaymentCommand.Charge::inside)
                .containsExactly(
                        Tuple.tuple(PaymentCommand.POINTS, new Inside(true, false)),
                        Tuple.tuple(PretendPayments.SUCCEEDS, new Inside(true, true)));
    }

    @Test
    void whatTheWalletCannotPay_leavesNothingBehind() {
        fill(499);
        Listing listing = world.listing(1);
        PlaceBooking command =
                world.booking(driver, world.quote(listing, BookingWorld.stay(24, 2)), WalletCommand.METHOD);
        assertThat(world.refusal(command).type()).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(world.refusal(command).members()).containsEntry("declineCode", "wallet_insufficient");
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isZero();
        assertThat(world.number("SELECT count(*) FROM platform.outbox")).isZero();
        assertThat(held()).isEqualTo(499);
        fill(1);
        assertThat(world.ask(command).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(held()).isZero();
    }

    @Test
    @Tag("rule-10")
    void sixtyFourAtOnce_againstOneWallet_asManySucceedAsItCanPay() {
        fill(20 * 500 + 499);
        Listing listing = world.listing(64);
        world.addNode();
        Quote quote = world.quote(listing, BookingWorld.stay(24, 2));
        List<Future<BookingDetails>> tries = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            tries.add(world.send(world.booking(driver, quote, WalletCommand.METHOD)));
        }
        int paid = 0;
        for (Future<BookingDetails> one : tries) {
            try {
                assertThat(BookingWorld.await(one).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
                paid++;
            } catch (Rejection refused) {
                assertThat(refused.problem().type()).isEqualTo(ProblemType.PAYMENT_DECLINED);
            }
        }
        assertThat(paid).isEqualTo(20);
        assertThat(held()).isEqualTo(499);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE live"))
                .isEqualTo(20);
        assertThat(world.number("SELECT count(*) FROM payments.transfer WHERE kind = 'CHARGE'"))
                .isEqualTo(20);
    }
}
