package dev.berth.platform.bus;

/** A request to one capability; {@code R} is what it answers with. */
public interface Command<R extends Message> extends Message {
    /** The address its capability serves. */
    String address();

    /** Ties a handler's answer to {@code R} at compile time. */
    default R reply(R answer) {
        return answer;
    }
}
