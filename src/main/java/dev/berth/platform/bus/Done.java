package dev.berth.platform.bus;

/** The answer of a command that has nothing else to say than that it is done. */
public record Done() implements Message {
    public static final Done DONE = new Done();
}
