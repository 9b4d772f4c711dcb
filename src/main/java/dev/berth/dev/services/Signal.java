package dev.berth.dev.services;

/** What a process is told to end with, by the names that {@code kill} knows. */
public enum Signal {
    /** PostgreSQL: fast shutdown. */
    INT,
    TERM,
    /** PostgreSQL: immediate shutdown, recovery at the next start. */
    QUIT,
    KILL
}
