package dev.berth.ledger;

import java.util.Locale;

/**
 * The chart of accounts, each of which exists once per owner and currency. A debit is positive, a credit negative; the lines
 * of a transfer sum to zero in each currency.
 *
 * <table>
 * <caption>Chart of accounts</caption>
 * <tr><th>account</th><th>owner</th><th>normal side</th><th>what it holds</th></tr>
 * <tr><td>driver_receivable</td><td>driver</td><td>debit</td><td>what the driver owes; zero once paid</td></tr>
 * <tr><td>processor_clearing</td><td>platform</td><td>debit</td><td>what the card processor has collected for us</td></tr>
 * <tr><td>bank</td><td>platform</td><td>debit</td><td>what the card processor has sent to our own bank account</td></tr>
 * <tr><td>host_payable</td><td>host</td><td>credit</td><td>what we owe the host, held until some time after the stay
 * (RULES 30)</td></tr>
 * <tr><td>host_available</td><td>host</td><td>credit</td><td>what we owe the host and may pay; a debit when more was given
 * back to drivers than was left</td></tr>
 * <tr><td>payouts_under_way</td><td>host</td><td>credit</td><td>what the provider has been asked to send and has not
 * answered</td></tr>
 * <tr><td>platform_revenue</td><td>platform</td><td>credit</td><td>our share (RULES 27)</td></tr>
 * <tr><td>tax_payable</td><td>platform</td><td>credit</td><td>the tax of our service fees, which we owe the state</td></tr>
 * <tr><td>promotions</td><td>platform</td><td>debit</td><td>what we have taken off prices at our own expense</td></tr>
 * <tr><td>merchant_validations</td><td>merchant</td><td>debit</td><td>what a merchant owes us for its customers' parking
 * (RULES 36)</td></tr>
 * <tr><td>wallet</td><td>driver</td><td>credit</td><td>the driver's money with us; never less than nothing (RULES 32)</td></tr>
 * <tr><td>disputed</td><td>platform</td><td>debit</td><td>what the provider has taken back for disputes that are not decided</td></tr>
 * <tr><td>dispute_losses</td><td>platform</td><td>debit</td><td>what nobody else bears of lost disputes</td></tr>
 * <tr><td>provider_fees</td><td>platform</td><td>debit</td><td>what the provider has kept for its services</td></tr>
 * <tr><td>deposit</td><td>driver</td><td>credit</td><td>what a driver has left with us and gets back (RULES 33)</td></tr>
 * <tr><td>points_liability</td><td>driver</td><td>credit</td><td>what the driver's points are worth, in minor units; never less
 * than nothing. Their cost is booked against platform_revenue (RULES 32)</td></tr>
 * </table>
 */
public enum Account {
    DRIVER_RECEIVABLE,
    PROCESSOR_CLEARING,
    BANK,
    HOST_PAYABLE,
    HOST_AVAILABLE,
    PAYOUTS_UNDER_WAY,
    PLATFORM_REVENUE,
    TAX_PAYABLE,
    PROMOTIONS,
    MERCHANT_VALIDATIONS,
    WALLET,
    POINTS_LIABILITY,
    DISPUTED,
    DISPUTE_LOSSES,
    PROVIDER_FEES,
    DEPOSIT;

    private final String kind = name().toLowerCase(Locale.ROOT);

    /** Its name in the database and in reports. */
    public String kind() {
        return kind;
    }
}
