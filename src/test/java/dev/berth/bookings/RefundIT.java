package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.Cancellation;
import dev.berth.bookings.BookingCommand.PreviewCancellation;
import dev.berth.bookings.BookingCommand.ReturnMoney;
import dev.berth.bookings.BookingCommand.SettlePayment;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentStatus;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes back of a price (RULES 29), before it is asked for and after. */
@WithServices
@Tag("rule-29")
class RefundIT {
    private static final int MINUTES_PER_HOUR = 60;
    private static final int MINUTES_PER_DAY = 24 * 60;

    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();

    RefundIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Booking paid(CancellationPolicy policy, int boughtMinutesAgo, int startsInMinutes) {
        Booking booking = world.placeAndPay(driver, world.listing(1, 333, policy), BookingWorld.stay(24, 1))
                .booking();
        world.paidAgo(booking, boughtMinutesAgo);
        world.moveStay(booking, startsInMinutes, startsInMinutes + MINUTES_PER_HOUR);
        return booking;
    }

    @ParameterizedTest
    @CsvSource({
        // policy, bought so many hours ago, starts in so many hours, comes back of 3.33, why
        "FLEXIBLE, 100, 200, 333, FLEXIBLE",
        "FLEXIBLE, 100, 1, 333, FLEXIBLE",
        "MODERATE, 100, 200, 333, DAY_AHEAD",
        "MODERATE, 100, 25, 333, DAY_AHEAD",
        "MODERATE, 100, 23, 167, LESS_THAN_A_DAY",
        "MODERATE, 100, 1, 167, LESS_THAN_A_DAY",
        "MODERATE, 0, 1, 333, FREE_LOOK",
        "STRICT, 0, 49, 333, JUST_BOOKED",
        "STRICT, 0, 47, 333, FREE_LOOK",
        "STRICT, 2, 49, 0, LESS_THAN_A_WEEK",
        "STRICT, 2, 169, 167, WEEK_AHEAD",
        "STRICT, 2, 167, 0, LESS_THAN_A_WEEK",
        "STRICT, 2, 1, 0, LESS_THAN_A_WEEK",
    })
    void theMatrix_isPreviewed_andThenPaid(
            CancellationPolicy policy, int boughtHoursAgo, int startsInHours, long back, String reason) {
        Booking booking = paid(policy, boughtHoursAgo * MINUTES_PER_HOUR, startsInHours * MINUTES_PER_HOUR);
        Cancellation preview = world.ask(new PreviewCancellation(driver, booking.id()));
        assertThat(preview.refund()).isEqualTo(eur(back));
        assertThat(preview.kept()).isEqualTo(eur(333 - back));
        assertThat(preview.reason()).isEqualTo(reason);
        assertThat(preview.until()).isNotNull();

        BookingDetails cancelled = world.ask(new CancelBooking(driver, booking.id(), null));

        assertThat(cancelled.refund()).isEqualTo(preview.refund());
        assertThat(world.payments.refundTotals.getOrDefault(booking.payment(), eur(0)))
                .isEqualTo(preview.refund());
        assertThat(cancelled.payment().status())
                .isEqualTo(back == 333 ? PaymentStatus.REFUNDED : PaymentStatus.SUCCEEDED);
        // Told again by Kafka, it is the same; also when only now Kafka tells that it was paid.
        world.ask(new ReturnMoney(booking.id()));
        world.ask(new SettlePayment(booking.id()));
        assertThat(world.payments.refundTotals.getOrDefault(booking.payment(), eur(0)))
                .isEqualTo(preview.refund());
    }

    /** The function, beside a model that is written down as the rule is. */
    @Test
    void everyMinute_isAsTheRuleSays() {
        int[] bought = {0, 15, 16, 60, 61, 3 * MINUTES_PER_DAY};
        int[] starts = {
            0,
            1,
            14,
            15,
            16,
            23 * 60,
            MINUTES_PER_DAY - 1,
            MINUTES_PER_DAY,
            MINUTES_PER_DAY + 1,
            2 * MINUTES_PER_DAY,
            2 * MINUTES_PER_DAY + 1,
            7 * MINUTES_PER_DAY - 1,
            7 * MINUTES_PER_DAY,
            8 * MINUTES_PER_DAY
        };
        for (CancellationPolicy policy : CancellationPolicy.values()) {
            for (int ago : bought) {
                for (int in : starts) {
                    List<Row> rows = world.sql("""
                            SELECT percent FROM bookings.refund_terms('%s', now() - %d * interval '1 minute',
                                now() + %d * interval '1 minute', now())
                            """.formatted(policy, ago, in));
                    assertThat(rows.getFirst().getInteger(0))
                            .as("%s, bought %d minutes ago, starts in %d", policy, ago, in)
                            .isEqualTo(percent(policy, ago, in));
                }
            }
        }
    }

    private static int percent(CancellationPolicy policy, int ago, int in) {
        if (in <= 0) {
            return 0;
        }
        boolean freeLook = ago <= 15 && in >= 15;
        int byPolicy = switch (policy) {
            case FLEXIBLE -> 100;
            case MODERATE -> in >= MINUTES_PER_DAY ? 100 : 50;
            case STRICT ->
                ago <= MINUTES_PER_HOUR && in > 2 * MINUTES_PER_DAY ? 100 : in >= 7 * MINUTES_PER_DAY ? 50 : 0;
        };
        return freeLook ? 100 : byPolicy;
    }

    @Test
    void aHostWhoCancels_keepsNothing() {
        Listing listing = world.listing(1, 333, CancellationPolicy.STRICT);
        Booking booking =
                world.placeAndPay(driver, listing, BookingWorld.stay(24, 1)).booking();
        world.paidAgo(booking, 120);
        Principal host = BookingWorld.owner(listing);
        Cancellation preview = world.ask(new PreviewCancellation(host, booking.id()));
        assertThat(preview.refund()).isEqualTo(eur(333));
        assertThat(preview.reason()).isEqualTo("HOST");
        assertThat(world.ask(new CancelBooking(host, booking.id(), "flooded"))
                        .payment()
                        .status())
                .isEqualTo(PaymentStatus.REFUNDED);
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }
}
