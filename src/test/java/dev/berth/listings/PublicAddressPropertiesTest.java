package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("rule-38")
class PublicAddressPropertiesTest {
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("aEßñ.-/ 0123456789,;٣²½Ⅻ°#\u00a0\u2007")
                .ofMaxLength(300);
    }

    /** Whatever people write: it can be stored, and has no number but postcodes. */
    @Property
    void anyText_losesEveryNumberButPostcodes(@ForAll("texts") String exact) {
        String told = PublicAddress.of(exact);

        assertThat(told).isNotBlank();
        assertThat(told.codePointCount(0, told.length())).isLessThanOrEqualTo(ListingDetails.MAX_ADDRESS_LENGTH);
        for (String word : told.split("[\\s,]+", -1)) {
            assertThat(word.matches("(\\p{L}{1,3}-)?[0-9]{4,5}")
                            || word.codePoints().noneMatch(Character::isDigit))
                    .as(word)
                    .isTrue();
        }
    }

    @Provide
    Arbitrary<String> streets() {
        Arbitrary<String> name = Arbitraries.of("Kaiserstr.", "Am Alten Tor", "Waldweg", "Rue Hugo", "Main Street");
        Arbitrary<String> number =
                Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(5);
        Arbitrary<String> tail = Arbitraries.of("", "a", " b", "-14", " - 16", "/2", " Whg. 3", " Nr. 8", " HH");
        return Combinators.combine(name, number, tail, Arbitraries.of(true, false))
                .as((street, house, more, before) ->
                        before ? house + more + " " + street : street + " " + house + more);
    }

    @Property
    void noDigitOfTheHouse_survives_andTheStreetDoes(
            @ForAll("streets") String street, @ForAll("towns") List<String> towns) {
        String told = PublicAddress.of(
                street + String.join("", towns.stream().map(town -> ", " + town).toList()));

        assertThat(told.codePoints().noneMatch(Character::isDigit)).as(told).isTrue();
        assertThat(told).matches(".*(Kaiserstr|Am Alten Tor|Waldweg|Rue Hugo|Main Street).*");
        assertThat(told).endsWith(towns.isEmpty() ? "" : towns.getLast());
    }

    @Provide
    Arbitrary<List<String>> towns() {
        return Arbitraries.of("Karlsruhe", "Bruchsal-Untergrombach", "Deutschland")
                .list()
                .ofMaxSize(2);
    }
}
