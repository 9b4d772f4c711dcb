package dev.berth.dev.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.availability.StayDefaults;
import dev.berth.fees.FeeConfig;
import dev.berth.fees.FeeVerticle;
import dev.berth.identity.IdentityCommand;
import dev.berth.identity.IdentityCommand.Contact;
import dev.berth.identity.IdentityCommand.EnsureAccount;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.ExportListings;
import dev.berth.listings.ListingConfig;
import dev.berth.listings.ListingType;
import dev.berth.listings.ListingVerticle;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.json.Json;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@WithServices
@Tag("LI14")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoDataIT {
    private static final Duration LONGEST_LOAD = Duration.ofSeconds(20);

    private final TestNode node;
    private final Accounts accounts;

    /** Stands for identity: knows accounts by their mail. */
    private static final class Accounts extends VerticleBase {
        private final Bus bus;
        private final Map<String, EnsureAccount> known = new HashMap<>();

        Accounts(Bus bus) {
            this.bus = bus;
        }

        @Override
        public Future<?> start() {
            return bus.serve(IdentityCommand.ADDRESS, EnsureAccount.class, (EnsureAccount command) -> {
                EnsureAccount first = known.putIfAbsent(command.email(), command);
                EnsureAccount account = first == null ? command : first;
                return new Contact(account.id(), account.email(), account.name(), "de");
            });
        }
    }

    DemoDataIT(Services services) {
        node = new TestNode(services);
        accounts = new Accounts(node.bus());
        node.deploy(accounts);
        node.deploy(new FeeVerticle(
                node.bus(), node.db(), node.outbox(), Json.mapper(), FeeConfig.defaults(), 1_200, Clock.systemUTC()));
        node.deploy(new ListingVerticle(
                node.bus(), node.db(), node.outbox(), Json.mapper(), ListingConfig.STANDARD, StayDefaults.STANDARD));
    }

    @AfterAll
    void close() {
        node.close();
    }

    private Optional<DemoReport> load() {
        return TestNode.await(DemoData.load(node.vertx(), node.bus(), node.db()));
    }

    private List<Listing> all() {
        List<Listing> all = new ArrayList<>();
        List<Listing> page = node.ask(new ExportListings(null, 1_000)).listings();
        while (!page.isEmpty()) {
            all.addAll(page);
            page = node.ask(new ExportListings(page.getLast().id(), 1_000)).listings();
        }
        return all;
    }

    @Test
    void demo_isLoadedOnce_quickly_andSaysWhatItLeftOut() {
        // Two nodes that start at once: one loads, the other finds it at work or done.
        List<Future<Optional<DemoReport>>> loads = List.of(
                DemoData.load(node.vertx(), node.bus(), node.db()), DemoData.load(node.vertx(), node.bus(), node.db()));
        TestNode.await(Future.all(loads));
        List<DemoReport> reports =
                loads.stream().map(Future::result).flatMap(Optional::stream).toList();

        assertThat(reports)
                .filteredOn(report -> report.created() > 0)
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.created()).isEqualTo(76 + 688 + 2_000);
                    assertThat(report.skipped()).hasSize(14 + 5);
                    assertThat(report.took()).isLessThan(LONGEST_LOAD);
                });
        List<Listing> first = all();
        assertThat(first)
                .hasSize(2_764)
                .allSatisfy(listing -> assertThat(listing.demo()).isTrue());
        assertCarParks(first);
        assertBays(first);
        assertDriveways(first);

        DemoReport again = load().orElseThrow();
        assertThat(again.listings()).isEqualTo(2_764);
        assertThat(again.unchanged()).isEqualTo(2_764);
        assertThat(all()).isEqualTo(first);
        assertThat(accounts.known)
                .containsKeys("driver@demo.berth", "host@demo.berth", "operator@demo.berth", "admin@demo.berth");
    }

    private void assertCarParks(List<Listing> all) {
        List<Listing> carParks = all.stream()
                .filter(listing -> listing.attribution() != null && listing.type() != ListingType.ON_STREET)
                .toList();
        assertThat(carParks).hasSize(76).allSatisfy(listing -> {
            assertThat(listing.attribution()).isEqualTo("Stadt Karlsruhe / TRK, CC BY 4.0");
            assertThat(listing.owner()).isEqualTo(owner("operator@demo.berth"));
            assertThat(listing.tariff().hour()).isBetween(70L, 270L);
            assertThat(listing.tariff().day()).isNotNull();
            assertThat(listing.description()).contains("für die Demo erfunden");
        });
        assertThat(carParks.stream().mapToInt(Listing::capacity).sum()).isEqualTo(20_641);
    }

    private void assertBays(List<Listing> all) {
        assertThat(all)
                .filteredOn(listing -> listing.type() == ListingType.ON_STREET)
                .hasSize(688)
                .allSatisfy(listing -> {
                    assertThat(listing.slots()).extracting(Slot::kind).containsOnly(SlotKind.ACCESSIBLE);
                    assertThat(listing.attribution()).isNotNull();
                });
    }

    private void assertDriveways(List<Listing> all) {
        List<Listing> driveways =
                all.stream().filter(listing -> listing.attribution() == null).toList();
        assertThat(driveways).hasSize(2_000).allSatisfy(listing -> {
            assertThat(listing.location().lat()).isBetween(48.5, 49.4);
            assertThat(listing.location().lng()).isBetween(7.7, 8.9);
            assertThat(listing.tariff().hour()).isBetween(80L, 320L);
        });
        assertThat(driveways.stream().map(Listing::owner).distinct()).hasSize(40);
        assertThat(driveways).extracting(Listing::owner).contains(owner("host@demo.berth"));
        assertThat(driveways.stream().map(Listing::type).distinct()).hasSizeGreaterThan(3);
        assertThat(driveways.stream().map(Listing::title).distinct()).hasSizeGreaterThan(200);
        assertThat(driveways.stream()
                        .map(Listing::address)
                        .filter(address -> address.endsWith("Karlsruhe") || address.contains("Karlsruhe-")))
                .hasSizeGreaterThan(1_400);
    }

    private UserId owner(String mail) {
        return Objects.requireNonNull(accounts.known.get(mail)).id();
    }
}
