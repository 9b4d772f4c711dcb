package dev.berth.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** What clients asked, when, and what they heard. */
final class History {
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();

    enum Outcome {
        /** Answered with what was asked for. */
        DONE,
        /** Answered that it may not be, for a reason of the house's rules. */
        REFUSED,
        /** Answered that it cannot be now; it may have been done. */
        UNAVAILABLE,
        /** Answered with a fault: never right. */
        FAULT,
        /** Not answered; it may have been done. */
        LOST,
        /** Nobody took the connection: it has not been done. */
        UNSENT
    }

    /**
     * One request.
     *
     * @param operation what it is for
     * @param node which it was sent to
     * @param key that makes it repeatable; empty for one that changes nothing
     * @param begin of {@link System#nanoTime}
     * @param end of {@link System#nanoTime}
     * @param detail the problem's code, or what became of the connection
     */
    record Call(
            String operation,
            String client,
            String node,
            String key,
            long begin,
            long end,
            Outcome outcome,
            int status,
            String detail) {}

    void add(Call call) {
        calls.add(call);
    }

    List<Call> since(long nanos) {
        return calls.stream().filter(call -> call.begin() - nanos >= 0).toList();
    }

    static long count(List<Call> calls, Outcome outcome) {
        return calls.stream().filter(call -> call.outcome() == outcome).count();
    }

    /** The longest time in which no booking was answered. */
    static Duration longestPause(List<Call> calls, long from, long to) {
        List<Long> done = new ArrayList<>(calls.stream()
                .filter(call -> call.outcome() == Outcome.DONE && call.status() == 201)
                .map(Call::end)
                .filter(end -> end - from > 0 && to - end > 0)
                .sorted()
                .toList());
        done.addFirst(from);
        done.addLast(to);
        long longest = 0;
        for (int i = 1; i < done.size(); i++) {
            longest = Math.max(longest, done.get(i) - done.get(i - 1));
        }
        return Duration.ofNanos(longest);
    }

    /** How often which outcome came, in words. */
    static String summary(List<Call> calls) {
        Map<String, Long> counts = calls.stream()
                .collect(Collectors.groupingBy(
                        call -> call.outcome() + " " + call.status() + " " + call.detail(),
                        TreeMap::new,
                        Collectors.counting()));
        return counts.toString();
    }
}
