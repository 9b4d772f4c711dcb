package dev.berth.ledger;

/**
 * What all accounts of a kind add up to.
 *
 * @param kind as in the chart of accounts, such as {@code host_payable}
 * @param debit what was posted on that side, in minor units
 * @param credit as debit
 * @param balance debits less credits at the end of the time in question
 */
public record AccountSum(String kind, String currency, long debit, long credit, long balance) {}
