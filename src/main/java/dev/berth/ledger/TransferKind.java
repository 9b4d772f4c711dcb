package dev.berth.ledger;

/** Why money moves. */
public enum TransferKind {
    /** A driver pays; once per payment. */
    CHARGE,
    /** A driver gets back what was charged, or a part of it. Names the charge. */
    REFUND,
    /** What was paid becomes another host's, when the driver is brought to another place. */
    REASSIGNMENT,
    /** A driver brings money into their wallet. */
    TOP_UP,
    /** A part of that goes back to the card that it came from. */
    WALLET_PAID_OUT,
    /** The provider has given that up after it had told that it was done: the money is in the wallet again. */
    WALLET_PAYOUT_RETURNED,
    /** A deposit that was paid is set apart from what is earned. */
    DEPOSIT_TAKEN,
    /** A deposit is to be given back, by the refund of its payment that follows. */
    DEPOSIT_RETURNED,
    /** What a code has taken off a price is borne by who pays for it, for host and platform. */
    PROMOTION,
    /** Something of that is taken back: what the driver has paid has gone back, or the booking is another host's. */
    PROMOTION_REVERSED,
    /** A merchant has paid for its customers' parking. */
    VALIDATIONS_PAID,
    /** What a host has earned with a booking is available, or what was given back of it since is available no more. */
    RELEASE,
    /** What is available is to be sent to the host: the transfer has the payout's id. */
    PAYOUT,
    /** The provider has sent it. */
    PAYOUT_SENT,
    /** The provider has refused it: it is available again. */
    PAYOUT_FAILED,
    /** The provider has taken it back, or a part of it: that is available again. */
    PAYOUT_REVERSED,
    /** A driver is given points for what was paid for a completed stay. */
    POINTS_EARNED,
    /** Points go again, because money that had earned them was given back. */
    POINTS_TAKEN_BACK,
    /** Points could be spent for long enough. */
    POINTS_EXPIRED,
    /** The provider has taken what a card's holder contests. */
    DISPUTE_WITHDRAWN,
    /** The provider has given it back. */
    DISPUTE_REINSTATED,
    /** What is lost is borne by whoever has got the money. */
    DISPUTE_LOST,
    /** The provider has kept a fee. */
    PROVIDER_FEE,
    /** The provider has sent money of ours to our own bank account. */
    BANK_PAYOUT,
    /** The bank has not taken it: the provider has it again. */
    BANK_PAYOUT_RETURNED
}
