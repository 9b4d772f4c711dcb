package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.AcceptRequest;
import dev.berth.bookings.BookingCommand.AddBlock;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.DeclineRequest;
import dev.berth.bookings.BookingCommand.ExtendBooking;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.PayBooking;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.RecordEntry;
import dev.berth.bookings.BookingCommand.RecordExit;
import dev.berth.bookings.BookingCommand.RemoveBlock;
import dev.berth.bookings.ModelHistory.Blocked;
import dev.berth.bookings.ModelHistory.Known;
import dev.berth.bookings.ModelStep.Kind;
import dev.berth.listings.Listing;
import dev.berth.platform.bus.Command;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One of many who use Berth at the same time: a driver who is at times a host or a gate. */
final class ModelActor {
    private static final String CARD = "pm_card_visa";
    private static final String CARD_OF_A_BANK_THAT_ASKS = "pm_card_threeDSecure2Required";
    private static final String CARD_WITHOUT_MONEY = "pm_card_chargeDeclinedInsufficientFunds";
    private static final Duration UNIT = Duration.ofMinutes(10);
    private static final int EXTENSIONS = 4;

    /** What says nothing about the house's rules: the same request again would be decided. */
    private static final Set<ProblemType> UNDECIDED =
            EnumSet.of(ProblemType.UNAVAILABLE, ProblemType.PAYMENT_PROVIDER_UNAVAILABLE);

    private final ModelNodes nodes;
    private final ModelHistory history;
    private final String name;
    private final Instant begin;
    private final Principal me = BookingWorld.someone();
    private final List<Known> mine = new ArrayList<>();
    /** Pages of the bank that wait for an answer, with the booking. */
    private final Deque<String> challenges = new ArrayDeque<>();

    private int orders;

    /** @param begin what the stays of all steps are reckoned from */
    ModelActor(ModelNodes nodes, ModelHistory history, int number, Instant begin) {
        this.nodes = nodes;
        this.history = history;
        this.name = "actor" + number;
        this.begin = begin;
    }

    void walk(List<ModelStep> plan) {
        for (int i = 0; i < plan.size(); i++) {
            ModelStep step = plan.get(i);
            try {
                take(step);
            } catch (Rejection rejection) {
                refused(step.kind(), rejection);
            } catch (RuntimeException | AssertionError fault) {
                history.wrong("%s, step %d, %s: %s".formatted(name, i, step, fault));
            }
        }
    }

    private void refused(Kind kind, Rejection rejection) {
        ProblemType type = rejection.problem().type();
        history.count(kind + " " + type);
        if (!kind.mayBeRefusedWith(type) && !UNDECIDED.contains(type)) {
            history.wrong("%s, %s: refused with %s".formatted(name, kind, rejection.getMessage()));
        }
    }

    private void take(ModelStep step) {
        switch (step.kind()) {
            case BUY -> place(step, CARD);
            case HOLD -> place(step, null);
            case BUY_WITH_THE_BANK -> place(step, CARD_OF_A_BANK_THAT_ASKS);
            case BUY_WITHOUT_MONEY -> place(step, CARD_WITHOUT_MONEY);
            case PAY -> pay(step, CARD);
            case PAY_WITHOUT_MONEY -> pay(step, CARD_WITHOUT_MONEY);
            case AUTHORISE -> answerTheBank("authorise");
            case REFUSE -> answerTheBank("refuse");
            case CANCEL ->
                own(
                        step,
                        BookingStatus.CANCELLED_BY_DRIVER,
                        booking -> new CancelBooking(me, booking.id(), null),
                        BookingStatus.CONFIRMED,
                        BookingStatus.HELD,
                        BookingStatus.PENDING_HOST);
            case CANCEL_AS_HOST ->
                anybodys(
                        step,
                        BookingStatus.CANCELLED_BY_HOST,
                        known -> new CancelBooking(host(known), known.last().id(), "works"),
                        BookingStatus.CONFIRMED,
                        BookingStatus.HELD);
            case MODIFY -> modify(step);
            case EXTEND -> extend(step, CARD);
            case EXTEND_WITH_THE_BANK -> extend(step, CARD_OF_A_BANK_THAT_ASKS);
            case ACCEPT ->
                anybodys(
                        step,
                        null,
                        known -> new AcceptRequest(host(known), known.last().id()),
                        BookingStatus.PENDING_HOST);
            case DECLINE ->
                anybodys(
                        step,
                        BookingStatus.DECLINED,
                        known -> new DeclineRequest(host(known), known.last().id(), null),
                        BookingStatus.PENDING_HOST);
            case CHECK_IN -> own(step, null, booking -> new CheckIn(me, booking.id()), BookingStatus.CONFIRMED);
            case ENTER ->
                anybodys(
                        step,
                        null,
                        known -> new RecordEntry(known.last().id(), Instant.now(), "gate"),
                        BookingStatus.CONFIRMED);
            case CHECK_OUT ->
                own(step, BookingStatus.COMPLETED, booking -> new CheckOut(me, booking.id()), BookingStatus.ACTIVE);
            case LEAVE ->
                anybodys(
                        step,
                        BookingStatus.COMPLETED,
                        known -> new RecordExit(known.last().id(), Instant.now(), "gate"),
                        BookingStatus.ACTIVE);
            case BLOCK -> block(step);
            case UNBLOCK -> unblock(step);
            case AGAIN -> again(step);
            case SOMETHING_ELSE_WITH_THE_SAME_KEY -> somethingElse(step);
            case LOOK -> own(step, null, booking -> new GetBooking(me, booking.id()));
        }
    }

    private TimeRange stay(ModelStep step) {
        Instant from = begin.plus(UNIT.multipliedBy(step.begin()));
        return new TimeRange(from, from.plus(UNIT.multipliedBy(step.length())));
    }

    private Quote quote(ModelStep step, Listing listing) {
        TimeRange stay = stay(step);
        CreateQuote command = new CreateQuote(
                null, listing.id(), stay.from().toString(), stay.to().toString(), null, null, false);
        return ModelNodes.await(nodes.ask(step.node(), command));
    }

    private void place(ModelStep step, @Nullable String card) {
        Listing listing = nodes.listings().get(step.listing());
        Quote quote = quote(step, listing);
        // Whoever asks a host names a card.
        String method = card == null && !listing.instantBook() ? CARD : card;
        PlaceBooking order =
                new PlaceBooking(me, quote.quoteId(), quote.finalPrice(), null, method, name + "-" + orders++, "0a0b");
        List<Outcome> outcomes = ask(step, order);
        Outcome.sameBooking(outcomes).forEach(wrong -> history.wrong(name + ", " + step.kind() + ": " + wrong));
        conclude(step, outcomes, details -> {
            Known known = history.placed(order, details.booking());
            if (!mine.contains(known)) {
                mine.add(known);
            }
        });
    }

    private void pay(ModelStep step, String card) {
        own(step, null, booking -> new PayBooking(me, booking.payment(), card), BookingStatus.HELD);
    }

    private void modify(ModelStep step) {
        Known known = pick(step, mine, BookingStatus.CONFIRMED);
        if (known == null) {
            return;
        }
        Listing listing = nodes.listing(known.last().listing());
        Quote quote = quote(step, listing);
        ask(step, new ModifyBooking(me, known.last().id(), quote.quoteId(), quote.finalPrice(), CARD), details -> {});
    }

    private void extend(ModelStep step, String card) {
        Known known = pick(step, mine, BookingStatus.CONFIRMED, BookingStatus.ACTIVE);
        if (known == null) {
            return;
        }
        Booking booking = known.last();
        Instant to = booking.stay().to().plus(UNIT.multipliedBy(1 + step.which() % EXTENSIONS));
        // What was told last may be old: a stay that has been made longer meanwhile cannot be made shorter so.
        Booking now = ModelNodes.await(nodes.ask(step.node(), new GetBooking(me, booking.id())))
                .booking();
        if (to.isAfter(now.stay().to())) {
            Money notTold = null;
            ask(step, new ExtendBooking(me, booking.id(), to.toString(), notTold, card), details -> {});
        }
    }

    private void block(ModelStep step) {
        Listing listing = nodes.listings().get(step.listing());
        TimeRange stay = stay(step);
        if (!stay.to().isAfter(Instant.now().plusSeconds(60))) {
            return;
        }
        var block = ModelNodes.await(nodes.ask(
                step.node(),
                new AddBlock(
                        BookingWorld.owner(listing),
                        listing.id(),
                        List.of(listing.slots()
                                .get(step.which() % listing.capacity())
                                .id()),
                        stay.from(),
                        stay.to(),
                        "works")));
        history.count(step.kind() + " done");
        history.blocked(new Blocked(block.id(), listing.id()));
    }

    private void unblock(ModelStep step) {
        Blocked block = history.takeBlock();
        if (block != null) {
            Listing listing = nodes.listing(block.listing());
            ModelNodes.await(
                    nodes.ask(step.node(), new RemoveBlock(BookingWorld.owner(listing), block.listing(), block.id())));
            history.count(step.kind() + " done");
        }
    }

    private void answerTheBank(String answer) {
        String page = challenges.poll();
        if (page != null) {
            nodes.answerTheBank(page, answer);
            history.count("bank " + answer);
        }
    }

    /** The same request once more: the same booking, or the refusal that it was answered with. */
    private void again(ModelStep step) {
        Known known = pick(step, mine);
        if (known != null) {
            BookingId id = known.last().id();
            ask(step, known.order(), details -> {
                if (!details.booking().id().equals(id)) {
                    history.wrong("%s asked again for %s and got %s"
                            .formatted(name, id, details.booking().id()));
                }
            });
        }
    }

    private void somethingElse(ModelStep step) {
        Known known = pick(step, mine);
        if (known != null) {
            PlaceBooking order = known.order();
            PlaceBooking other = new PlaceBooking(
                    order.actor(),
                    order.quoteId(),
                    order.finalPrice(),
                    order.vehicle(),
                    order.paymentMethod(),
                    order.idempotencyKey(),
                    "ff");
            ask(
                    step,
                    other,
                    details -> history.wrong("%s was answered with %s for another request's key"
                            .formatted(name, details.booking().id())));
        }
    }

    private Principal host(Known known) {
        return BookingWorld.owner(nodes.listing(known.last().listing()));
    }

    /** @param becomes what the booking is in the end when it is not refused; null when that depends on others */
    private void own(
            ModelStep step,
            @Nullable BookingStatus becomes,
            Function<Booking, Command<BookingDetails>> command,
            BookingStatus... when) {
        Known known = pick(step, mine, when);
        if (known != null) {
            ask(step, command.apply(known.last()), details -> become(step, becomes, details));
        }
    }

    private void anybodys(
            ModelStep step,
            @Nullable BookingStatus becomes,
            Function<Known, Command<BookingDetails>> command,
            BookingStatus... when) {
        Known known = pick(step, history.bookings(), when);
        if (known != null) {
            ask(step, command.apply(known), details -> become(step, becomes, details));
        }
    }

    private void become(ModelStep step, @Nullable BookingStatus becomes, BookingDetails details) {
        if (becomes != null && details.booking().status() != becomes) {
            history.wrong("%s: after %s, booking %s is %s"
                    .formatted(
                            name,
                            step.kind(),
                            details.booking().id(),
                            details.booking().status()));
        }
    }

    /** One that was last known in one of these states; of those there are, the later ones rather. */
    private static @Nullable Known pick(ModelStep step, List<Known> from, BookingStatus... when) {
        List<BookingStatus> wanted = List.of(when);
        List<Known> candidates = from.stream()
                .filter(known -> step.wild()
                        || wanted.isEmpty()
                        || wanted.contains(known.last().status()))
                .toList();
        return candidates.isEmpty() ? null : candidates.get(step.which() % candidates.size());
    }

    private void ask(ModelStep step, Command<BookingDetails> command, Consumer<BookingDetails> then) {
        conclude(step, ask(step, command), then);
    }

    /**
     * What came of one ask.
     *
     * @param details null when it was refused
     * @param refusal null when it was not
     */
    private record Outcome(
            @Nullable BookingDetails details, @Nullable Rejection refusal) {
        /**
         * Two answers to one order are about one booking. One of them may be that everything is taken, which was true when it
         * was said: a refusal is not remembered.
         */
        static List<String> sameBooking(List<Outcome> outcomes) {
            List<String> ids = outcomes.stream().map(Outcome::booking).toList();
            List<String> named =
                    ids.stream().filter(id -> !id.isEmpty()).distinct().toList();
            if (named.size() > 1) {
                return List.of("one order, sent twice, was answered with %s and %s"
                        .formatted(
                                outcomes.getFirst().words(), outcomes.getLast().words()));
            }
            return List.of();
        }

        private String booking() {
            if (details != null) {
                return details.booking().id().toString();
            }
            Map<String, Object> members =
                    refusal == null ? Map.of() : refusal.problem().members();
            Object id = members.get("bookingId");
            return id == null ? "" : id.toString();
        }

        private String words() {
            return details != null ? details.booking().id().toString() : String.valueOf(refusal);
        }
    }

    private List<Outcome> ask(ModelStep step, Command<BookingDetails> command) {
        List<Future<BookingDetails>> asks = new ArrayList<>();
        long asked = System.nanoTime();
        asks.add(nodes.ask(step.node(), command));
        if (step.twice()) {
            asks.add(nodes.ask(1 - step.node(), command));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<BookingDetails> ask : asks) {
            try {
                BookingDetails details = ModelNodes.await(ask);
                history.seen(details.booking(), name + " " + step.kind(), asked);
                String page = details.change() != null
                        ? details.change().actionUrl()
                        : details.payment().actionUrl();
                if (page != null && !challenges.contains(page)) {
                    challenges.add(page);
                }
                outcomes.add(new Outcome(details, null));
            } catch (Rejection rejection) {
                outcomes.add(new Outcome(null, rejection));
            }
        }
        return outcomes;
    }

    private void conclude(ModelStep step, List<Outcome> outcomes, Consumer<BookingDetails> then) {
        for (Outcome outcome : outcomes) {
            if (outcome.details() != null) {
                history.count(step.kind() + " done");
                then.accept(outcome.details());
            } else if (outcome.refusal() != null) {
                refused(step.kind(), outcome.refusal());
            }
        }
    }
}
