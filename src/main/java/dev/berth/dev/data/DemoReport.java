package dev.berth.dev.data;

import dev.berth.listings.ListingCommand.ImportReport;
import dev.berth.listings.ListingCommand.SkippedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What loading the demo has done.
 *
 * @param skipped records of the documents that cannot be used, with the reason
 */
public record DemoReport(int created, int updated, int unchanged, List<SkippedRecord> skipped, Duration took) {
    static final DemoReport NOTHING = new DemoReport(0, 0, 0, List.of(), Duration.ZERO);

    public DemoReport {
        skipped = List.copyOf(skipped);
    }

    /** How many listings of the demo there are now, apart from those that somebody has deleted since. */
    public int listings() {
        return created + updated + unchanged;
    }

    DemoReport plus(ImportReport report) {
        return new DemoReport(
                created + report.created(),
                updated + report.updated(),
                unchanged + report.unchanged(),
                skipped(report.skipped()),
                took);
    }

    DemoReport plusSkipped(List<SkippedRecord> more) {
        return new DemoReport(created, updated, unchanged, skipped(more), took);
    }

    DemoReport after(Duration duration) {
        return new DemoReport(created, updated, unchanged, skipped, duration);
    }

    private List<SkippedRecord> skipped(List<SkippedRecord> more) {
        List<SkippedRecord> all = new ArrayList<>(skipped);
        all.addAll(more);
        return all;
    }
}
