package dev.berth.platform.events;

/** Makes a consumer idempotent: it notes each event in the statement that has its effect. */
public final class Inbox {
    /**
     * For the start of that statement: {@code WITH noted AS (} this {@code )}. {@code $1} is the consumer's name, {@code
     * $2} the event's id. It returns a row the first time only, so that all the rest, selected from it, is done once.
     */
    public static final String NOTE = """
            INSERT INTO platform.inbox (consumer, event_id)
            VALUES ($1, $2)
            ON CONFLICT DO NOTHING
            RETURNING event_id
            """;

    private Inbox() {}
}
