package dev.berth.platform.bus;

/** Anything that crosses the event bus: an immutable record listed in a {@link MessageCatalog}. */
public interface Message {}
