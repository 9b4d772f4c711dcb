package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.values.SlotId;
import dev.berth.values.VehicleKind;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BayNeedsTest {
    private static final BayNeeds CAR = BayNeeds.UNKNOWN;
    private static final BayNeeds ELECTRIC = new BayNeeds(VehicleKind.CAR, 0, 0, 0, 0, true, false, false);
    private static final BayNeeds SHARED = new BayNeeds(VehicleKind.CAR, 0, 0, 0, 0, false, false, true);
    private static final BayNeeds MOTORCYCLE = new BayNeeds(VehicleKind.MOTORCYCLE, 0, 0, 0, 0, false, false, false);
    private static final BayNeeds TRUCK = new BayNeeds(VehicleKind.TRUCK, 380, 900, 255, 12_000, false, false, false);

    private static Slot slot(SlotKind kind) {
        return new Slot(SlotId.next(), "1", kind, 0);
    }

    private static Slot slot(SlotKind kind, Bay bay) {
        return new Slot(SlotId.next(), "1", kind, 0, bay);
    }

    private static @Nullable Misfit misfit(BayNeeds needs, SlotKind kind) {
        return needs.misfit(slot(kind), null);
    }

    @Test
    @Tag("rule-11")
    void kindsArePools() {
        assertThat(Arrays.stream(SlotKind.values()).map(kind -> misfit(CAR, kind)))
                .containsExactly(
                        null,
                        Misfit.PERMIT_NEEDED,
                        null,
                        null,
                        Misfit.MOTORCYCLES_ONLY,
                        Misfit.TRUCKS_ONLY,
                        Misfit.CAR_SHARE_ONLY);
        assertThat(misfit(CAR.withPermit(true), SlotKind.ACCESSIBLE)).isNull();
        assertThat(misfit(SHARED, SlotKind.CAR_SHARE)).isNull();
        assertThat(misfit(MOTORCYCLE, SlotKind.MOTORCYCLE)).isNull();
        assertThat(misfit(MOTORCYCLE, SlotKind.STANDARD)).isNull();
        assertThat(misfit(TRUCK, SlotKind.TRUCK)).isNull();
        assertThat(misfit(TRUCK, SlotKind.STANDARD)).isEqualTo(Misfit.NOT_FOR_TRUCKS);
        assertThat(misfit(TRUCK.withPermit(true), SlotKind.ACCESSIBLE)).isEqualTo(Misfit.NOT_FOR_TRUCKS);
    }

    @Test
    @Tag("rule-11")
    void aChargersBay_isForParking_onlyWhereChargingIsNotRequired() {
        Bay charging = new Bay(null, null, null, null, true, null, null);
        assertThat(CAR.misfit(slot(SlotKind.EV, charging), null)).isEqualTo(Misfit.CHARGING_ONLY);
        assertThat(ELECTRIC.misfit(slot(SlotKind.EV, charging), null)).isNull();
        assertThat(misfit(CAR, SlotKind.EV)).isNull();
    }

    @Test
    @Tag("rule-11")
    void whatIsKeptForThem_comesFirst_andAFamilyBayIsNobodysByItself() {
        assertThat(CAR.kinds()).containsExactly(SlotKind.STANDARD, SlotKind.EV);
        assertThat(ELECTRIC.kinds()).containsExactly(SlotKind.EV, SlotKind.STANDARD);
        assertThat(ELECTRIC.withPermit(true).kinds())
                .containsExactly(SlotKind.ACCESSIBLE, SlotKind.EV, SlotKind.STANDARD);
        assertThat(SHARED.kinds()).containsExactly(SlotKind.CAR_SHARE, SlotKind.STANDARD, SlotKind.EV);
        assertThat(MOTORCYCLE.kinds()).containsExactly(SlotKind.MOTORCYCLE, SlotKind.STANDARD, SlotKind.EV);
        assertThat(TRUCK.kinds()).containsExactly(SlotKind.TRUCK);
    }

    @Property
    @net.jqwik.api.Tag("rule-11")
    void nobodyIsGivenAKind_thatTheyMayNotHave(
            @ForAll VehicleKind kind, @ForAll boolean ev, @ForAll boolean permit, @ForAll boolean carShare) {
        BayNeeds needs = new BayNeeds(kind, 0, 0, 0, 0, ev, permit, carShare);
        assertThat(needs.kinds()).doesNotHaveDuplicates().allMatch(each -> misfit(needs, each) == null);
        assertThat(SlotKind.values()).filteredOn(needs::isKeptFor).isSubsetOf(needs.kinds());
    }

    @Test
    @Tag("rule-25")
    void whatIsTooLarge_isRefused_andWhatIsNotKnownIsNot() {
        Bay bay = new Bay(380, 899, 255, 12_000, null, null, null);
        assertThat(TRUCK.misfit(slot(SlotKind.TRUCK, bay), null)).isEqualTo(Misfit.TOO_LONG);
        assertThat(TRUCK.misfit(slot(SlotKind.TRUCK, new Bay(379, 900, 255, 12_000, null, null, null)), null))
                .isEqualTo(Misfit.TOO_HIGH);
        assertThat(TRUCK.misfit(slot(SlotKind.TRUCK, new Bay(380, 900, 254, 12_000, null, null, null)), null))
                .isEqualTo(Misfit.TOO_WIDE);
        assertThat(TRUCK.misfit(slot(SlotKind.TRUCK, new Bay(380, 900, 255, 11_999, null, null, null)), null))
                .isEqualTo(Misfit.TOO_HEAVY);
        assertThat(TRUCK.misfit(slot(SlotKind.TRUCK, new Bay(380, 900, 255, 12_000, null, null, null)), null))
                .isNull();
        // The listing's own limit counts too.
        assertThat(TRUCK.misfit(slot(SlotKind.TRUCK), 379)).isEqualTo(Misfit.TOO_HIGH);
        assertThat(CAR.misfit(slot(SlotKind.STANDARD, new Bay(50, 50, 50, 50, null, null, null)), 100))
                .isNull();
        assertThat(List.of(CAR.lacksMeasures(), TRUCK.lacksMeasures())).containsExactly(true, false);
    }
}
