package dev.berth.bookings;

import dev.berth.payments.PaymentEvent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import dev.berth.values.Money;
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
            PaymentEvent.PaymentAuthorised.class,
            PaymentEvent.PaymentFailed.class,
            PaymentEvent.PaymentRefunded.class,
            BookingEvent.BookingExpired.class,
            BookingEvent.BookingCancelled.class,
            BookingEvent.BookingDeclined.class,
            BookingEvent.BookingChanged.class,
            BookingEvent.BookingCompleted.class,
            BookingEvent.BookingFeeWaived.class,
            BookingEvent.BookingRescued.class,
            BookingEvent.BookingDisplaced.class);

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
            case PaymentEvent.PaymentAuthorised e ->
                bus.ask(new BookingCommand.AskHost(e.booking())).await();
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
            case BookingEvent.BookingDeclined e ->
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
            case BookingEvent.BookingChanged e ->
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
            case BookingEvent.BookingDisplaced e ->
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
            case BookingEvent.BookingCompleted e -> {
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
                if (e.booking().overstay() != null) {
                    bus.ask(new BookingCommand.CollectOverstay(e.booking().id()))
                            .await();
                }
            }
            case BookingEvent.BookingFeeWaived e -> {
                bus.ask(new BookingCommand.ReturnMoney(e.booking().id())).await();
                bus.ask(new BookingCommand.CollectOverstay(e.booking().id())).await();
            }
            case BookingEvent.BookingRescued e -> {
                Money worth = e.worth();
                if (worth != null) {
                    bus.ask(new BookingCommand.SettleRescue(
                                    e.booking().id(), e.booking().host(), worth))
                            .await();
                }
            }
            default -> {
                // Not our business.
            }
        }
    }
}
