package dev.berth.reconciliation;

import dev.berth.reconciliation.ReconciliationCommand.DifferenceKind;
import dev.berth.reconciliation.ReconciliationCommand.Differing;
import dev.berth.values.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The provider's movements beside the ledger's, without any I/O. Both are read for longer than the period: what the one has
 * written down in it may stand with the other shortly before or after.
 */
final class Comparison {
    private final Instant from;
    private final Instant to;
    private final Map<Key, Sum> here = new TreeMap<>();
    private final Map<Key, Sum> there = new TreeMap<>();

    /** @param to no part of the period */
    Comparison(Instant from, Instant to) {
        this.from = from;
        this.to = to;
    }

    private record Key(String subject, String currency) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int bySubject = subject.compareTo(other.subject);
            return bySubject != 0 ? bySubject : currency.compareTo(other.currency);
        }
    }

    /** @param inPeriod whether any of it was then */
    private record Sum(long amount, Instant at, boolean inPeriod) {
        private Sum plus(Sum other) {
            Instant first = at.isBefore(other.at) ? at : other.at;
            return new Sum(Math.addExact(amount, other.amount), first, inPeriod || other.inPeriod);
        }
    }

    void ledger(String subject, Money amount, Instant at) {
        add(here, subject, amount, at);
    }

    void provider(String subject, Money amount, Instant at) {
        add(there, subject, amount, at);
    }

    private void add(Map<Key, Sum> side, String subject, Money amount, Instant at) {
        boolean inPeriod = !at.isBefore(from) && at.isBefore(to);
        side.merge(new Key(subject, amount.currency()), new Sum(amount.amount(), at, inPeriod), Sum::plus);
    }

    int size() {
        return here.size() + there.size();
    }

    int ledgerCount() {
        return count(here);
    }

    int providerCount() {
        return count(there);
    }

    private static int count(Map<Key, Sum> side) {
        return Math.toIntExact(side.values().stream().filter(Sum::inPeriod).count());
    }

    /** Those of the period, by subject. */
    List<Differing> differences() {
        List<Differing> found = new ArrayList<>();
        there.forEach((key, theirs) -> {
            Sum ours = here.get(key);
            if (theirs.inPeriod() && ours == null) {
                found.add(differing(DifferenceKind.MISSING_HERE, key, null, theirs));
            } else if (ours != null && (theirs.inPeriod() || ours.inPeriod()) && ours.amount() != theirs.amount()) {
                found.add(differing(DifferenceKind.AMOUNT, key, ours, theirs));
            }
        });
        here.forEach((key, ours) -> {
            if (ours.inPeriod() && !there.containsKey(key)) {
                found.add(differing(DifferenceKind.MISSING_THERE, key, ours, null));
            }
        });
        return found;
    }

    private static Differing differing(DifferenceKind kind, Key key, @Nullable Sum ours, @Nullable Sum theirs) {
        Instant at = theirs != null ? theirs.at() : ours != null ? ours.at() : Instant.EPOCH;
        return new Differing(
                kind,
                key.subject(),
                key.currency(),
                ours == null ? null : ours.amount(),
                theirs == null ? null : theirs.amount(),
                at);
    }
}
