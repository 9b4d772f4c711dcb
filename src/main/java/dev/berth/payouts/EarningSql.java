package dev.berth.payouts;

import dev.berth.payouts.PayoutCommand.ListingSums;
import dev.berth.payouts.PayoutCommand.Period;
import dev.berth.payouts.PayoutCommand.PeriodSums;
import dev.berth.payouts.PayoutCommand.Sums;
import dev.berth.platform.db.Db;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sums of what hosts have earned, straight from the ledger: what each transfer has moved to a host's payable account, and
 * what to the platform's revenue. How that money goes on to the host is no earning and is left out.
 */
final class EarningSql {
    /** {@code $1} host, {@code $2} zone, {@code $3} first day, {@code $4} day after the last, {@code $5} listing. */
    private static final String MOVED = """
            WITH own AS (
                SELECT t.id, t.kind, t.payment, t.booking, t.posted_at, e.currency, -sum(e.amount) AS host
                FROM payments.account a
                JOIN payments.entry e ON e.account = a.id
                JOIN payments.transfer t ON t.id = e.transfer
                WHERE a.kind = 'host_payable' AND a.owner = $1 AND t.kind <> 'RELEASE'
                    -- A deposit passes through, and is nobody's earning.
                    AND NOT EXISTS (
                        SELECT FROM payments.transfer d WHERE d.booking = t.booking AND d.kind = 'DEPOSIT_TAKEN')
                    AND t.posted_at >= $3::date::timestamp AT TIME ZONE $2
                    AND t.posted_at < $4::date::timestamp AT TIME ZONE $2
                GROUP BY t.id, e.currency
            ), moved AS (
                SELECT o.*, s.listing, s.title,
                    -- What the platform adds for a dearer place is its expense, and no commission of less than nothing.
                    CASE WHEN o.kind = 'REASSIGNMENT' THEN 0 ELSE coalesce((
                        SELECT -sum(p.amount) FROM payments.entry p JOIN payments.account r ON r.id = p.account
                        WHERE p.transfer = o.id AND p.currency = o.currency AND r.kind = 'platform_revenue'), 0)
                    -- Nor is what drivers pay beside the price: of a service fee it is what this has left or taken, without its tax.
                    - coalesce((
                        SELECT least(y.service_fee, l.after) - least(y.service_fee, coalesce(l.before, 0)) + coalesce(l.tax, 0)
                        FROM payments.payment y, LATERAL (
                            SELECT -sum(e.amount) AS after, -sum(e.amount) FILTER (WHERE x.id <> o.id) AS before,
                                sum(e.amount) FILTER (WHERE x.id = o.id AND a.kind = 'tax_payable') AS tax
                            FROM payments.transfer x
                            JOIN payments.entry e ON e.transfer = x.id
                            JOIN payments.account a ON a.id = e.account
                                AND a.kind IN ('host_payable', 'platform_revenue', 'tax_payable')
                            WHERE x.payment = y.id AND x.kind IN ('CHARGE', 'REFUND', 'DISPUTE_LOST')
                                AND (x.posted_at, x.id) <= (o.posted_at, o.id)) l
                        WHERE y.id = o.payment AND y.service_fee > 0 AND o.kind IN ('CHARGE', 'REFUND', 'DISPUTE_LOST')), 0)
                    END AS platform
                FROM own o LEFT JOIN payouts.stay s ON s.booking = o.booking
                WHERE $5::uuid IS NULL OR s.listing = $5
            )
            """;

    private static final String SUMS = """
            coalesce(sum(host + platform) FILTER (WHERE kind NOT IN ('REFUND', 'PROMOTION_REVERSED', 'DISPUTE_LOST')), 0)::bigint AS gross,
            coalesce(-sum(host + platform) FILTER (WHERE kind IN ('REFUND', 'PROMOTION_REVERSED', 'DISPUTE_LOST')), 0)::bigint AS refunds,
            sum(platform)::bigint AS commission, sum(host)::bigint AS net, currency
            """;
    private static final String BY_PERIOD = MOVED + """
            SELECT date_trunc('%s', posted_at AT TIME ZONE $2)::date AS period,
            """ + SUMS + """
            FROM moved GROUP BY 1, currency ORDER BY 1, currency
            """;
    private static final String BY_LISTING = MOVED + """
            SELECT listing, max(title) AS title,
            """ + SUMS + """
            FROM moved WHERE listing IS NOT NULL GROUP BY listing, currency ORDER BY sum(host) DESC, listing LIMIT $6
            """;

    private final Db db;

    EarningSql(Db db) {
        this.db = db;
    }

    /** @param zone of the host, in which days begin */
    record Range(
            UserId host,
            ZoneId zone,
            LocalDate from,
            LocalDate to,
            @Nullable ListingId listing) {}

    List<PeriodSums> byPeriod(Range range, Period by) {
        List<PeriodSums> all = new ArrayList<>();
        for (Row row : db.query(BY_PERIOD.formatted(by.name().toLowerCase(Locale.ROOT)), arguments(range))) {
            all.add(new PeriodSums(row.getLocalDate("period"), sums(row)));
        }
        return all;
    }

    List<ListingSums> byListing(Range range, int limit) {
        List<ListingSums> all = new ArrayList<>();
        for (Row row : db.query(BY_LISTING, arguments(range).addInteger(limit))) {
            all.add(new ListingSums(new ListingId(row.getUUID("listing")), row.getString("title"), sums(row)));
        }
        return all;
    }

    private static Tuple arguments(Range range) {
        ListingId listing = range.listing();
        UUID only = listing == null ? null : listing.value();
        return Tuple.of(range.host().value(), range.zone().getId(), range.from(), range.to(), only);
    }

    private static Sums sums(Row row) {
        String currency = row.getString("currency");
        return new Sums(
                new Money(row.getLong("gross"), currency),
                new Money(row.getLong("refunds"), currency),
                new Money(row.getLong("commission"), currency),
                new Money(row.getLong("net"), currency));
    }
}
