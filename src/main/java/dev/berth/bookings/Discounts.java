package dev.berth.bookings;

import dev.berth.bookings.BookingSql.Stored;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.promotions.BookedDiscount;
import dev.berth.promotions.PromotionCommand.AdjustDiscount;
import dev.berth.values.Money;

/** What becomes of a booking's code when something becomes of the booking. */
final class Discounts {
    private static final int WHOLE = 100;

    private final Bus bus;
    private final BookingSql sql;

    Discounts(Bus bus, BookingSql sql) {
        this.bus = bus;
        this.sql = sql;
    }

    /** Tells promotions how the booking is now. Repeatable; nothing for a booking without a code. */
    void follow(Stored stored) {
        BookedDiscount discount = stored.life().discount();
        if (discount == null) {
            return;
        }
        Booking booking = stored.booking();
        bus.ask(new AdjustDiscount(booking.id(), hasEnded(booking.status()), booking.host(), kept(booking, discount)))
                .await();
    }

    /** What is kept of what was paid first; of a stay that cost the driver nothing, of its price. */
    private Money kept(Booking booking, BookedDiscount discount) {
        Money paid = discount.price().minus(discount.amount());
        if (!paid.isZero()) {
            // What goes back beyond that is a service fee, which no code has taken anything off.
            long back = Math.min(paid.amount(), sql.refundOfFirst(booking.id()));
            return paid.minus(new Money(back, paid.currency()));
        }
        if (!isCancelled(booking.status())) {
            return discount.price();
        }
        long back = Math.multiplyExact(discount.price().amount(), (long) sql.refundPercent(booking.id()));
        return discount.price().minus(new Money(Math.ceilDiv(back, WHOLE), paid.currency()));
    }

    /**
     * What another time costs whoever has booked with a code: what is off stays off, and of a cheaper one only its part.
     *
     * @param price of that time, without a code
     */
    Money changed(Stored stored, Money price) {
        BookedDiscount discount = stored.life().discount();
        if (discount == null || !discount.price().currency().equals(price.currency())) {
            return price;
        }
        Money before = discount.price();
        Money paid = before.minus(discount.amount());
        if (paid.isZero()) {
            throw new Rejection(
                    ProblemType.ILLEGAL_STATE, "a stay that a code has paid is not changed: cancel it and book again");
        }
        long kept = paid.amount() - sql.refundOfFirst(stored.booking().id());
        long off = part(discount.amount().amount(), kept, paid.amount());
        if (price.amount() < before.amount()) {
            off = Math.min(off, part(discount.amount().amount(), price.amount(), before.amount()));
        }
        return price.minus(new Money(off, price.currency()));
    }

    private static long part(long amount, long of, long whole) {
        return Math.floorDiv(Math.multiplyExact(amount, of), whole);
    }

    private static boolean isCancelled(BookingStatus status) {
        return status == BookingStatus.CANCELLED_BY_DRIVER || status == BookingStatus.CANCELLED_BY_HOST;
    }

    private static boolean hasEnded(BookingStatus status) {
        return isCancelled(status) || status == BookingStatus.EXPIRED || status == BookingStatus.DECLINED;
    }
}
