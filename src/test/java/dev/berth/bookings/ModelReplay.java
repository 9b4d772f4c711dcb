package dev.berth.bookings;

import dev.berth.bookings.BookingEvent.OfBooking;
import dev.berth.bookings.ModelHistory.Seen;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A car park as one person alone would keep it: what has happened is told to it in the order of the calendars' versions,
 * one after the other, and it says what could not have happened so.
 */
final class ModelReplay {
    private final Map<ListingId, Long> calendars = new HashMap<>();
    private final Map<SlotId, Map<UUID, Occupancy>> taken = new HashMap<>();
    private final Map<BookingId, TreeMap<Long, Booking>> bookings = new HashMap<>();
    private final Map<BookingStatus, Integer> reached = new TreeMap<>();
    private final List<String> wrongs = new ArrayList<>();

    /** @param event the next of its listing */
    void happen(BookingEvent event) {
        long expected = calendars.merge(event.listingId(), 1L, Long::sum);
        if (event.calendarVersion() != expected) {
            wrong("change %d of calendar %s is told as %d"
                    .formatted(expected, event.listingId(), event.calendarVersion()));
        }
        if (event instanceof OfBooking about) {
            step(about);
        }
        // What is left is free before what is new is taken.
        event.occupancies().stream().filter(one -> !one.live()).forEach(this::leave);
        event.occupancies().stream().filter(Occupancy::live).forEach(this::take);
    }

    private void step(OfBooking event) {
        Booking now = event.booking();
        TreeMap<Long, Booking> versions = bookings.computeIfAbsent(now.id(), id -> new TreeMap<>());
        Booking before = versions.isEmpty() ? null : versions.lastEntry().getValue();
        versions.put(now.version(), now);
        reached.merge(now.status(), 1, Integer::sum);
        if (before == null) {
            boolean begins = (event instanceof BookingEvent.BookingPlaced && now.status() == BookingStatus.HELD)
                    || ((event instanceof BookingEvent.BookingBegun || event instanceof BookingEvent.BookingRequested)
                            && now.status() == BookingStatus.PENDING_HOST);
            if (!begins || now.version() != 1) {
                wrong("booking %s begins as %s, version %d".formatted(now.id(), now.status(), now.version()));
            }
            return;
        }
        if (now.version() != before.version() + 1) {
            wrong("booking %s: version %d follows %d".formatted(now.id(), now.version(), before.version()));
        }
        if (now.status() != before.status() && !Transitions.isLegal(before.status(), now.status())) {
            wrong("booking %s: %s follows %s".formatted(now.id(), now.status(), before.status()));
        }
        boolean isSame = now.listing().equals(before.listing())
                && now.driver().equals(before.driver())
                && now.host().equals(before.host())
                && now.createdAt().equals(before.createdAt());
        boolean mayMove = event instanceof BookingEvent.BookingChanged
                || (event instanceof BookingEvent.BookingRequestChanged && now.status() == BookingStatus.PENDING_HOST);
        // Money that comes late, and a host who accepts, find another slot for the same time.
        boolean mayChangeSlot =
                mayMove || before.status() == BookingStatus.EXPIRED || before.status() == BookingStatus.PENDING_HOST;
        if (!isSame
                || (!mayMove
                        && !(now.stay().equals(before.stay()) && now.price().equals(before.price())))
                || (!mayChangeSlot && !now.slot().equals(before.slot()))) {
            wrong("booking %s became another by %s: %s, was %s".formatted(now.id(), event, now, before));
        }
    }

    private void leave(Occupancy left) {
        taken.getOrDefault(left.slot(), new HashMap<>()).remove(left.id());
    }

    private void take(Occupancy wanted) {
        Map<UUID, Occupancy> there = taken.computeIfAbsent(wanted.slot(), slot -> new HashMap<>());
        there.values().stream()
                .filter(other -> !other.id().equals(wanted.id()) && other.stay().overlaps(wanted.stay()))
                .forEach(other -> wrong("slot %s is taken twice: %s has %s, %s wants %s"
                        .formatted(wanted.slot(), other.id(), other.stay(), wanted.id(), wanted.stay())));
        there.put(wanted.id(), wanted);
    }

    private void wrong(String what) {
        wrongs.add(what);
    }

    /** An answer is right when the booking has been like that. */
    void compare(Seen seen) {
        Booking told = seen.booking();
        Booking known = bookings.getOrDefault(told.id(), new TreeMap<>()).get(told.version());
        if (known == null) {
            wrong("%s was told version %d of %s, which never was".formatted(seen.by(), told.version(), told.id()));
        } else if (told.status() != known.status()
                || !told.stay().equals(known.stay())
                || !told.price().equals(known.price())
                || !told.driver().equals(known.driver())
                // One that is accepted has its slot from then on, which is told when it is paid.
                || (!told.slot().equals(known.slot()) && told.status() != BookingStatus.PENDING_HOST)) {
            wrong("%s was told %s, which was %s".formatted(seen.by(), told, known));
        }
    }

    /** What is stored of a booking in the end. */
    void compare(Booking stored) {
        TreeMap<Long, Booking> versions = bookings.get(stored.id());
        if (versions == null) {
            wrong("nobody was told of booking %s".formatted(stored.id()));
            return;
        }
        Booking last = versions.lastEntry().getValue();
        if (stored.version() != last.version()
                || stored.status() != last.status()
                || !stored.slot().equals(last.slot())
                || !stored.stay().equals(last.stay())
                || !stored.price().equals(last.price())) {
            wrong("stored is %s, told was %s".formatted(stored, last));
        }
    }

    /** What keeps slots from others in the end. */
    void compare(Set<Occupancy> live) {
        Set<String> told = new TreeSet<>();
        taken.values().forEach(slot -> slot.values().forEach(one -> told.add(one.toString())));
        Set<String> stored = new TreeSet<>();
        live.forEach(one -> stored.add(one.toString()));
        for (String one : told) {
            if (!stored.remove(one)) {
                wrong("told as taken and free: %s".formatted(one));
            }
        }
        stored.forEach(one -> wrong("taken and told as free: %s".formatted(one)));
    }

    /** Which states bookings have come to, and how often. */
    Map<BookingStatus, Integer> reached() {
        return reached;
    }

    List<String> wrongs() {
        return wrongs;
    }
}
