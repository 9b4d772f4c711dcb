package dev.berth.disputes;

import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.disputes.DisputeCommand.SubmitEvidence;
import dev.berth.disputes.DisputeEvent.DisputeClosed;
import dev.berth.disputes.DisputeEvent.DisputeOpened;
import dev.berth.disputes.DisputeGateway.Evidence;
import dev.berth.disputes.DisputeGateway.Movement;
import dev.berth.disputes.DisputeGateway.ProviderDispute;
import dev.berth.disputes.DisputeSql.Contested;
import dev.berth.disputes.DisputeSql.Stored;
import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.StripeCalls.Failure;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.Outbox.Changes;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.DisputeId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of disputes. The provider's events only say that something has happened: how a dispute stands, and what of our
 * balance has moved for it, the provider is asked. Each movement is posted once, by its id; what is lost is posted when the
 * provider has said so, up to what it has taken. So events may come late, twice and in any order.
 */
final class Disputes {
    private static final Logger LOG = LoggerFactory.getLogger(Disputes.class);

    private final Bus bus;
    private final DisputeSql sql;
    private final LedgerSql ledger;
    private final Outbox outbox;
    private final DisputeGateway gateway;
    private final DisputeConfig config;
    private final DisputeMetrics metrics;

    Disputes(
            Bus bus,
            DisputeSql sql,
            LedgerSql ledger,
            Outbox outbox,
            DisputeGateway gateway,
            DisputeConfig config,
            DisputeMetrics metrics) {
        this.bus = bus;
        this.sql = sql;
        this.ledger = ledger;
        this.outbox = outbox;
        this.gateway = gateway;
        this.config = config;
        this.metrics = metrics;
    }

    /** Something has happened to a dispute; fails when the provider does not answer, to be told again. */
    void told(String providerDispute) {
        gateway.dispute(providerDispute).await().ifPresent(this::settle);
    }

    /** Asks the provider for one that runs, and says again what it may not have heard. */
    void lookUp(Stored stored) {
        if (stored.evidenceWanted()) {
            send(stored.dispute());
        } else {
            told(stored.dispute().providerId());
        }
    }

    private record Settled(Dispute before, Dispute now, boolean fresh) {}

    private void settle(ProviderDispute told) {
        outbox.inTransaction(changes -> settle(changes, told)).ifPresent(settled -> {
            if (settled.fresh()) {
                metrics.opened.increment();
            }
            if (settled.now().status() != settled.before().status()) {
                switch (settled.now().status()) {
                    case WON -> metrics.won.increment();
                    case LOST -> metrics.lost.increment();
                    case NEEDS_RESPONSE, UNDER_REVIEW, CLOSED -> {
                        // Nothing has moved, or will.
                    }
                }
            }
        });
    }

    private Optional<Settled> settle(Changes changes, ProviderDispute told) {
        String intent = told.intent();
        Optional<PaymentId> payment = intent == null ? Optional.empty() : sql.paymentOf(changes.connection(), intent);
        if (payment.isEmpty()) {
            metrics.contradictions.increment();
            LOG.error("dispute {} is of no payment of ours", told.id());
            return Optional.empty();
        }
        List<Contested> contested = sql.lockPayments(changes.connection(), payment.get());
        boolean fresh = sql.insert(changes.connection(), contested.getFirst(), told);
        Stored stored = sql.lock(changes.connection(), told.id());
        Dispute before = stored.dispute();
        for (Movement movement : told.movements()) {
            ledger.post(changes.connection(), transfer(contested.getFirst(), movement));
        }
        Money nothing = Money.zero(before.amount().currency());
        // An answer that was overtaken takes nothing back: movements only become more, and states only go on.
        boolean overtaken = !told.status().isOver() && told.status().compareTo(before.status()) < 0;
        Money withdrawn = told.movements().stream()
                .map(movement -> movement.amount().negated())
                .reduce(nothing, Money::plus);
        Money fees = told.movements().stream().map(Movement::fee).reduce(nothing, Money::plus);
        if (overtaken) {
            return Optional.empty();
        } else if (before.status().isOver() && told.status() != before.status()) {
            metrics.contradictions.increment();
            LOG.error("dispute {} is {} here and {} at the provider", before.id(), before.status(), told.status());
            return Optional.empty();
        }
        Money borne = stored.borne();
        Money byHost = before.borneByHost();
        if (told.status() == DisputeStatus.LOST && withdrawn.amount() > borne.amount()) {
            byHost = byHost.plus(bear(changes, before, contested, withdrawn.minus(borne), borne));
            borne = withdrawn;
        }
        boolean settled = told.status().isOver() && withdrawn.equals(borne);
        Dispute now = sql.settle(
                changes.connection(),
                changed(before, told, withdrawn, fees, byHost, borne.minus(byHost)),
                borne,
                settled ? null : config.checkEvery());
        List<BookingId> bookings = bookings(contested);
        if (fresh) {
            changes.record(new DisputeOpened(now, bookings));
        }
        if (now.status().isOver() && !before.status().isOver()) {
            changes.record(new DisputeClosed(now, bookings));
        }
        return Optional.of(new Settled(before, now, fresh));
    }

    private static List<BookingId> bookings(List<Contested> contested) {
        return contested.stream()
                .filter(each -> !each.shared() && !each.topUp())
                .map(Contested::booking)
                .toList();
    }

    private static Transfer transfer(Contested of, Movement movement) {
        TransferKind kind =
                movement.amount().amount() <= 0 ? TransferKind.DISPUTE_WITHDRAWN : TransferKind.DISPUTE_REINSTATED;
        return new Transfer(
                DisputeTransfers.of(movement.id()), kind, payment(of), null, null, DisputePostings.moved(movement));
    }

    /**
     * Shared out over what the charge has paid for: first the deposit that we keep for the driver, which the bank has given back
     * in our place, then the bookings in their order. What the hosts give back.
     */
    private Money bear(Changes changes, Dispute dispute, List<Contested> contested, Money lost, Money before) {
        Money rest = lost;
        Money byHosts = Money.zero(lost.currency());
        Map<PaymentId, Money> deposits = new HashMap<>();
        contested.forEach(each -> deposits.put(each.id(), deposit(changes, each)));
        List<Contested> inOrder = contested.stream()
                .sorted(Comparator.comparing(
                        each -> Objects.requireNonNull(deposits.get(each.id())).isZero()))
                .toList();
        for (Contested each : inOrder) {
            if (each.shared() || rest.isZero() || each.left().amount() <= 0) {
                continue;
            }
            Money deposit = Objects.requireNonNull(deposits.get(each.id()));
            Money left = deposit.isZero() ? each.left() : deposit;
            Money part = left.amount() < rest.amount() ? left : rest;
            List<Line> lines = !deposit.isZero()
                    ? DisputePostings.lostDeposit(each.driver(), part)
                    : each.topUp()
                            ? DisputePostings.lostTopUp(each.driver(), there(changes, each, part), part)
                            : DisputePostings.lost(
                                    each.host(), each.left(), each.commissionBasisPoints(), each.fee(), part);
            post(changes, dispute, each.id().toString(), before, each, lines);
            byHosts = lines.stream()
                    .filter(line -> line.account() == Account.HOST_PAYABLE)
                    .map(Line::amount)
                    .reduce(byHosts, Money::plus);
            rest = rest.minus(part);
        }
        if (!rest.isZero()) {
            post(changes, dispute, "rest", before, contested.getFirst(), DisputePostings.unexplained(rest));
        }
        return byHosts;
    }

    /** What we keep of it for the driver; nothing of a booking, and of a deposit that is on its way back. */
    private Money deposit(Changes changes, Contested of) {
        String currency = of.left().currency();
        return of.topUp() || of.shared()
                ? Money.zero(currency)
                : ledger.lockStanding(changes.connection(), Account.DEPOSIT, of.driver(), currency, of.booking());
    }

    private Money there(Changes changes, Contested topUp, Money most) {
        Money available = ledger.lockAvailable(changes.connection(), Account.WALLET, topUp.driver(), most.currency());
        return available.amount() < 0
                ? Money.zero(most.currency())
                : available.amount() < most.amount() ? available : most;
    }

    private void post(Changes changes, Dispute dispute, String what, Money before, Contested of, List<Line> lines) {
        UUID id = DisputeTransfers.id("lost", dispute.id() + " " + what + " " + before.amount());
        BookingId booking = of.topUp() || of.shared() ? null : of.booking();
        ledger.post(
                changes.connection(), new Transfer(id, TransferKind.DISPUTE_LOST, payment(of), booking, null, lines));
    }

    /** Nothing is posted to a payment whose money is that of its shares. */
    private static @Nullable PaymentId payment(Contested of) {
        return of.shared() ? null : of.id();
    }

    private static Dispute changed(
            Dispute before, ProviderDispute told, Money withdrawn, Money fees, Money byHost, Money byUs) {
        return new Dispute(
                before.id(),
                before.providerId(),
                before.payment(),
                before.driver(),
                before.host(),
                before.amount(),
                withdrawn,
                fees,
                byHost,
                byUs,
                before.reason(),
                told.status(),
                told.dueBy(),
                before.openedAt(),
                before.closedAt(),
                before.evidence(),
                before.evidenceSentAt());
    }

    Dispute find(DisputeId dispute) {
        return sql.find(dispute)
                .map(Stored::dispute)
                .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "there is no such dispute"));
    }

    Dispute submit(SubmitEvidence command) {
        String text = command.text().strip();
        if (text.isEmpty() || text.length() > config.evidenceMax()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "say something, in %d characters".formatted(config.evidenceMax()),
                    "/text");
        }
        Dispute known = find(command.dispute());
        if (known.evidence() == null) {
            known = sql.wantEvidence(command.dispute(), text, command.actor().user(), config.lease())
                    .map(Stored::dispute)
                    .orElseGet(() -> find(command.dispute()));
        }
        if (!text.equals(known.evidence())) {
            throw new Rejection(
                    ProblemType.ILLEGAL_STATE,
                    known.evidence() == null ? "nothing is taken any more" : "something else was said already");
        }
        if (known.evidenceSentAt() == null) {
            try {
                send(known);
            } catch (Failure failure) {
                if (failure.refusal() != null) {
                    throw new Rejection(ProblemType.ILLEGAL_STATE, "the provider does not take it");
                }
                LOG.warn("evidence for dispute {} is sent again later: {}", known.id(), failure.getMessage());
            }
        }
        return find(command.dispute());
    }

    private void send(Dispute dispute) {
        try {
            ProviderDispute told = gateway.submit(dispute.id(), dispute.providerId(), evidence(dispute))
                    .await();
            sql.evidenceSent(dispute.id());
            settle(told);
        } catch (Failure failure) {
            if (failure.refusal() == null) {
                throw failure;
            }
            LOG.warn("evidence for dispute {} is refused: {}", dispute.id(), failure.getMessage());
            // It may have been taken before, and the answer lost.
            ProviderDispute told = gateway.dispute(dispute.providerId()).await().orElseThrow(() -> failure);
            if (told.status() == DisputeStatus.NEEDS_RESPONSE) {
                sql.evidenceRefused(dispute.id());
                throw failure;
            }
            sql.evidenceSent(dispute.id());
            settle(told);
        }
    }

    /** What is said, and what is known of the bookings. */
    private Evidence evidence(Dispute dispute) {
        List<Contested> contested = sql.payments(dispute.payment());
        StringBuilder text = new StringBuilder(String.valueOf(dispute.evidence()));
        text.append("\n\nPayment ").append(dispute.payment());
        Principal host = new Principal(dispute.host(), Set.of());
        for (BookingId booking :
                bookings(contested).stream().limit(config.bookingsMax()).toList()) {
            text.append('\n').append(facts(host, booking));
        }
        return new Evidence(text.toString(), contested.getFirst().description());
    }

    private String facts(Principal host, BookingId id) {
        BookingDetails details;
        try {
            details = bus.ask(new GetBooking(host, id)).await();
        } catch (Rejection unknown) {
            if (unknown.problem().type() != ProblemType.NOT_FOUND) {
                throw unknown;
            }
            return "Booking " + id;
        }
        Booking booking = details.booking();
        List<String> facts = new ArrayList<>(List.of(
                "Booking " + id + ": " + booking.title() + ", " + booking.locationText(),
                "booked at " + booking.createdAt(),
                "stay from " + booking.stay().from() + " to " + booking.stay().to(),
                "state " + booking.status()));
        fact(facts, "entered at ", details.enteredAt());
        fact(facts, "left at ", details.leftAt());
        return String.join("; ", facts);
    }

    private static void fact(List<String> facts, String what, @Nullable Instant at) {
        if (at != null) {
            facts.add(what + at);
        }
    }
}
