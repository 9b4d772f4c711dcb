package dev.berth.bookings;

import static dev.berth.bookings.BookingStatus.ACTIVE;
import static dev.berth.bookings.BookingStatus.CANCELLED_BY_DRIVER;
import static dev.berth.bookings.BookingStatus.CANCELLED_BY_HOST;
import static dev.berth.bookings.BookingStatus.COMPLETED;
import static dev.berth.bookings.BookingStatus.CONFIRMED;
import static dev.berth.bookings.BookingStatus.DECLINED;
import static dev.berth.bookings.BookingStatus.EXPIRED;
import static dev.berth.bookings.BookingStatus.HELD;
import static dev.berth.bookings.BookingStatus.NO_SHOW;
import static dev.berth.bookings.BookingStatus.PENDING_HOST;

import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.util.List;

/**
 * The state machine of a booking (RULES 13), as one table: from which state it comes to which, who brings it there, and what
 * the history gives as the reason. What is not listed does not happen: the database refuses it too, by a function that a
 * test compares with this table.
 */
final class Transitions {
    private Transitions() {}

    enum Who {
        DRIVER,
        HOST,
        /** A barrier or camera, through the access capability. */
        GATE,
        PLATFORM
    }

    /** @param reason what the history's reason is, or begins with when a code follows after a colon */
    record Transition(BookingStatus from, BookingStatus to, Who who, String reason) {}

    static final List<Transition> ALL = List.of(
            new Transition(HELD, CONFIRMED, Who.PLATFORM, "PAID"),
            new Transition(HELD, EXPIRED, Who.PLATFORM, "HOLD_EXPIRED"),
            new Transition(HELD, EXPIRED, Who.PLATFORM, "PAYMENT_DECLINED"),
            new Transition(HELD, CANCELLED_BY_DRIVER, Who.DRIVER, "CANCELLED_BY_DRIVER"),
            new Transition(HELD, CANCELLED_BY_HOST, Who.HOST, "CANCELLED_BY_HOST"),
            // The money came after the hold had ended, and there was still a place (RULES 9).
            new Transition(EXPIRED, CONFIRMED, Who.PLATFORM, "PAID_LATE"),
            new Transition(PENDING_HOST, CONFIRMED, Who.HOST, "ACCEPTED"),
            new Transition(PENDING_HOST, DECLINED, Who.HOST, "DECLINED_BY_HOST"),
            new Transition(PENDING_HOST, DECLINED, Who.PLATFORM, "ANOTHER_ACCEPTED"),
            new Transition(PENDING_HOST, EXPIRED, Who.PLATFORM, "NO_ANSWER"),
            new Transition(PENDING_HOST, EXPIRED, Who.PLATFORM, "PAYMENT_DECLINED"),
            new Transition(PENDING_HOST, CANCELLED_BY_DRIVER, Who.DRIVER, "CANCELLED_BY_DRIVER"),
            new Transition(CONFIRMED, ACTIVE, Who.DRIVER, "CHECKED_IN"),
            new Transition(CONFIRMED, ACTIVE, Who.GATE, "ENTERED"),
            new Transition(CONFIRMED, CANCELLED_BY_DRIVER, Who.DRIVER, "CANCELLED_BY_DRIVER"),
            new Transition(CONFIRMED, CANCELLED_BY_HOST, Who.HOST, "CANCELLED_BY_HOST"),
            new Transition(CONFIRMED, CANCELLED_BY_HOST, Who.PLATFORM, "SLOT_OCCUPIED"),
            new Transition(CONFIRMED, NO_SHOW, Who.PLATFORM, "NOT_ENTERED"),
            // The slot is kept for one who comes after all, unless it has been sold again (RULES 16).
            new Transition(NO_SHOW, ACTIVE, Who.DRIVER, "CHECKED_IN"),
            new Transition(NO_SHOW, ACTIVE, Who.GATE, "ENTERED"),
            // Where nobody sees who comes, nobody can say that somebody did not (RULES 19).
            new Transition(CONFIRMED, COMPLETED, Who.PLATFORM, "STAY_OVER"),
            new Transition(ACTIVE, COMPLETED, Who.DRIVER, "CHECKED_OUT"),
            new Transition(ACTIVE, COMPLETED, Who.GATE, "LEFT"),
            new Transition(ACTIVE, COMPLETED, Who.PLATFORM, "STAY_OVER"));

    /** @throws java.util.NoSuchElementException when it is not in the table */
    static Transition of(BookingStatus from, BookingStatus to, Who who) {
        return ALL.stream()
                .filter(step -> step.from() == from && step.to() == to && step.who() == who)
                .findFirst()
                .orElseThrow();
    }

    static boolean isLegal(BookingStatus from, BookingStatus to) {
        return ALL.stream().anyMatch(step -> step.from() == from && step.to() == to);
    }

    static boolean isLegal(BookingStatus from, BookingStatus to, Who who) {
        return ALL.stream().anyMatch(step -> step.from() == from && step.to() == to && step.who() == who);
    }

    /**
     * The refusal of what a state does not allow; it names the state.
     *
     * @param what what cannot be done, as a participle: {@code cancelled}
     */
    static Rejection illegal(BookingStatus status, String what) {
        return refusal(status, "a booking that is %s cannot be %s".formatted(status, what));
    }

    /** As {@link #illegal}, where the state would allow it but something else does not. */
    static Rejection refusal(BookingStatus status, String detail) {
        return new Rejection(new Problem(ProblemType.ILLEGAL_STATE, detail).with("status", status));
    }
}
