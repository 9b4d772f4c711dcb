package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.availability.StayDefaults;
import dev.berth.listings.ListingCommand.DeleteListing;
import dev.berth.listings.ListingCommand.ImportListings;
import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.listings.ListingCommand.ImportReport;
import dev.berth.listings.ListingCommand.ListListings;
import dev.berth.listings.ListingCommand.SkippedRecord;
import dev.berth.listings.ListingCommand.UpdateListing;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@WithServices
@Tag("LI14")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportIT {
    private final TestNode node;
    private final Principal operator = operator();

    ImportIT(Services services) {
        node = new TestNode(services);
        node.deploy(new ListingVerticle(
                node.bus(), node.db(), node.outbox(), Json.mapper(), ListingConfig.STANDARD, StayDefaults.STANDARD));
    }

    @AfterAll
    void close() {
        node.close();
    }

    private static Principal operator() {
        return new Principal(UserId.next(), Set.of(Role.OPERATOR));
    }

    private static ImportRecord place(String id, String title, int capacity) {
        return new ImportRecord(id, Drafts.details(title), SlotDraft.numbered(capacity));
    }

    private ImportReport add(Principal owner, String source, ImportRecord... records) {
        return node.ask(new ImportListings(owner, source, "Somebody, CC BY 4.0", false, List.of(records)));
    }

    private List<Listing> all(Principal owner) {
        return node.ask(new ListListings(owner.user(), null, 100)).listings();
    }

    private Listing titled(Principal owner, String title) {
        return all(owner).stream()
                .filter(listing -> listing.title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void importedAgain_nothingChanges() {
        Principal owner = operator();
        assertThat(add(owner, "town", place("1", "Platz", 3), place("2", "Garage", 4)))
                .isEqualTo(new ImportReport(2, 0, 0, List.of()));
        List<Listing> before = all(owner);

        assertThat(add(owner, "town", place("1", "Platz", 3), place("2", "Garage", 4)))
                .isEqualTo(new ImportReport(0, 0, 2, List.of()));

        assertThat(all(owner)).isEqualTo(before);
        assertThat(before)
                .hasSize(2)
                .allSatisfy(listing -> assertThat(listing.attribution()).isEqualTo("Somebody, CC BY 4.0"));
    }

    @Test
    void whatChangedAtItsSource_isUpdated_andKeepsItsSlots() {
        Principal owner = operator();
        add(owner, "town", place("1", "Platz", 3), place("2", "Garage", 4));
        Listing before = titled(owner, "Platz");

        assertThat(add(owner, "town", place("1", "Platz am Tor", 2), place("2", "Garage", 4)))
                .isEqualTo(new ImportReport(0, 1, 1, List.of()));

        Listing after = titled(owner, "Platz am Tor");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.version()).isEqualTo(2);
        assertThat(after.slots()).isEqualTo(before.slots().subList(0, 2));
        assertThat(add(owner, "town", place("1", "Platz am Tor", 2)).unchanged())
                .isEqualTo(1);
    }

    @Test
    void ownersChanges_andDeletions_areLeftAlone() {
        Principal owner = operator();
        add(owner, "town", place("1", "Platz", 1), place("2", "Garage", 1));
        node.ask(new UpdateListing(owner, titled(owner, "Platz").id(), 1, Drafts.details("Mein Titel"), null, null));
        node.ask(new DeleteListing(owner, titled(owner, "Garage").id(), null));

        assertThat(add(owner, "town", place("1", "Platz", 1), place("2", "Garage", 1)))
                .isEqualTo(new ImportReport(0, 0, 2, List.of()));

        assertThat(all(owner)).extracting(Listing::title).containsExactly("Mein Titel");
    }

    @Test
    void unusableRecord_isNamedAndSkipped_andTheOthersAreImported() {
        Principal owner = operator();
        ImportReport report = add(
                owner,
                "town",
                place("1", "Platz", 1),
                new ImportRecord("2", Drafts.details("Ohne Plätze"), List.of()),
                new ImportRecord("3", Drafts.details("Doppelt"), Drafts.named("A", "A")),
                place("1", "Noch einmal", 1),
                place(" ", "Ohne Namen", 1));

        assertThat(report.created()).isEqualTo(1);
        assertThat(report.skipped())
                .containsExactly(
                        new SkippedRecord("2", "/slots must be 1 to 5000"),
                        new SkippedRecord("3", "/slots/1/name is the name of another slot of this listing"),
                        new SkippedRecord("1", "/id is that of another record of the same import"),
                        new SkippedRecord(" ", "/id must not be blank"));
        assertThat(all(owner)).extracting(Listing::title).containsExactly("Platz");
    }

    @Test
    void sourceAndOwner_areTellingRecordsApart() {
        Principal owner = operator();
        Principal other = operator();
        assertThat(add(owner, "town", place("1", "Platz", 1)).created()).isEqualTo(1);
        assertThat(add(owner, "village", place("1", "Platz", 1)).created()).isEqualTo(1);
        assertThat(add(other, "town", place("1", "Platz", 1)).created()).isEqualTo(1);
    }

    @Test
    void importsAtOnce_makeEachRecordOnce() {
        Principal owner = operator();
        ImportRecord[] records = {place("1", "Platz", 1), place("2", "Garage", 50)};
        List<Future<ImportReport>> attempts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            attempts.add(node.bus().ask(new ImportListings(owner, "town", null, false, List.of(records))));
        }

        TestNode.await(Future.all(attempts));

        assertThat(attempts.stream()
                        .mapToInt(attempt -> attempt.result().created())
                        .sum())
                .isEqualTo(2);
        assertThat(all(owner)).hasSize(2);
    }

    @Test
    void tooMany_andNoSource_andNoHost_areRefused() {
        List<ImportRecord> tooMany = Collections.nCopies(ImportListings.MAX_RECORDS + 1, place("1", "Platz", 1));
        Principal driver = new Principal(UserId.next(), Set.of(Role.DRIVER));
        for (ImportListings command : List.of(
                new ImportListings(operator, "town", null, false, tooMany),
                new ImportListings(operator, " ", null, false, List.of()),
                new ImportListings(driver, "town", null, false, List.of()))) {
            assertThatThrownBy(() -> node.ask(command)).isInstanceOf(Rejection.class);
        }
    }
}
