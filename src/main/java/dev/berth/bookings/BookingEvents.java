package dev.berth.bookings;

import dev.berth.payments.PaymentEvent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What bookings do about events that come through Kafka, complete and at least once: confirm what is paid, send back the
 * money of what has ended. Each is repeatable by its outcome, so that no inbox is needed.
 */
public final class BookingEvents implements Consumer<EventRecord> {
    /** The consumer's name. */
    public static final String GROUP = "bookings";

    public static final Set<String> TOPICS = Set.of(PaymentEvent.ADDRESS, BookingEvent.ADDRESS);

    /** What it hears of those. */
    public static final Set<Class<? extends Event>> TYPES = Set.of(
            PaymentEvent.PaymentSucceeded.class,
            PaymentEvent.PaymentFailed.class,
            PaymentEvent.PaymentRefunded.class,
            BookingEvent.BookingExpired.class,
            BookingEvent.BookingCancelled.class,
            BookingEvent.BookingChanged.class,
            BookingEvent.BookingCompleted.class);

    private final Bus bus;

    public BookingEvents(Bus bus) {
        this.bus = bus;
    }

    @Override
    public void accept(EventRecord record) {
        switch (record.event()) {
            case PaymentEvent.PaymentSucceeded e ->
                bus.ask(
                                BookingVerticle.isFirst(e)
                                        ? new BookingCommand.SettlePayment(e.booking())
                                        : new BookingCommand.SettleCharge(e.payment(), e.booking()))
                        .await();
            case PaymentEvent.PaymentFailed e ->
                bus.ask(
                                BookingVerticle.isFirst(e)
                                        ? new BookingCommand.ReleaseUnpaid(e.booking())
                                        : new BookingCommand.ReleaseCharge(e.payment(), e.booking()))
                        .await();
            case PaymentEvent.PaymentRefunded e ->
                bus.ask(new BookingCommand.NoteRefund(e.booking())).await();
            case BookingEvent.BookingExpired e ->
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
            case BookingEvent.BookingCancelled e ->
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
            case BookingEvent.BookingChanged e ->
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
            case BookingEvent.BookingCompleted e ->
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
            default -> {
                // Not our business.
            }
        }
    }
}
