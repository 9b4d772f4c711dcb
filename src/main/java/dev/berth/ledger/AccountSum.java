package dev.berth.ledger;

/**
 * What all accounts of a kind add up to.
 *
 * @param kind as in the chart of accounts, such as {@code host_payable}
 * @param debit minor units
 * @param credit minor units
 */
public record AccountSum(String kind, String currency, long debit, long credit) {}
