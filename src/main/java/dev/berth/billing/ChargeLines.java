package dev.berth.billing;

import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand.ChargePurpose;
import dev.berth.bookings.BookingCommand.DescribedCharge;
import dev.berth.pricing.Price;
import dev.berth.pricing.PriceLine;
import dev.berth.pricing.Pricing;
import dev.berth.pricing.Tariff;
import dev.berth.promotions.BookedDiscount;
import dev.berth.values.Money;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an invoice. Quotes are signed and not stored, so a price's lines are reckoned again; they are taken where they
 * come to what was paid, at the rate that counts. Otherwise the tariff has changed since, or more was known of the vehicle, and
 * one line says it.
 */
final class ChargeLines {
    private final DocumentTexts text;

    ChargeLines(DocumentTexts text) {
        this.text = text;
    }

    /** @param rate of tax, in basis points; null when the place's prices say nothing of it */
    List<TaxedLine> of(DescribedCharge charge, Money paid, Optional<Tariff> tariff, @Nullable Integer rate) {
        BookedDiscount discount = charge.discount();
        if (discount != null) {
            // The reduced price is what is taxed; what it was before is told without an amount of its own.
            return List.of(
                    TaxedLine.of(text.single(Biller.purpose(charge)), paid.amount(), rate),
                    TaxedLine.of(text.discount(discount), 0, rate));
        }
        if (charge.purpose() == ChargePurpose.STAY && tariff.isPresent()) {
            List<TaxedLine> lines = ofPrice(charge.booking(), paid, tariff.get(), rate);
            if (!lines.isEmpty()) {
                return lines;
            }
        } else if (charge.purpose() == ChargePurpose.OVERSTAY) {
            return ofOverstay(charge, paid, rate);
        }
        return List.of(TaxedLine.of(text.single(Biller.purpose(charge)), paid.amount(), rate));
    }

    /** Empty when it does not come to what was paid. */
    private List<TaxedLine> ofPrice(Booking booking, Money paid, Tariff tariff, @Nullable Integer rate) {
        if (booking.stay().duration().compareTo(Pricing.MAX_STAY) > 0) {
            return List.of();
        }
        Price price = Pricing.price(tariff, booking.stay(), ZoneId.of(booking.timeZone()));
        if (!price.total().equals(paid)
                || price.lines().stream()
                        .anyMatch(line -> line.amount() < 0 || !Objects.equals(line.taxBasisPoints(), rate))) {
            return List.of();
        }
        boolean onTop = price.lines().stream().anyMatch(line -> line.kind() == PriceLine.Kind.TAX);
        List<TaxedLine> lines = new ArrayList<>();
        for (PriceLine line : price.lines()) {
            if (line.kind() != PriceLine.Kind.TAX) {
                long tax = line.tax() == null ? 0 : line.tax();
                long gross = onTop ? Math.addExact(line.amount(), tax) : line.amount();
                lines.add(new TaxedLine(text.of(line, paid.currency()), gross, tax, rate));
            }
        }
        return lines;
    }

    private List<TaxedLine> ofOverstay(DescribedCharge charge, Money paid, @Nullable Integer rate) {
        Money fee = charge.fee();
        Integer hours = charge.hours();
        if (fee == null || hours == null || fee.amount() < 0 || fee.amount() > paid.amount()) {
            return List.of(TaxedLine.of(text.single(Invoice.Purpose.OVERSTAY), paid.amount(), rate));
        }
        List<TaxedLine> lines = new ArrayList<>();
        Money time = paid.minus(fee);
        if (!time.isZero()) {
            lines.add(TaxedLine.of(text.overstay(hours), time.amount(), rate));
        }
        if (!fee.isZero()) {
            lines.add(TaxedLine.of(text.overstayFee(), fee.amount(), rate));
        }
        return lines;
    }
}
