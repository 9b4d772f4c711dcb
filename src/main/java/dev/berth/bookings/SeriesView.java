package dev.berth.bookings;

import dev.berth.bookings.SeriesCommand.SeriesDetails;
import dev.berth.payments.PaymentStatus;
import dev.berth.values.Money;
import dev.berth.values.SeriesId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A series in the shape of the public API. */
record SeriesView(
        SeriesId id,
        String rrule,
        Money price,
        PaymentView payment,
        List<BookingAction> actions,
        List<BookingView> bookings) {
    record PaymentView(PaymentStatus status, BookingView.@Nullable NextAction nextAction) {}

    static SeriesView of(SeriesDetails details) {
        String url = details.actionUrl();
        return new SeriesView(
                details.id(),
                details.rule(),
                details.price(),
                new PaymentView(details.payment(), url == null ? null : new BookingView.NextAction(url)),
                details.cancellable() ? List.of(BookingAction.CANCEL) : List.of(),
                details.bookings().stream().map(BookingView::of).toList());
    }
}
