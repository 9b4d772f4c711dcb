package dev.berth.bookings;

import static dev.berth.platform.problems.ProblemType.CONFLICT;
import static dev.berth.platform.problems.ProblemType.EXTENSION_UNAVAILABLE;
import static dev.berth.platform.problems.ProblemType.IDEMPOTENCY_KEY_REUSED;
import static dev.berth.platform.problems.ProblemType.ILLEGAL_STATE;
import static dev.berth.platform.problems.ProblemType.PAYMENT_DECLINED;
import static dev.berth.platform.problems.ProblemType.QUOTE_STALE;
import static dev.berth.platform.problems.ProblemType.SLOT_TAKEN;
import static dev.berth.platform.problems.ProblemType.UNPROCESSABLE;

import dev.berth.platform.problems.ProblemType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What somebody tries. All of it is decided before anything is done, so that a seed gives the same steps each time; what
 * they are done to is chosen among what there is then.
 *
 * @param twice whether the same is asked of both nodes at once
 * @param wild whether it is tried whatever state the booking is in
 * @param which chooses among what there is
 * @param begin ten minutes from the beginning of the run, at which a stay begins; it may have begun
 * @param length of a stay in units of ten minutes
 */
record ModelStep(Kind kind, int node, boolean twice, boolean wild, int which, int listing, int begin, int length) {
    private static final int EARLIEST = -12;
    private static final int LATEST = 90;
    private static final int SHORTEST = 3;
    private static final int LONGEST = 15;

    /** What can be tried; a later capability adds a line. */
    enum Kind {
        BUY(10),
        HOLD(6),
        BUY_WITH_THE_BANK(5),
        BUY_WITHOUT_MONEY(2),
        PAY(6),
        PAY_WITHOUT_MONEY(1),
        AUTHORISE(5),
        REFUSE(1),
        CANCEL(5),
        CANCEL_AS_HOST(2),
        MODIFY(5),
        EXTEND(5),
        EXTEND_WITH_THE_BANK(2),
        ACCEPT(6),
        DECLINE(2),
        CHECK_IN(5),
        ENTER(3),
        CHECK_OUT(3),
        LEAVE(2),
        BLOCK(2),
        UNBLOCK(2),
        AGAIN(4),
        SOMETHING_ELSE_WITH_THE_SAME_KEY(1),
        LOOK(4);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }

        /** Whether the house's rules know such an answer to it. */
        boolean mayBeRefusedWith(ProblemType type) {
            return type == ILLEGAL_STATE || refusals().contains(type);
        }

        private Set<ProblemType> refusals() {
            return switch (this) {
                case BUY, HOLD, BUY_WITH_THE_BANK, PAY -> EnumSet.of(SLOT_TAKEN);
                case BUY_WITHOUT_MONEY, ACCEPT, AGAIN -> EnumSet.of(SLOT_TAKEN, PAYMENT_DECLINED);
                case PAY_WITHOUT_MONEY -> EnumSet.of(PAYMENT_DECLINED);
                case MODIFY -> EnumSet.of(SLOT_TAKEN, CONFLICT, QUOTE_STALE);
                case EXTEND, EXTEND_WITH_THE_BANK ->
                    EnumSet.of(SLOT_TAKEN, CONFLICT, EXTENSION_UNAVAILABLE, UNPROCESSABLE);
                case BLOCK -> EnumSet.of(CONFLICT);
                case SOMETHING_ELSE_WITH_THE_SAME_KEY -> EnumSet.of(IDEMPOTENCY_KEY_REUSED);
                case AUTHORISE,
                        REFUSE,
                        CANCEL,
                        CANCEL_AS_HOST,
                        DECLINE,
                        CHECK_IN,
                        ENTER,
                        CHECK_OUT,
                        LEAVE,
                        UNBLOCK,
                        LOOK -> EnumSet.noneOf(ProblemType.class);
            };
        }
    }

    /** The steps of one of many, in their order. */
    static List<ModelStep> plan(long seed, int actor, int steps, int listings) {
        // Neighbouring seeds of Random begin alike.
        Random random = new Random(new SplittableRandom(seed + 1_000_003L * actor).nextLong());
        List<ModelStep> plan = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            plan.add(new ModelStep(
                    kind(random),
                    random.nextInt(2),
                    random.nextInt(8) == 0,
                    random.nextInt(10) == 0,
                    random.nextInt(1 << 16),
                    random.nextInt(listings),
                    random.nextInt(EARLIEST, LATEST),
                    random.nextInt(SHORTEST, LONGEST)));
        }
        return plan;
    }

    private static Kind kind(Random random) {
        int all = 0;
        for (Kind kind : Kind.values()) {
            all += kind.weight;
        }
        int left = random.nextInt(all);
        for (Kind kind : Kind.values()) {
            left -= kind.weight;
            if (left < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("weights");
    }
}
