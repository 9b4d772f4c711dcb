package dev.berth.bookings;

import dev.berth.fees.BookedFee;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SeriesId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A booking as its events carry it: everything a reader needs without asking.
 *
 * @param version +1 with every change of this booking
 * @param title the listing's, when it was booked
 * @param timeZone the listing's, IANA name
 * @param commissionBasisPoints the fee policy in force when it was booked (RULES 27), of 10,000
 * @param fee the driver's service fee, which is in the price and of which the host gets nothing; null without one
 * @param overstay what staying too long costs; null unless the driver has stayed past the grace
 * @param holdExpiresAt when a HELD or PENDING_HOST booking ends by itself; null in every other state
 * @param series what it was made with, null when it was made alone
 */
public record Booking(
        BookingId id,
        long version,
        BookingStatus status,
        ListingId listing,
        SlotId slot,
        String slotName,
        UserId driver,
        UserId host,
        @Nullable VehicleId vehicle,
        TimeRange stay,
        Money price,
        int commissionBasisPoints,
        @Nullable BookedFee fee,
        PaymentId payment,
        String title,
        String locationText,
        String timeZone,
        @Nullable Instant holdExpiresAt,
        @Nullable Overstay overstay,
        @Nullable Part series,
        Instant createdAt)
        implements Message {
    /** Without a service fee. */
    public Booking(
            BookingId id,
            long version,
            BookingStatus status,
            ListingId listing,
            SlotId slot,
            String slotName,
            UserId driver,
            UserId host,
            @Nullable VehicleId vehicle,
            TimeRange stay,
            Money price,
            int commissionBasisPoints,
            PaymentId payment,
            String title,
            String locationText,
            String timeZone,
            @Nullable Instant holdExpiresAt,
            @Nullable Overstay overstay,
            @Nullable Part series,
            Instant createdAt) {
        this(
                id,
                version,
                status,
                listing,
                slot,
                slotName,
                driver,
                host,
                vehicle,
                stay,
                price,
                commissionBasisPoints,
                null,
                payment,
                title,
                locationText,
                timeZone,
                holdExpiresAt,
                overstay,
                series,
                createdAt);
    }

    /** What the stay costs without the service fee: all that is the host's business. */
    public Money parking() {
        return fee == null ? price : price.minus(fee.amount());
    }

    /** As its host is told of it. */
    public Booking forHost() {
        return fee == null
                ? this
                : new Booking(
                        id,
                        version,
                        status,
                        listing,
                        slot,
                        slotName,
                        driver,
                        host,
                        vehicle,
                        stay,
                        parking(),
                        commissionBasisPoints,
                        payment,
                        title,
                        locationText,
                        timeZone,
                        holdExpiresAt,
                        overstay,
                        series,
                        createdAt);
    }

    /**
     * A booking's place in a series.
     *
     * @param number from 1, in the order of time
     * @param size how many bookings were made together
     */
    public record Part(SeriesId id, int number, int size) {}

    /** What the driver pays at first: the booking's own payment, or the one of all of its series. */
    PaymentId paidThrough() {
        return series == null ? payment : new PaymentId(series.id().value());
    }

    /**
     * A stay that goes on, or has gone on, without a right to it (RULES 18): part of being ACTIVE.
     *
     * @param since the end of the grace
     * @param perHour for each hour begun since then
     * @param fee once; zero when the host has waived it
     * @param total what it has come to; null while the driver is in
     */
    public record Overstay(
            Instant since,
            Money perHour,
            Money fee,
            @Nullable Money total) {}
}
