package dev.berth.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.access.AccessCommand.AttemptAccess;
import dev.berth.access.AccessCommand.Credential;
import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.listings.Listing;
import dev.berth.payments.WalletCommand;
import dev.berth.subscriptions.AccessHours.Window;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.Grant;
import dev.berth.testing.TestNode;
import dev.berth.values.Principal;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Passes and permits at the gate. */
class PassGateIT extends PassSetting {
    @Test
    @Tag("rule-21")
    void atTheGate_asManyAreInsideAtOnce_asThePassLetsIn_eachOnce() {
        Listing listing = listing(4);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 2), 5);
        Principal driver = rich(20_000);
        List<VehicleId> fleet = new ArrayList<>();
        for (String plate : List.of("KA-X 111", "KA-X 222", "KA-X 333")) {
            VehicleId vehicle = VehicleId.next();
            vehicles.put(vehicle, driver.user());
            plates.put(vehicle, plate);
            fleet.add(vehicle);
        }
        Details pass = node.ask(new Buy(driver, plan.id(), fleet, null, PRICE, WalletCommand.METHOD, null));
        CredentialType plate = CredentialType.PLATE;
        assertThat(gate(listing, Direction.ENTRY, plate, "KAX111")).isEqualTo("ALLOW");
        assertThat(gate(listing, Direction.ENTRY, plate, "KAX111")).isEqualTo("DENY already_inside");
        assertThat(gate(
                        listing,
                        Direction.ENTRY,
                        CredentialType.QR,
                        pass.cards().getFirst().qr()))
                .isEqualTo("ALLOW");
        assertThat(gate(listing, Direction.ENTRY, plate, "KAX222")).isEqualTo("DENY all_inside");
        assertThat(gate(listing, Direction.EXIT, plate, "KAX111")).isEqualTo("ALLOW");
        assertThat(gate(listing, Direction.EXIT, plate, "KAX111")).isEqualTo("DENY already_outside");
        // One place is free, and two come at once.
        List<Future<?>> both = new ArrayList<>();
        for (String read : List.of("KAX222", "KAX333")) {
            both.add(node.bus()
                    .ask(new AttemptAccess(
                            owner(listing),
                            listing.id(),
                            read,
                            Direction.ENTRY,
                            new Credential(plate, read),
                            null,
                            null)));
        }
        TestNode.await(Future.all(both));
        assertThat(both.stream()
                        .map(each -> each.result().toString())
                        .filter(said -> said.contains("all_inside") || said.contains("ALL_INSIDE")))
                .hasSize(1);
        assertThat(gate(listing, Direction.ENTRY, plate, "KAX999")).isEqualTo("DENY plate_mismatch");
        assertThat(gate(
                        listing(1),
                        Direction.ENTRY,
                        CredentialType.QR,
                        pass.cards().getFirst().qr()))
                .isEqualTo("DENY wrong_place");

        // A permit of the owner's, outside its hours.
        DayOfWeek today = Instant.now().atZone(ZoneId.of("Europe/Berlin")).getDayOfWeek();
        AccessHours hours = new AccessHours(
                List.of(new Window(Set.of(today.plus(3)), LocalTime.of(8, 0), LocalTime.of(18, 0))), 15, 15);
        Plan permits = plan(listing, new PassTerms("Staff", PlanKind.PERMIT, NOTHING, NOTHING, 1, hours), 1);
        Details permit =
                node.ask(new Grant(owner(listing), permits.id(), "Erika Muster", List.of("ka st 7"), null, null));
        assertThat(permit.subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(permit.subscription().paidUntil()).isNull();
        assertThat(gate(listing, Direction.ENTRY, plate, "KAST7")).isEqualTo("DENY outside_hours");
        node.rows("""
                UPDATE subscriptions.subscription SET terms = jsonb_set(terms, '{hours,windows}', '[]') WHERE id = $1
                """, permit.subscription().id().value());
        assertThat(gate(listing, Direction.ENTRY, plate, "KAST7")).isEqualTo("ALLOW");
        node.ask(new Cancel(owner(listing), permit.subscription().id()));
        assertThat(pass(permit.subscription().id()).status()).isEqualTo(SubscriptionStatus.ENDED);
        assertThat(gate(listing, Direction.EXIT, plate, "KAST7")).isEqualTo("ALLOW overstayed");
        assertThat(gate(listing, Direction.ENTRY, plate, "KAST7")).isEqualTo("DENY expired");
    }
}
