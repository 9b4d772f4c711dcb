package dev.berth.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.access.AccessCommand.PlateMatch;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("AC4")
@Tag("rule-22")
class PlatesPropertiesTest {
    private static final List<Set<Character>> GROUPS = List.of(
            Set.of('0', 'O', 'D', 'Q'),
            Set.of('1', 'I'),
            Set.of('2', 'Z'),
            Set.of('5', 'S'),
            Set.of('8', 'B'),
            Set.of('6', 'G'));

    @Provide
    Arbitrary<String> plates() {
        // Of few letters, most of which look alike: two plates are near each other often.
        return Arbitraries.strings()
                .withChars("0ODQ1I2Z5S8B6GAKX")
                .ofMinLength(1)
                .ofMaxLength(8);
    }

    /** Two plates of one length that differ in few places. */
    @Provide
    Arbitrary<List<String>> neighbours() {
        return plates().flatMap(plate -> Combinators.combine(
                        Arbitraries.integers().between(0, plate.length() - 1),
                        Arbitraries.integers().between(0, plate.length() - 1),
                        Arbitraries.chars().with("0ODQ1I2Z5S8B6GAKX".toCharArray()),
                        Arbitraries.chars().with("0ODQ1I2Z5S8B6GAKX".toCharArray()))
                .as((first, second, one, other) -> {
                    StringBuilder changed = new StringBuilder(plate);
                    changed.setCharAt(first, one);
                    changed.setCharAt(second, other);
                    return List.of(plate, changed.toString());
                }));
    }

    @Property
    void twoPlates_lookAlike_whenExactlyOneCharacterDiffers_andCamerasMixItUp(@ForAll("neighbours") List<String> two) {
        String one = two.getFirst();
        String other = two.getLast();
        List<Integer> differences = java.util.stream.IntStream.range(0, one.length())
                .filter(i -> one.charAt(i) != other.charAt(i))
                .boxed()
                .toList();
        boolean expected = differences.size() == 1
                && GROUPS.stream()
                        .anyMatch(group -> group.contains(one.charAt(differences.getFirst()))
                                && group.contains(other.charAt(differences.getFirst())));
        assertThat(Plates.lookAlike(one, other)).isEqualTo(expected);
        assertThat(Plates.lookAlike(other, one)).isEqualTo(expected);
    }

    @Property
    void aPlate_doesNotLookLikeItself_norLikeALongerOne(@ForAll("plates") String plate) {
        assertThat(Plates.lookAlike(plate, plate)).isFalse();
        assertThat(Plates.lookAlike(plate, plate + "0")).isFalse();
    }

    @Property
    void theSamePlate_goesBeforeAllThatLookAlike(
            @ForAll("plates") String read, @ForAll("neighbours") List<String> others) {
        List<String> all = new java.util.ArrayList<>(others);
        all.add(read);
        Plates.Fitting<String> fitting = Plates.find(read, all, plate -> plate);
        assertThat(fitting.match()).isEqualTo(PlateMatch.EXACT);
        assertThat(fitting.found()).isNotEmpty().allMatch(read::equals);
    }

    @Property
    void howAPlateIsWritten_isNoMatter(
            @ForAll("plates") String plate,
            @ForAll @net.jqwik.api.constraints.Size(max = 4)
                    List<@net.jqwik.api.constraints.IntRange(max = 8) Integer> gaps) {
        StringBuilder written = new StringBuilder(plate.toLowerCase(Locale.ROOT));
        for (int gap : gaps) {
            written.insert(Math.min(gap, written.length()), gap % 2 == 0 ? ' ' : '-');
        }
        assertThat(Plates.normalised(written.toString())).isEqualTo(plate);
        assertThat(Plates.normalised(Plates.normalised(written.toString()))).isEqualTo(plate);
    }

    @Example
    void countryAndRegion_arePartOfThePlate() {
        assertThat(Plates.normalised("D – KA·B 1")).isEqualTo("DKAB1");
        assertThat(Plates.normalised("WÜ-x 12")).isEqualTo("WÜX12");
        assertThat(Plates.normalised("ｋａ １")).isEqualTo("KA1");
        assertThat(Plates.normalised(" - ")).isEmpty();
    }
}
