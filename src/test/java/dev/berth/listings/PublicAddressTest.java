package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("rule-38")
class PublicAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Kaiserstr. 12a, 76133 Karlsruhe | Kaiserstr., 76133 Karlsruhe",
                "Kaiserstraße 12 a, 76133 Karlsruhe | Kaiserstraße, 76133 Karlsruhe",
                "Kaiserstr.12a, 76133 Karlsruhe | Kaiserstr., 76133 Karlsruhe",
                "Am Alten Bahnhof 4-6, 76137 Karlsruhe-Südstadt | Am Alten Bahnhof, 76137 Karlsruhe-Südstadt",
                "Waldstraße 12 - 14, Hinterhaus, 76133 Karlsruhe | Waldstraße, 76133 Karlsruhe",
                "Waldstraße 2/3 Nr. 5 Whg. 7, D-76133 Karlsruhe | Waldstraße, D-76133 Karlsruhe",
                "Waldstraße 12 | Waldstraße",
                "Waldstraße 12 76133 Karlsruhe | Waldstraße Karlsruhe",
                "12 rue de la Paix, 75002 Paris | rue de la Paix, 75002 Paris",
                "12 bis, rue de la Paix, 75002 Paris | rue de la Paix, 75002 Paris",
                "Calle Mayor, 12, 28013 Madrid | Calle Mayor, 28013 Madrid",
                "Calle Mayor 12, 3º izquierda, 28013 Madrid, España | Calle Mayor, 28013 Madrid, España",
                "221B Baker Street, London NW1 6XE | Baker Street, London",
                "Apt 4, 12345 Main St, Springfield 62704 | Main St, Springfield 62704",
                "Villa Müller, Kaiserstr. 12, 76133 Karlsruhe | Kaiserstr., 76133 Karlsruhe",
                "Q7, 24, 68161 Mannheim | 68161 Mannheim",
                "12a, 76133 Karlsruhe | 76133 Karlsruhe",
                "Stellplatz 3, 1010 Wien | 1010 Wien",
                "12a | —",
                "Calle Mayor, 1234, Madrid | Calle Mayor, Madrid",
                ", | —",
            })
    void whatSinglesOutTheHouse_isLeftOut(String exact, String told) {
        assertThat(PublicAddress.of(exact)).isEqualTo(told);
    }
}
