package dev.berth.search.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.berth.listings.ListingType;
import dev.berth.search.text.TextCommand.Match;
import dev.berth.search.text.TextCommand.Suggested;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found by which words, in which order. */
@Tag("SM5")
class TextIndexTest {
    private final TextDocument castle =
            Texts.document("Schlossgarage", "Überwachte Plätze neben dem Schloß.", "Zirkel 10, 76131 Karlsruhe");
    private final TextDocument station = Texts.document(
            "Parkhaus am Hauptbahnhof", "Ladesäulen im Erdgeschoss.", "Kaiserstraße 12, 76133 Karlsruhe-Südweststadt");
    private final TextDocument english = Texts.document(
            "Quiet driveways near the park", "Suitable for vans parking overnight.", "High Street 3, London");
    private final TextDocument french = Texts.document(
            "Places de l'église", "Emplacements couverts, idéal pour les voyageurs.", "12 rue de la Gare, Strasbourg");
    private final TextDocument spanish = Texts.document(
            "Aparcamiento junto a las estaciones", "Plazas cubiertas y vigiladas.", "Calle Mayor 5, Madrid");

    private TextIndex index = index();

    private static TextIndex index() {
        try {
            return new TextIndex(Texts.config());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void fill() throws IOException {
        Texts.put(index, castle, station, english, french, spanish);
    }

    @AfterEach
    void close() throws IOException {
        index.close();
    }

    private List<String> titles(String text) throws IOException, TimeoutException {
        List<ListingId> ids = index.match(text, Texts.EVERYWHERE, null, null).stream()
                .map(Match::id)
                .toList();
        return List.of(castle, station, english, french, spanish).stream()
                .filter(document -> ids.contains(document.id()))
                .map(TextDocument::title)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "Schlossgarage,     Schlossgarage",
        "schloß,            Schlossgarage", // a part of a long word, and a beginning
        "garage,            Schlossgarage", // a part of a long word
        "Garagen,           Schlossgarage",
        "schlosgarage,      Schlossgarage", // a letter left out
        "shclossgarage,     Schlossgarage", // two swapped
        "überwachter platz, Schlossgarage", // stems
        "hauptbanhof,       Parkhaus am Hauptbahnhof",
        "Ladesäule,         Parkhaus am Hauptbahnhof",
        "kaiserstr. 12,     Parkhaus am Hauptbahnhof",
        "kaiserstrasse,     Parkhaus am Hauptbahnhof",
        "kaiserstra,        Parkhaus am Hauptbahnhof", // still being typed
        "KAISERSTRASSE,     Parkhaus am Hauptbahnhof",
        "driveway,          Quiet driveways near the park",
        "van,               Quiet driveways near the park",
        "eglise,            Places de l'église",
        "voyageur couvert,  Places de l'église",
        "estación,          Aparcamiento junto a las estaciones",
        "vigilada,          Aparcamiento junto a las estaciones",
    })
    void words_areFound_howeverTheyAreWritten(String text, String title) throws Exception {
        assertThat(titles(text)).contains(title);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zoo", "Flugzeugträger", "Schlossgarage Madrid", "kaiserallee"})
    void whatNobodySays_isNotFound(String text) throws Exception {
        assertThat(titles(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "***",
                "\"",
                "title:* OR *:*",
                "\\",
                "(((((",
                "[* TO *]",
                "\u0000\u0007\u202e",
                "~9999",
                "a",
                "%00",
                "\ud83d\ude97",
                "\ud83d",
            })
    void strangeQuestions_areOnlyWords(String text) {
        assertThatCode(() -> {
                    index.match(text, Texts.EVERYWHERE, null, null);
                    index.suggest(text, Texts.KARLSRUHE, 10);
                    index.gazetteer().find(text, null, 10);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void veryLongQuestions_areCut() throws Exception {
        assertThat(index.match("Schlossgarage ".repeat(10_000), Texts.EVERYWHERE, null, null))
                .hasSize(1);
        assertThat(index.match("x".repeat(100_000), Texts.EVERYWHERE, null, null))
                .isEmpty();
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            many.append("word").append(i).append(' ');
        }
        assertThat(index.match(many.toString(), Texts.EVERYWHERE, null, null)).isEmpty();
    }

    @Test
    void relevance_goesByWhereAndHowExactly() throws Exception {
        TextDocument title = Texts.document("Messeplatz", "", "Weg 1, Ulm");
        TextDocument address = Texts.document("Hof", "", "Messeplatz 1, Ulm");
        TextDocument description = Texts.document("Lot", "Am Messeplatz.", "Weg 2, Ulm");
        TextDocument misspelt = Texts.document("Messeplats", "", "Weg 3, Ulm");
        Texts.put(index, description, misspelt, address, title);
        assertThat(index.match("Messeplatz", Texts.EVERYWHERE, null, null).stream()
                        .map(Match::id))
                .startsWith(title.id(), address.id())
                .contains(description.id(), misspelt.id());
    }

    @Test
    void whatItIsAndHas_isFoundInEachLanguage() throws Exception {
        TextDocument underground = new TextDocument(
                ListingId.next(),
                "P1",
                "",
                "Weg 1, Ulm",
                ListingType.UNDERGROUND,
                Set.of("EV_CHARGING", "RIVERSIDE"),
                Texts.KARLSRUHE);
        Texts.put(index, underground);
        for (String text : List.of("Tiefgarage", "underground charging", "recharge", "eléctrica", "riverside")) {
            assertThat(index.match(text, Texts.EVERYWHERE, null, null))
                    .as(text)
                    .extracting(Match::id)
                    .contains(underground.id());
        }
    }

    @Test
    void boxAndCircle_narrow() throws Exception {
        GeoPoint ulm = new GeoPoint(48.4, 9.99);
        TextDocument there = Texts.at(Texts.document("Schlossgarage", "", "Weg 1, Ulm"), ulm);
        Texts.put(index, there);
        assertThat(index.match("schlossgarage", new GeoBox(9, 48, 10, 49), null, null))
                .extracting(Match::id)
                .containsExactly(there.id());
        assertThat(index.match("schlossgarage", null, Texts.KARLSRUHE, 1_000))
                .extracting(Match::id)
                .containsExactly(castle.id());
    }

    @Test
    void newVersion_replacesTheOldOne_andDeletionEndsIt() throws Exception {
        TextDocument renamed = new TextDocument(
                castle.id(), "Rathausgarage", "", "Weg 1, Ulm", castle.type(), Set.of(), castle.location());
        Texts.put(index, renamed);
        assertThat(index.match("schlossgarage", Texts.EVERYWHERE, null, null)).isEmpty();
        assertThat(index.match("rathausgarage", Texts.EVERYWHERE, null, null)).hasSize(1);
        assertThat(index.gazetteer().find("Zirkel", null, 5)).isEmpty();
        Texts.remove(index, castle.id());
        assertThat(index.match("rathausgarage", Texts.EVERYWHERE, null, null)).isEmpty();
        assertThat(index.gazetteer().find("Ulm", null, 5)).isEmpty();
        assertThat(index.size()).isEqualTo(4);
    }

    @Test
    void suggestions_beginWithTheWords_nearestFirst() throws Exception {
        GeoPoint near = new GeoPoint(49.01, 8.41);
        List<TextDocument> many = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            many.add(
                    Texts.at(Texts.document("Marktplatz " + i, "", "Weg 1, Ulm"), new GeoPoint(49.0 + i * 0.01, 8.41)));
        }
        Texts.put(index, many);
        List<Suggested> suggested = index.suggest("mar", near, 5);
        assertThat(suggested).extracting(Suggested::title).first().isEqualTo("Marktplatz 1");
        assertThat(suggested).hasSize(5);
        assertThat(index.suggest("marktpl 7", near, 5))
                .extracting(Suggested::title)
                .contains("Marktplatz 7");
        assertThat(index.suggest("s", near, 5)).extracting(Suggested::title).containsExactly("Schlossgarage");
        assertThat(index.suggest("hauptbahnhof parkh", near, 5)).hasSize(1);
        assertThat(index.suggest("Marktplats", near, 5)).hasSize(5);
        assertThat(index.suggest("xyz", near, 5)).isEmpty();
    }
}
