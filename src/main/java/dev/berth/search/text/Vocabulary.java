package dev.berth.search.text;

import static java.util.Map.entry;

import dev.berth.listings.ListingType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.CharArraySet;

/** Words that Berth knows about parking, in English, German, French and Spanish. */
final class Vocabulary {
    private static final Map<String, String> AMENITIES = Map.ofEntries(
            entry("CCTV", "video surveillance Videoüberwachung überwacht vidéosurveillance videovigilancia"),
            entry(
                    "EV_CHARGING",
                    "ev charging electric Ladesäule laden Elektroauto recharge électrique borne carga eléctrica"),
            entry("COVERED", "covered roof überdacht couvert cubierto"),
            entry("LIFT", "lift elevator Aufzug Fahrstuhl ascenseur ascensor"),
            entry("CAR_WASH", "car wash Autowäsche Waschanlage lavage lavado"),
            entry("VALET", "valet voiturier aparcacoches"),
            entry("OPEN_24_7", "24/7 always open durchgehend geöffnet ouvert abierto"),
            entry(
                    "ACCESSIBLE",
                    "accessible disabled wheelchair barrierefrei Behindertenparkplatz handicapé minusválidos"),
            entry("FAMILY_BAYS", "family Familie Familienparkplatz famille familia"),
            entry("WOMENS_BAYS", "women Frauen Frauenparkplatz femmes mujeres"),
            entry("LIGHTING", "lit lighting beleuchtet éclairé iluminado"),
            entry("GATED", "gated barrier Schranke barrière barrera"),
            entry("STAFFED", "staffed Personal personnel personal"),
            entry("TOILETS", "toilets restroom WC Toilette toilettes aseos"),
            entry("PARK_AND_RIDE", "park and ride P+R Pendler parking relais disuasorio"));

    private static final Map<ListingType, String> TYPES = Map.of(
            ListingType.DRIVEWAY, "driveway Einfahrt Stellplatz",
            ListingType.GARAGE, "garage Garage garaje",
            ListingType.SURFACE_LOT, "car park parking lot Parkplatz aparcamiento",
            ListingType.MULTI_STOREY, "multi storey car park Parkhaus",
            ListingType.UNDERGROUND, "underground Tiefgarage souterrain subterráneo",
            ListingType.ON_STREET, "street parking Straßenrand",
            ListingType.COVERED, "carport covered überdacht couvert cubierto");

    /** Parts that German puts into one word with others. */
    private static final List<String> PARTS = List.of(
            "garage",
            "garagen",
            "parkhaus",
            "parkplatz",
            "stellplatz",
            "platz",
            "haus",
            "hof",
            "bahnhof",
            "flughafen",
            "schloss",
            "schloß",
            "markt",
            "messe",
            "stadt",
            "rathaus",
            "theater",
            "klinik",
            "klinikum",
            "krankenhaus",
            "zentrum",
            "center",
            "ufer",
            "stadion",
            "schwimmbad",
            "museum",
            "universität",
            "hochschule",
            "kongress",
            "park",
            "passage",
            "kaufhof",
            "kino");

    private Vocabulary() {}

    /** What a listing is called and has in every language. A host's own tag stands for itself. */
    static String tags(TextDocument document) {
        StringBuilder text = new StringBuilder(TYPES.getOrDefault(document.type(), ""));
        for (String amenity : document.amenities()) {
            text.append(' ').append(AMENITIES.getOrDefault(amenity, amenity));
        }
        return text.toString();
    }

    static CharArraySet parts() {
        return new CharArraySet(PARTS, true);
    }

    /** Words of all four languages that say nothing by themselves. */
    static CharArraySet stopWords() {
        CharArraySet all = new CharArraySet(1_000, true);
        for (CharArraySet words : Arrays.asList(
                org.apache.lucene.analysis.de.GermanAnalyzer.getDefaultStopSet(),
                org.apache.lucene.analysis.en.EnglishAnalyzer.getDefaultStopSet(),
                org.apache.lucene.analysis.fr.FrenchAnalyzer.getDefaultStopSet(),
                org.apache.lucene.analysis.es.SpanishAnalyzer.getDefaultStopSet())) {
            for (Object word : words) {
                all.add(Words.fold(new String((char[]) word)));
            }
        }
        return all;
    }
}
