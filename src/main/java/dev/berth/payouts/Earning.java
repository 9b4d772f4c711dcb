package dev.berth.payouts;

import dev.berth.payouts.EarningSql.Range;
import dev.berth.payouts.PayoutCommand.Earnings;
import dev.berth.payouts.PayoutCommand.GetEarnings;
import dev.berth.payouts.PayoutCommand.Period;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.UserId;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/** What hosts have earned, by periods in their zone. */
final class Earning {
    private static final int PERIODS = 12;
    private static final int LISTINGS_MAX = 100;

    private final EarningSql sums;
    private final PayoutAccounts accounts;
    private final PayoutSql sql;
    private final PayoutConfig config;

    Earning(EarningSql sums, PayoutAccounts accounts, PayoutSql sql, PayoutConfig config) {
        this.sums = sums;
        this.accounts = accounts;
        this.sql = sql;
        this.config = config;
    }

    Earnings sums(GetEarnings command, UserId host) {
        ZoneId zone = accounts.zone(host);
        Period by = command.by();
        LocalDate wantedTo = command.to();
        LocalDate to = wantedTo == null ? sql.now().atZone(zone).toLocalDate().plusDays(1) : wantedTo;
        LocalDate wantedFrom = command.from();
        LocalDate from = wantedFrom == null ? back(begin(to.minusDays(1), by), by, PERIODS - 1) : begin(wantedFrom, by);
        if (!from.isBefore(to)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "it ends before it begins", "/query/to");
        }
        if (unit(by).between(from, to) >= config.periodsMax()) {
            String detail = "one answer has %d periods at most".formatted(config.periodsMax());
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/query/from");
        }
        Range range = new Range(host, zone, from, to, command.listing());
        return new Earnings(
                zone.getId(), by, from, to, this.sums.byPeriod(range, by), this.sums.byListing(range, LISTINGS_MAX));
    }

    private static ChronoUnit unit(Period by) {
        return switch (by) {
            case DAY -> ChronoUnit.DAYS;
            case WEEK -> ChronoUnit.WEEKS;
            case MONTH -> ChronoUnit.MONTHS;
        };
    }

    private static LocalDate begin(LocalDate day, Period by) {
        return switch (by) {
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    private static LocalDate back(LocalDate day, Period by, int periods) {
        return day.minus(periods, unit(by));
    }
}
