package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.listings.ListingCommand.ImportRecords;
import dev.berth.listings.ListingCommand.ReadDocument;
import dev.berth.listings.ListingCommand.SkippedRecord;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("LI14")
class DocumentReaderTest {
    private static ImportRecords read(String document) {
        return DocumentReader.read(new ReadDocument(document, Drafts.TARIFF));
    }

    private static String resource(String name) throws IOException {
        try (InputStream input = DocumentReaderTest.class.getClassLoader().getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(input).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String feature(String id, String coordinates, String properties) {
        return """
                {"type":"Feature","id":"%s","geometry":{"type":"Point","coordinates":%s},"properties":%s}
                """.formatted(id, coordinates, properties);
    }

    private static String collection(String... features) {
        return "{\"type\":\"FeatureCollection\",\"features\":[" + String.join(",", features) + "]}";
    }

    @Test
    void carParks_areRead_andThoseWithoutCapacityAreNamed() throws IOException {
        ImportRecords read = read(resource("demo/karlsruhe-car-parks.geojson"));

        assertThat(read.records()).hasSize(76);
        assertThat(read.records().stream()
                        .mapToInt(record -> record.slots().size())
                        .sum())
                .isEqualTo(20_641);
        assertThat(read.skipped())
                .hasSize(14)
                .contains(new SkippedRecord("parkhaeuser.52 (Europabad)", "its number of slots is not given"));
    }

    @Test
    void carPark_hasWhatTheCityKnowsOfIt() throws IOException {
        ImportRecord castle = read(resource("demo/karlsruhe-car-parks.geojson")).records().stream()
                .filter(record -> record.details().title().equals("Schlossplatz"))
                .findFirst()
                .orElseThrow();

        assertThat(castle.id()).isEqualTo("parkhaeuser.61");
        assertThat(castle.slots()).hasSize(912);
        assertThat(castle.details().address()).isEqualTo("Schlossplatz, 76133 Karlsruhe");
        assertThat(castle.details().maxHeightCentimetres()).isEqualTo(200);
        assertThat(castle.details().amenities()).contains("LIFT");
        assertThat(castle.details().description())
                .contains("Betreiber: PBW Parkraumgesellschaft BaWü- mbH", "Aufzug nur im 1.UG");
        assertThat(castle.details().location().lat()).isEqualTo(49.01096485);
    }

    @Test
    void accessibleBays_areRead() throws IOException {
        ImportRecords read = read(resource("demo/karlsruhe-accessible-bays.geojson"));

        assertThat(read.records()).hasSize(688).allSatisfy(record -> {
            assertThat(record.details().type()).isEqualTo(ListingType.ON_STREET);
            assertThat(record.slots()).extracting(SlotDraft::kind).containsOnly(SlotKind.ACCESSIBLE);
        });
        assertThat(read.records().stream()
                        .mapToInt(record -> record.slots().size())
                        .sum())
                .isEqualTo(1_165);
        assertThat(read.skipped())
                .hasSize(5)
                .extracting(SkippedRecord::reason)
                .containsOnly("its number of slots is not given", "its number of slots is 0 instead of 1 to 5000");
    }

    @Test
    void brokenRecords_areNamedAndSkipped_andTheOthersAreRead() {
        String bay = "{\"standort\":\"Ettlinger Allee 5\",\"stellplaetze\":3,\"gemeinde\":\"Karlsruhe\"}";
        ImportRecords read = read(collection(
                feature("b.1", "[8.4,48.98]", bay),
                feature("b.2", "[8.4,148.98]", bay),
                feature("b.3", "[\"8.4\",48.98]", bay),
                feature("b.4", "[8.4,48.98]", "{\"standort\":null,\"stellplaetze\":3}"),
                feature("b.5", "[8.4,48.98]", "{\"standort\":\"Hier\",\"stellplaetze\":2.5}"),
                feature("b.6", "[8.4,48.98]", "{\"standort\":\"Hier\",\"stellplaetze\":99999999999}"),
                feature("b.7", "[8.4,48.98]", "{\"name\":\"of another shape\"}"),
                feature("", "[8.4,48.98]", bay),
                "null",
                "[]",
                feature("b.8", "[8.4,48.98]", "{\"standort\":\"%s\",\"stellplaetze\":1}".formatted("x".repeat(301)))));

        assertThat(read.records()).extracting(ImportRecord::id).containsExactly("b.1");
        assertThat(read.records().getFirst().details().title()).isEqualTo("Behindertenparkplatz Ettlinger Allee 5");
        assertThat(read.skipped())
                .extracting(SkippedRecord::id)
                .contains("b.2 (Ettlinger Allee 5)", "b.4", "features[7] (Ettlinger Allee 5)", "features[8]")
                .hasSize(10);
        assertThat(read.skipped())
                .extracting(SkippedRecord::reason)
                .contains(
                        "its point is not on the earth",
                        "it has no point",
                        "its place is not given",
                        "its number of slots is 2.5 instead of 1 to 5000",
                        "its properties are not those of the other features",
                        "it has no id",
                        "/address must be at most 300 characters");
    }

    /** The last two are cut from what the railway and Heidelberg publish. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "{\"features\":[]}{}",
                "{\"type\":\"FeatureCollection\"}",
                "{\"features\":{\"a\":1}}",
                "{\"features\":[{\"properties\":{\"capacity\":3}}]}",
                "{\"_embedded\":[{\"id\":\"100001\",\"name\":[{\"name\":\"Parkplatz Aalen\",\"context\":\"NAME\"}]}]}",
                "[{\"id\":\"urn:ngsiv2:OffStreetParking:P00\",\"type\":\"OffStreetParking\"}]"
            })
    void documentOfAnotherShape_isRefused(String document) {
        assertThatThrownBy(() -> read(document))
                .asInstanceOf(InstanceOfAssertFactories.type(Rejection.class))
                .extracting(rejection -> rejection.problem().type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
    }

    @Test
    void unknownShape_isDescribedByWhatItHas() {
        assertThatThrownBy(() -> read("{\"features\":[{\"properties\":{\"capacity\":3,\"fee\":true}}]}"))
                .hasMessageContaining("capacity, fee");
    }
}
