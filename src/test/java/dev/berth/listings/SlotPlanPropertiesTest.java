package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.listings.SlotPlan.Stored;
import dev.berth.values.Ids;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

@Tag("LI7")
class SlotPlanPropertiesTest {
    /** Slots that come and go for a while: each name stands for one id, and only what is wanted is offered. */
    @Property
    void oneName_isOneSlot_howeverOftenItComesAndGoes(
            @ForAll @Size(max = 8) List<@Size(min = 1, max = 6) Set<@IntRange(min = 0, max = 9) Integer>> steps) {
        List<Stored> present = new ArrayList<>();
        for (Set<Integer> step : steps) {
            List<SlotDraft> wanted =
                    Drafts.named(step.stream().map(String::valueOf).toArray(String[]::new));
            SlotPlan plan = SlotPlan.of(present, wanted, Ids::next);
            present = Stream.concat(
                            plan.slots().stream().map(slot -> new Stored(slot, false)),
                            present.stream()
                                    .filter(old -> plan.slots().stream()
                                            .noneMatch(slot ->
                                                    slot.id().equals(old.slot().id())))
                                    .map(old -> new Stored(old.slot(), true)))
                    .toList();

            assertThat(plan.slots())
                    .extracting(Slot::name)
                    .containsExactlyElementsOf(
                            wanted.stream().map(SlotDraft::name).toList());
            assertThat(new HashSet<>(present.stream().map(s -> s.slot().name()).toList()))
                    .hasSameSizeAs(present);
        }
    }
}
