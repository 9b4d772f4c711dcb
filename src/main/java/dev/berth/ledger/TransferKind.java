package dev.berth.ledger;

/** Why money moves. */
public enum TransferKind {
    /** A driver pays; once per payment. */
    CHARGE,
    /** A driver gets back what was charged, or a part of it. Names the charge. */
    REFUND,
    /** What was paid becomes another host's, when the driver is brought to another place. */
    REASSIGNMENT
}
