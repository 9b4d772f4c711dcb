package dev.berth.disputes;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.DisputeId;
import dev.berth.values.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What administrators ask of disputes: FORBIDDEN for everybody else. */
public sealed interface DisputeCommand<R extends Message> extends Command<R>
        permits DisputeCommand.ListDisputes, DisputeCommand.GetDispute, DisputeCommand.SubmitEvidence {
    String ADDRESS = "disputes.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    Principal actor();

    /**
     * The latest first.
     *
     * @param status null for all
     * @param before the last one of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListDisputes(
            Principal actor,
            @Nullable DisputeStatus status,
            @Nullable DisputeId before,
            int limit) implements DisputeCommand<DisputePage> {}

    record GetDispute(Principal actor, DisputeId dispute) implements DisputeCommand<Dispute> {}

    /**
     * Says to the provider why the charge is right, once: with the text and what is known of the bookings. Repeatable with the
     * same text; ILLEGAL_STATE when something else was said, or nothing is taken any more.
     *
     * @param text at most as long as configured: UNPROCESSABLE otherwise
     */
    record SubmitEvidence(Principal actor, DisputeId dispute, String text) implements DisputeCommand<Dispute> {}

    /** @param next where the next page begins, null at the end */
    record DisputePage(List<Dispute> items, @Nullable DisputeId next) implements Message {
        public DisputePage {
            items = List.copyOf(items);
        }
    }
}
