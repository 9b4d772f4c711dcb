package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.availability.StayDefaults;
import dev.berth.listings.ListingCommand.AddSlot;
import dev.berth.listings.ListingCommand.ChangeSlot;
import dev.berth.listings.ListingCommand.CreateListing;
import dev.berth.listings.ListingCommand.DeleteListing;
import dev.berth.listings.ListingCommand.ExportListings;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingCommand.GetTariff;
import dev.berth.listings.ListingCommand.ListListings;
import dev.berth.listings.ListingCommand.SetTariff;
import dev.berth.listings.ListingCommand.SlotChange;
import dev.berth.listings.ListingCommand.UpdateListing;
import dev.berth.listings.ListingEvent.ListingChanged;
import dev.berth.listings.ListingEvent.ListingDeleted;
import dev.berth.platform.bus.Command;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Tariff;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@WithServices
@Tag("LI1")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListingsIT {
    private static final String FINGERPRINT = "00".repeat(32);

    private final TestNode node;

    /** A host of its own for each test that counts. */
    private final Principal host = host();

    ListingsIT(Services services) {
        node = new TestNode(services);
        node.deploy(new ListingVerticle(
                node.bus(), node.db(), node.outbox(), Json.mapper(), ListingConfig.STANDARD, StayDefaults.STANDARD));
    }

    @AfterAll
    void close() {
        node.close();
    }

    private static Principal host() {
        return new Principal(UserId.next(), Set.of(Role.DRIVER, Role.HOST));
    }

    private Listing create(Principal owner, String title, List<SlotDraft> slots) {
        return node.ask(new CreateListing(owner, Drafts.details(title), slots, null));
    }

    private void refused(Command<?> command, ProblemType type) {
        assertThatThrownBy(() -> node.ask(command))
                .asInstanceOf(InstanceOfAssertFactories.type(Rejection.class))
                .extracting(rejection -> rejection.problem().type())
                .isEqualTo(type);
    }

    private UpdateListing update(
            Listing listing, ListingDetails details, @Nullable List<SlotDraft> slots, @Nullable Integer capacity) {
        return new UpdateListing(host, listing.id(), listing.version(), details, slots, capacity);
    }

    /** What the outbox has of a listing, oldest first. */
    private List<String> outbox(ListingId listing) {
        return node
                .rows("SELECT type FROM platform.outbox WHERE key = $1 ORDER BY sequence", listing.toString())
                .stream()
                .map(row -> row.getString("type"))
                .toList();
    }

    @Test
    void listing_isReadAsItWasMade() {
        Listing made = create(host, " Hof ", Drafts.named("A", "B"));

        assertThat(made.version()).isEqualTo(1);
        assertThat(made.title()).isEqualTo("Hof");
        assertThat(made.amenities()).containsExactlyInAnyOrder("CCTV", "EV_CHARGING");
        assertThat(made.slots()).extracting(Slot::name).containsExactly("A", "B");
        assertThat(node.ask(new GetListing(made.id()))).isEqualTo(made);
        assertThat(outbox(made.id())).containsExactly("listings.ListingChanged");
    }

    @Test
    void driverWhoIsNoHost_cannotOfferAListing() {
        Principal driver = new Principal(UserId.next(), Set.of(Role.DRIVER));
        refused(new CreateListing(driver, Drafts.details("Hof"), SlotDraft.numbered(1), null), ProblemType.FORBIDDEN);
    }

    @Test
    void change_countsTheVersion_andIsTold() throws Exception {
        BlockingQueue<ListingEvent> heard = new LinkedBlockingQueue<>();
        TestNode.await(node.bus().subscribe(ListingEvent.ADDRESS, ListingEvent.class, heard::add));
        Listing made = create(host, "Hof", SlotDraft.numbered(1));

        Listing changed = node.ask(update(made, Drafts.details("Hof mit Tor"), null, null));

        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.slots()).isEqualTo(made.slots());
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new ListingChanged(made));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new ListingChanged(changed));
        assertThat(outbox(made.id())).hasSize(2);
    }

    @Test
    void sameAgain_changesNothing() {
        Listing made = create(host, "Hof", SlotDraft.numbered(2));

        assertThat(node.ask(update(made, Drafts.details("Hof"), null, 2))).isEqualTo(made);
        assertThat(outbox(made.id())).hasSize(1);
    }

    @Test
    void olderVersion_isRefused_andOfTwoChangesAtOnceOneWins() {
        Listing made = create(host, "Hof", SlotDraft.numbered(1));
        List<Future<Listing>> attempts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            attempts.add(node.bus().ask(update(made, Drafts.details("Hof " + i), null, null)));
        }

        TestNode.await(Future.join(attempts).otherwiseEmpty());

        assertThat(attempts).filteredOn(Future::succeeded).hasSize(1);
        assertThat(attempts)
                .filteredOn(Future::failed)
                .extracting(Future::cause)
                .allSatisfy(cause ->
                        assertThat(((Rejection) cause).problem().type()).isEqualTo(ProblemType.PRECONDITION_FAILED));
        assertThat(node.ask(new GetListing(made.id())).version()).isEqualTo(2);
    }

    @Test
    void somebodyElse_changesNothing() {
        Listing made = create(host, "Hof", SlotDraft.numbered(2));
        Principal other = host();
        Principal admin = new Principal(UserId.next(), Set.of(Role.HOST, Role.ADMIN));
        for (Principal stranger : List.of(other, admin)) {
            refused(
                    new UpdateListing(stranger, made.id(), 1, Drafts.details("Meins"), null, null),
                    ProblemType.FORBIDDEN);
            refused(new DeleteListing(stranger, made.id(), null), ProblemType.FORBIDDEN);
            refused(new SetTariff(stranger, made.id(), null, new Tariff("EUR", 1, null)), ProblemType.FORBIDDEN);
            refused(new AddSlot(stranger, made.id(), "X", SlotKind.EV, null, null), ProblemType.FORBIDDEN);
            refused(
                    new ChangeSlot(stranger, made.id(), made.slots().getFirst().id(), null, null, null, null, true),
                    ProblemType.FORBIDDEN);
        }
        assertThat(node.ask(new GetListing(made.id()))).isEqualTo(made);
    }

    @Test
    void deletedListing_isGone_forEverybody() {
        Listing made = create(host, "Hof", SlotDraft.numbered(1));
        refused(new DeleteListing(host, made.id(), 7L), ProblemType.PRECONDITION_FAILED);

        node.ask(new DeleteListing(host, made.id(), 1L));

        refused(new GetListing(made.id()), ProblemType.NOT_FOUND);
        refused(new GetTariff(made.id()), ProblemType.NOT_FOUND);
        refused(new DeleteListing(host, made.id(), null), ProblemType.NOT_FOUND);
        refused(update(made, Drafts.details("Hof"), null, null), ProblemType.NOT_FOUND);
        assertThat(outbox(made.id())).containsExactly("listings.ListingChanged", "listings.ListingDeleted");
        assertThat(node.rows(
                                "SELECT body FROM platform.outbox WHERE key = $1",
                                made.id().toString())
                        .getLast()
                        .getString("body"))
                .isEqualTo(node.outbox().encode(new ListingDeleted(made.id(), 2)));
    }

    @Test
    @Tag("LI4")
    void tariff_isPartOfTheListing() {
        Listing made = create(host, "Hof", SlotDraft.numbered(1));
        Tariff dearer = new Tariff("EUR", 300, null);

        assertThat(node.ask(new SetTariff(host, made.id(), null, dearer)).version())
                .isEqualTo(2);
        assertThat(node.ask(new GetTariff(made.id())).tariff()).isEqualTo(dearer);
        assertThat(node.ask(new GetListing(made.id())).tariff()).isEqualTo(dearer);
        refused(new SetTariff(host, made.id(), 1L, dearer), ProblemType.PRECONDITION_FAILED);
    }

    @Test
    void keyOfARequest_makesOneListing_andRepeatsTheAnswer() {
        Principal owner = host();
        CreateListing once = new CreateListing(
                owner, Drafts.details("Hof"), SlotDraft.numbered(3), new Once("key-00001", FINGERPRINT));
        List<Future<Listing>> attempts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            attempts.add(node.bus().ask(once));
        }

        TestNode.await(Future.all(attempts));

        assertThat(attempts.stream().map(Future::result).distinct()).hasSize(1);
        assertThat(node.ask(new ListListings(owner.user(), null, 10)).listings())
                .hasSize(1);
        refused(
                new CreateListing(
                        owner,
                        Drafts.details("Anderer Hof"),
                        SlotDraft.numbered(3),
                        new Once("key-00001", "11".repeat(32))),
                ProblemType.IDEMPOTENCY_KEY_REUSED);
        Principal other = host();
        assertThat(node.ask(new CreateListing(
                                other,
                                Drafts.details("Hof"),
                                SlotDraft.numbered(1),
                                new Once("key-00001", FINGERPRINT)))
                        .owner())
                .isEqualTo(other.user());
    }

    @Test
    @Tag("LI7")
    void garage_hasThousandsOfSlots() {
        Listing made = create(host, "Parkhaus", SlotDraft.numbered(Listing.MAX_CAPACITY));

        Listing read = node.ask(new GetListing(made.id()));
        assertThat(read).isEqualTo(made);
        assertThat(read.slots().getLast().name()).isEqualTo("5000");
        Listing smaller = node.ask(update(made, Drafts.details("Parkhaus"), null, 4_000));
        assertThat(smaller.slots()).isEqualTo(made.slots().subList(0, 4_000));
        Listing again = node.ask(update(smaller, Drafts.details("Parkhaus"), null, 5_000));
        assertThat(again.slots()).isEqualTo(made.slots());
    }

    @Test
    @Tag("LI7")
    void slots_areAddedRenamedRetired_andComeBack() {
        Listing made = create(host, "Hof", Drafts.named("A", "B"));
        SlotId first = made.slots().get(0).id();
        SlotId second = made.slots().get(1).id();

        SlotChange added = node.ask(new AddSlot(host, made.id(), "C", SlotKind.EV, null, null));
        assertThat(added.version()).isEqualTo(2);
        assertThat(added.slot().position()).isEqualTo(2);
        refused(new AddSlot(host, made.id(), "C", SlotKind.EV, null, null), ProblemType.CONFLICT);

        SlotChange renamed = node.ask(new ChangeSlot(host, made.id(), second, 2L, "B 2", SlotKind.FAMILY, null, null));
        assertThat(renamed.slot()).isEqualTo(new Slot(second, "B 2", SlotKind.FAMILY, 1));
        refused(new ChangeSlot(host, made.id(), second, null, "A", null, null, null), ProblemType.INVALID_REQUEST);
        refused(new ChangeSlot(host, made.id(), second, 2L, "B 3", null, null, null), ProblemType.PRECONDITION_FAILED);

        SlotChange retired = node.ask(new ChangeSlot(host, made.id(), first, null, null, null, null, true));
        assertThat(retired.retired()).isTrue();
        assertThat(node.ask(new GetListing(made.id())).slots())
                .extracting(Slot::name)
                .containsExactly("B 2", "C");

        SlotChange back = node.ask(new AddSlot(host, made.id(), "A", SlotKind.STANDARD, null, null));
        assertThat(back.slot()).isEqualTo(new Slot(first, "A", SlotKind.STANDARD, 2));
        refused(
                new ChangeSlot(host, made.id(), new SlotId(Ids.next()), null, "X", null, null, null),
                ProblemType.NOT_FOUND);
    }

    @Test
    @Tag("LI7")
    void lastSlot_stays() {
        Listing made = create(host, "Hof", SlotDraft.numbered(1));
        refused(
                new ChangeSlot(host, made.id(), made.slots().getFirst().id(), null, null, null, null, true),
                ProblemType.ILLEGAL_STATE);
    }

    @Test
    @Tag("LI7")
    void slotsSaidOneByOne_replaceThoseBefore_andMayExchangeNames() {
        Listing made = create(host, "Hof", Drafts.named("A", "B", "C"));
        List<SlotDraft> wanted = List.of(
                new SlotDraft(made.slots().get(1).id(), "A", SlotKind.STANDARD),
                new SlotDraft(made.slots().get(0).id(), "B", SlotKind.STANDARD),
                new SlotDraft(null, "D", SlotKind.TRUCK));

        Listing changed = node.ask(update(made, Drafts.details("Hof"), wanted, null));

        assertThat(changed.slots()).extracting(Slot::name).containsExactly("A", "B", "D");
        assertThat(changed.slots().get(0).id()).isEqualTo(made.slots().get(1).id());
        assertThat(changed.slots().get(1).id()).isEqualTo(made.slots().get(0).id());
        assertThat(node.ask(new GetListing(made.id()))).isEqualTo(changed);
    }

    @Test
    void lists_arePagesInOrder() {
        Principal owner = host();
        List<ListingId> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(create(owner, "Hof " + i, SlotDraft.numbered(1)).id());
        }
        List<ListingId> listed = new ArrayList<>();
        List<Listing> page = node.ask(new ListListings(owner.user(), null, 2)).listings();
        while (!page.isEmpty()) {
            listed.addAll(page.stream().map(Listing::id).toList());
            page = node.ask(new ListListings(owner.user(), listed.getLast(), 2)).listings();
        }
        assertThat(listed).containsExactlyInAnyOrderElementsOf(made).doesNotHaveDuplicates();

        List<ListingId> exported = new ArrayList<>();
        page = node.ask(new ExportListings(null, 3)).listings();
        while (!page.isEmpty()) {
            exported.addAll(page.stream().map(Listing::id).toList());
            page = node.ask(new ExportListings(exported.getLast(), 3)).listings();
        }
        assertThat(exported).containsAll(made).doesNotHaveDuplicates();
    }
}
