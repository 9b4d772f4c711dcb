package dev.berth.subscriptions;

/** How the months of a pass are counted. The name is public. */
public enum MonthKind {
    /** From the day on which it begins (RULES 34). */
    ROLLING,
    /** By the calendar: the first one is a part of a month, and costs that part. */
    CALENDAR
}
