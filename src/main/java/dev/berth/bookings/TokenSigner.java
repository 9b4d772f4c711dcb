package dev.berth.bookings;

/** Signs what clients carry for Berth, and tells what it has signed. */
public interface TokenSigner {
    /** A MAC of the message. */
    byte[] sign(byte[] message);

    /** Whether it is this message's MAC; takes the same time for every wrong one. */
    boolean verify(byte[] message, byte[] mac);
}
