package dev.berth.listings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.availability.Availability;
import dev.berth.listings.ListingCommand.ImportListings;
import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.listings.ListingCommand.ImportReport;
import dev.berth.listings.ListingCommand.SkippedRecord;
import dev.berth.listings.ListingEvent.ListingChanged;
import dev.berth.listings.ListingSql.Imported;
import dev.berth.listings.ListingSql.Insert;
import dev.berth.listings.ListingSql.Origin;
import dev.berth.listings.Whereabouts.Placed;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.Outbox.Changes;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Makes listings of records, batch by batch (LI14). Each batch is one transaction of a few statements. */
final class Importer {
    private static final int MAX_SOURCE_LENGTH = 100;
    private static final int MAX_ID_LENGTH = 200;

    private final Outbox outbox;
    private final ListingSql sql;
    private final JsonMapper json;
    private final Whereabouts whereabouts;

    Importer(Outbox outbox, ListingSql sql, JsonMapper json, Whereabouts whereabouts) {
        this.outbox = outbox;
        this.sql = sql;
        this.json = json;
        this.whereabouts = whereabouts;
    }

    ImportReport run(ImportListings command) {
        FieldCheck check = new FieldCheck();
        check.line("/source", command.source(), MAX_SOURCE_LENGTH);
        if (command.records().size() > ImportListings.MAX_RECORDS) {
            check.wrong("/records", "must be at most " + ImportListings.MAX_RECORDS);
        }
        check.done();

        List<SkippedRecord> skipped = new ArrayList<>();
        Map<String, SlotPlan> plans = new HashMap<>();
        List<ImportRecord> usable = usable(command, plans, skipped);
        return outbox.inTransaction(changes -> {
            sql.lockSource(changes.connection(), command.actor().user(), command.source());
            Map<String, Imported> before = sql.imported(
                    changes.connection(),
                    command.actor().user(),
                    command.source(),
                    usable.stream().map(ImportRecord::id).toList());
            List<Insert> inserts = new ArrayList<>();
            int updated = 0;
            int unchanged = 0;
            for (ImportRecord imported : usable) {
                String digest = digest(command, imported);
                Imported present = before.get(imported.id());
                if (present == null) {
                    SlotPlan plan = Objects.requireNonNull(plans.get(imported.id()));
                    ListingId id = ListingId.next();
                    Placed placed = whereabouts.place(id, imported.details());
                    Listing listing = imported.details()
                            .listing(
                                    id,
                                    1,
                                    command.actor().user(),
                                    command.demo(),
                                    command.attribution(),
                                    plan.slots(),
                                    Availability.DEFAULT,
                                    placed.shown());
                    inserts.add(
                            new Insert(listing, placed.arrival(), new Origin(command.source(), imported.id(), digest)));
                } else if (present.deleted() || present.digest().equals(digest)) {
                    unchanged++;
                } else {
                    update(changes, command, imported, present.listing(), digest);
                    updated++;
                }
            }
            if (!inserts.isEmpty()) {
                sql.insert(changes.connection(), inserts);
                changes.recordAll(inserts.stream()
                        .map(insert -> new ListingChanged(insert.listing()))
                        .toList());
            }
            return new ImportReport(inserts.size(), updated, unchanged, skipped);
        });
    }

    private static List<ImportRecord> usable(
            ImportListings command, Map<String, SlotPlan> plans, List<SkippedRecord> skipped) {
        List<ImportRecord> usable = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ImportRecord imported : command.records()) {
            try {
                FieldCheck check = new FieldCheck();
                check.line("/id", imported.id(), MAX_ID_LENGTH);
                if (!seen.add(imported.id())) {
                    check.wrong("/id", "is that of another record of the same import");
                }
                check.done();
                plans.put(imported.id(), SlotPlan.of(List.of(), imported.slots(), Ids::next));
                usable.add(imported);
            } catch (Rejection rejection) {
                skipped.add(new SkippedRecord(imported.id(), rejection.problem().detail()));
            }
        }
        return usable;
    }

    /** What the source says now replaces what it said; slots keep their ids as far as they keep their names. */
    private void update(Changes changes, ImportListings command, ImportRecord imported, ListingId id, String digest) {
        if (sql.lock(changes.connection(), id) == null) {
            throw new Rejection(ProblemType.CONFLICT, "record " + imported.id() + " has been deleted meanwhile");
        }
        Listing before = sql.read(changes.connection(), id);
        SlotPlan plan = SlotPlan.of(sql.allSlots(changes.connection(), id), imported.slots(), Ids::next);
        Placed placed = whereabouts.place(imported.details(), before, sql.arrival(changes.connection(), id));
        Listing after = imported.details()
                .listing(
                        id,
                        before.version() + 1,
                        before.owner(),
                        command.demo(),
                        command.attribution(),
                        plan.slots(),
                        before.availability(),
                        placed.shown());
        sql.update(changes.connection(), after);
        sql.setArrival(changes.connection(), placed.shown().privacy(), placed.arrival());
        sql.apply(changes.connection(), id, plan);
        sql.setDigest(changes.connection(), id, digest);
        changes.record(new ListingChanged(after));
    }

    private String digest(ImportListings command, ImportRecord imported) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(json.writeValueAsBytes(imported));
            digest.update(json.writeValueAsBytes(command.attribution()));
            digest.update((byte) (command.demo() ? 1 : 0));
            return HexFormat.of().formatHex(digest.digest());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
