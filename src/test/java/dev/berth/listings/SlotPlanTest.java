package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.listings.SlotPlan.Stored;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.SlotId;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("LI7")
class SlotPlanTest {
    private static List<Stored> stored(SlotPlan plan) {
        return plan.slots().stream().map(slot -> new Stored(slot, false)).toList();
    }

    private static SlotPlan fresh(String... names) {
        return SlotPlan.of(List.of(), Drafts.named(names), Ids::next);
    }

    @Test
    void slots_keepTheirIdsByName() {
        SlotPlan before = fresh("A", "B", "C");
        SlotPlan after = SlotPlan.of(stored(before), Drafts.named("C", "A", "D"), Ids::next);

        assertThat(after.slots()).extracting(Slot::name).containsExactly("C", "A", "D");
        assertThat(after.slots()).extracting(Slot::position).containsExactly(0, 1, 2);
        assertThat(after.slots().get(0).id()).isEqualTo(before.slots().get(2).id());
        assertThat(after.slots().get(1).id()).isEqualTo(before.slots().get(0).id());
        assertThat(after.added()).extracting(Slot::name).containsExactly("D");
        assertThat(after.retired()).containsExactly(before.slots().get(1).id());
    }

    @Test
    void retiredSlot_comesBackUnderItsName_becauseItIsTheSameBay() {
        SlotPlan before = fresh("A", "B");
        List<Stored> present = List.of(
                new Stored(before.slots().get(0), false),
                new Stored(before.slots().get(1), true));

        SlotPlan after = SlotPlan.of(present, Drafts.named("A", "B"), Ids::next);

        assertThat(after.added()).isEmpty();
        assertThat(after.changed()).containsExactly(before.slots().get(1));
    }

    @Test
    void namesOfTwoSlots_canBeExchanged() {
        SlotPlan before = fresh("A", "B");
        SlotId first = before.slots().get(0).id();
        SlotId second = before.slots().get(1).id();

        SlotPlan after = SlotPlan.of(
                stored(before),
                List.of(new SlotDraft(first, "B", SlotKind.STANDARD), new SlotDraft(second, "A", SlotKind.STANDARD)),
                Ids::next);

        assertThat(after.slots()).extracting(Slot::id).containsExactly(first, second);
        assertThat(after.changed()).hasSize(2);
    }

    @Test
    void newSlot_mayHaveTheNameThatAnotherGivesUp() {
        SlotPlan before = fresh("A");
        SlotId first = before.slots().getFirst().id();

        SlotPlan after = SlotPlan.of(
                stored(before),
                List.of(new SlotDraft(null, "A", SlotKind.EV), new SlotDraft(first, "old A", SlotKind.STANDARD)),
                Ids::next);

        assertThat(after.slots().get(0).id()).isNotEqualTo(first);
        assertThat(after.slots().get(1).id()).isEqualTo(first);
    }

    @Test
    void nameOfARetiredSlot_cannotBeGivenToAnother() {
        SlotPlan before = fresh("A", "B");
        List<Stored> present = List.of(
                new Stored(before.slots().get(0), false),
                new Stored(before.slots().get(1), true));

        assertThatThrownBy(() -> SlotPlan.of(
                        present, List.of(new SlotDraft(before.slots().get(0).id(), "B", SlotKind.STANDARD)), Ids::next))
                .asInstanceOf(InstanceOfAssertFactories.type(Rejection.class))
                .extracting(rejection -> rejection.problem().type())
                .isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void foreignIds_doubleNames_andNoSlotsAtAll_areRefused() {
        List<Stored> present = stored(fresh("A"));
        SlotId foreign = new SlotId(Ids.next());
        for (List<SlotDraft> wanted : List.of(
                List.of(new SlotDraft(foreign, "A", SlotKind.STANDARD)),
                Drafts.named("A", "A"),
                Drafts.named(" "),
                Drafts.named("x".repeat(21)),
                List.<SlotDraft>of(),
                SlotDraft.numbered(5_001))) {
            assertThatThrownBy(() -> SlotPlan.of(present, wanted, Ids::next)).isInstanceOf(Rejection.class);
        }
    }

    @Test
    void capacity_growsWithFreeNumbers_andShrinksFromTheEnd() {
        List<Slot> slots = fresh("1", "3", "A").slots();

        assertThat(SlotPlan.resized(slots, 5)).extracting(SlotDraft::name).containsExactly("1", "3", "A", "4", "5");
        assertThat(SlotPlan.resized(slots, 2)).extracting(SlotDraft::name).containsExactly("1", "3");
    }
}
