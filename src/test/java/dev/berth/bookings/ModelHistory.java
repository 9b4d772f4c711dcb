package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.values.BlockId;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What everybody was told, and what is known by it. */
final class ModelHistory {
    private final Map<BookingId, Known> bookings = new ConcurrentHashMap<>();
    private final Queue<Known> all = new ConcurrentLinkedQueue<>();
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrongs = new ConcurrentLinkedQueue<>();
    private final Queue<Blocked> blocks = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** A booking whose making was acknowledged. */
    static final class Known {
        private final PlaceBooking order;
        private volatile Booking last;

        private Known(PlaceBooking order, Booking booking) {
            this.order = order;
            this.last = booking;
        }

        PlaceBooking order() {
            return order;
        }

        /** The newest that anybody was told. */
        Booking last() {
            return last;
        }

        Principal driver() {
            return order.actor();
        }
    }

    /** A block whose making was acknowledged. */
    record Blocked(BlockId id, ListingId listing) {}

    /**
     * An answer about a booking.
     *
     * @param begin of {@link System#nanoTime}, when it was asked for
     * @param end of {@link System#nanoTime}
     */
    record Seen(Booking booking, String by, long begin, long end) {}

    Known placed(PlaceBooking order, Booking booking) {
        return bookings.computeIfAbsent(booking.id(), id -> {
            Known known = new Known(order, booking);
            all.add(known);
            return known;
        });
    }

    void seen(Booking booking, String by, long begin) {
        seen.add(new Seen(booking, by, begin, System.nanoTime()));
        Known known = bookings.get(booking.id());
        if (known != null && known.last.version() < booking.version()) {
            known.last = booking;
        }
    }

    void blocked(Blocked block) {
        blocks.add(block);
    }

    @Nullable
    Blocked takeBlock() {
        return blocks.poll();
    }

    void count(String what) {
        counts.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    long counted(String what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    Map<String, LongAdder> counts() {
        return counts;
    }

    void wrong(String what) {
        wrongs.add(what);
    }

    List<String> wrongs() {
        return List.copyOf(wrongs);
    }

    List<Known> bookings() {
        return List.copyOf(all);
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Answers that say less than had been told before they were asked for. */
    List<String> stepsBack() {
        Map<BookingId, List<Seen>> byBooking = new HashMap<>();
        seen.forEach(one -> byBooking
                .computeIfAbsent(one.booking().id(), id -> new ArrayList<>())
                .add(one));
        List<String> back = new ArrayList<>();
        for (List<Seen> answers : byBooking.values()) {
            List<Seen> byEnd = new ArrayList<>(answers);
            byEnd.sort(Comparator.comparingLong(Seen::end));
            answers.sort(Comparator.comparingLong(Seen::begin));
            long told = 0;
            int ended = 0;
            for (Seen answer : answers) {
                while (byEnd.get(ended).end() - answer.begin() < 0) {
                    told = Math.max(told, byEnd.get(ended).booking().version());
                    ended++;
                }
                if (answer.booking().version() < told) {
                    back.add("%s was told version %d of %s after version %d"
                            .formatted(
                                    answer.by(),
                                    answer.booking().version(),
                                    answer.booking().id(),
                                    told));
                }
            }
        }
        return back;
    }
}
