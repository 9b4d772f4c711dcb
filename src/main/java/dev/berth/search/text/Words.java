package dev.berth.search.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.compound.DictionaryCompoundWordTokenFilter;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Texts to words: as they are written, without accents and case, and by their stems in four languages. */
final class Words {
    static final List<String> LANGUAGES = List.of("de", "en", "fr", "es");

    /** "Kaiserstraße", "Kaiserstrasse" and "Kaiserstr." are one word, and so is what is still being typed of it. */
    private static final Pattern STREET = Pattern.compile("strasse$");

    private static final Pattern STREET_BEGUN = Pattern.compile("stra(s|ss|sse)?$");

    private static final Folding FOLDING = new Folding();

    private Words() {}

    /** Lower case, without accents, in the tokens of Unicode. */
    static final class Folding extends Analyzer {
        @Override
        protected TokenStreamComponents createComponents(String field) {
            StandardTokenizer source = new StandardTokenizer();
            TokenStream folded = new ASCIIFoldingFilter(new LowerCaseFilter(source));
            return new TokenStreamComponents(source, new PatternReplaceFilter(folded, STREET, "str", false));
        }
    }

    /** German by its light stems; where it is read from listings, with the parts of its long words beside them. */
    private static final class German extends Analyzer {
        private static final int MIN_WORD = 6;
        private static final int MIN_PART = 3;
        private static final int MAX_PART = 15;

        private final boolean takesApart;
        private final CharArraySet parts = Vocabulary.parts();

        German(boolean takesApart) {
            this.takesApart = takesApart;
        }

        @Override
        protected TokenStreamComponents createComponents(String field) {
            StandardTokenizer source = new StandardTokenizer();
            TokenStream words = new StopFilter(new LowerCaseFilter(source), GermanAnalyzer.getDefaultStopSet());
            if (takesApart) {
                words = new DictionaryCompoundWordTokenFilter(words, parts, MIN_WORD, MIN_PART, MAX_PART, false);
            }
            return new TokenStreamComponents(source, new GermanLightStemFilter(new GermanNormalizationFilter(words)));
        }
    }

    /** One for each language: for listings, or for questions. */
    static Map<String, Analyzer> stemming(boolean ofListings) {
        Map<String, Analyzer> analyzers = new LinkedHashMap<>();
        analyzers.put("de", new German(ofListings));
        analyzers.put("en", new EnglishAnalyzer());
        analyzers.put("fr", new FrenchAnalyzer());
        analyzers.put("es", new SpanishAnalyzer());
        return analyzers;
    }

    static List<String> of(Analyzer analyzer, String text) {
        List<String> words = new ArrayList<>();
        try (TokenStream stream = analyzer.tokenStream("", text)) {
            CharTermAttribute word = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                words.add(word.toString());
            }
            stream.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }

    /** The words of a text in their folded form. */
    static List<String> folded(String text) {
        return of(FOLDING, text);
    }

    /** The folded words, with a space between. */
    static String fold(String text) {
        return String.join(" ", folded(text));
    }

    /** A folded word of which more may follow. */
    static String begun(String word) {
        return STREET_BEGUN.matcher(word).replaceFirst("str");
    }
}
