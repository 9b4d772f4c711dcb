package dev.berth.pricing;

/**
 * Started steps of a stay in a row that cost the same, fall into the same day and into the same windows.
 *
 * @param part which segment or event; 0 otherwise
 * @param day on which they begin, as an epoch day of the place's days
 * @param steps that are paid for, hours or increments; 0 for more of a flat price that is paid
 * @param stepMinutes 0 for a flat price
 * @param stepAmount minor units for one hour; for a segment what its unit costs
 * @param cost minor units of all of them by the meter
 * @param windows for each window of the tariff on which date the time begins in which these steps are, {@link #OUTSIDE} where
 *     in none
 */
@SuppressWarnings("ArrayRecordComponent") // within one price, never compared
record Run(Rate rate, int part, long day, int steps, int stepMinutes, long stepAmount, long cost, long[] windows) {
    /** No epoch day that a stay could have. */
    static final long OUTSIDE = Long.MIN_VALUE;

    /** By what the steps are charged. */
    enum Rate {
        HOUR,
        SEGMENT,
        WEEKEND,
        HOLIDAY,
        EVENT
    }
}
