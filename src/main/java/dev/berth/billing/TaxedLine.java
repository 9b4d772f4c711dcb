package dev.berth.billing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of a document, in minor units.
 *
 * <p>Tax is in what was paid, whether the place's prices are with or without it: {@code gross × rate / (1 + rate)}, rounded
 * half up in each line (RULES 31). Where a price was made by adding the rounded tax, that gives back the same tax.
 *
 * @param label in the buyer's language
 * @param gross what is paid for it, never negative
 * @param tax what of that is tax
 * @param taxBasisPoints 1,900 for 19 %; null where the place's prices say nothing of tax
 */
public record TaxedLine(
        String label, long gross, long tax, @Nullable Integer taxBasisPoints) {
    private static final int ALL_BASIS_POINTS = 10_000;

    public TaxedLine {
        if (gross < 0 || tax < 0 || tax > gross) {
            throw new IllegalArgumentException("%d with a tax of %d is no line".formatted(gross, tax));
        }
    }

    static TaxedLine of(String label, long gross, @Nullable Integer basisPoints) {
        return new TaxedLine(label, gross, taxIn(gross, basisPoints), basisPoints);
    }

    @JsonProperty
    long net() {
        return gross - tax;
    }

    /** The tax that is in an amount, rounded half up. */
    static long taxIn(long gross, @Nullable Integer basisPoints) {
        if (basisPoints == null) {
            return 0;
        }
        long parts = (long) ALL_BASIS_POINTS + basisPoints;
        return Math.addExact(Math.multiplyExact(gross, 2L * basisPoints), parts) / (parts * 2);
    }

    /**
     * What stays of lines when of their sum so much is kept: the first ones whole, then a part of one, of which tax is what
     * is in that part.
     *
     * @param kept not more than the sum
     */
    static List<TaxedLine> kept(List<TaxedLine> lines, long kept) {
        List<TaxedLine> stay = new ArrayList<>();
        long left = kept;
        for (TaxedLine line : lines) {
            stay.add(line.first(Math.min(left, line.gross)));
            left -= Math.min(left, line.gross);
        }
        if (kept < 0 || left > 0) {
            throw new IllegalArgumentException("%d cannot be kept of these lines".formatted(kept));
        }
        return stay;
    }

    /**
     * What a credit note takes back: what is between that which was kept before and that which is kept now, line by line. So
     * the invoice less all its credit notes is always the tax of what is kept.
     *
     * @param before what of the sum had been given back before
     * @param amount what is given back now
     */
    static List<TaxedLine> credited(List<TaxedLine> lines, long before, long amount) {
        long sum = lines.stream().mapToLong(TaxedLine::gross).sum();
        List<TaxedLine> had = kept(lines, sum - before);
        List<TaxedLine> has = kept(lines, sum - before - amount);
        List<TaxedLine> back = new ArrayList<>();
        for (int i = 0; i < had.size(); i++) {
            TaxedLine line = had.get(i);
            long gross = line.gross - has.get(i).gross;
            if (gross > 0) {
                back.add(new TaxedLine(line.label, gross, line.tax - has.get(i).tax, line.taxBasisPoints));
            }
        }
        return back;
    }

    private TaxedLine first(long part) {
        return part == gross ? this : of(label, part, taxBasisPoints);
    }
}
