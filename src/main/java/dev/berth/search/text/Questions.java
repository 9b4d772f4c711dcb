package dev.berth.search.text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.MultiTermQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/**
 * What somebody typed as a question to the index. Letters and digits are words, everything else separates them, so that
 * there is no syntax to be misused. Of two words both must be found, of more three in four; the last may have just begun.
 *
 * <p>Each word counts once, by the best that it is found as: as written, by its stem, as a beginning, misspelt; in the
 * title, the address, what the listing is and has, the description.
 */
final class Questions {
    // As written.
    private static final int TITLE_EXACT = 100;
    private static final int ADDRESS_EXACT = 60;
    private static final int TAGS_EXACT = 50;
    private static final int DESCRIPTION_EXACT = 20;
    // By its stem.
    private static final int TITLE_STEM = 80;
    private static final int DESCRIPTION_STEM = 15;
    // As a beginning.
    private static final int TITLE_BEGUN = 60;
    private static final int ADDRESS_BEGUN = 40;
    private static final int TAGS_BEGUN = 30;
    // Misspelt.
    private static final int TITLE_MISSPELT = 35;
    private static final int ADDRESS_MISSPELT = 25;
    private static final int TAGS_MISSPELT = 10;

    private static final int LEAST_BEGINNING = 3;
    /** Words of so many letters may have one letter wrong, and of so many two; two swapped letters are one. */
    private static final int ONE_EDIT_LENGTH = 4;

    private static final int TWO_EDITS_LENGTH = 8;
    /** All words of so many must be found. */
    private static final int ALL_NEEDED = 2;

    private final TextConfig config;
    private final Map<String, Analyzer> stemming = Words.stemming(false);
    private final CharArraySet stopWords = Vocabulary.stopWords();

    Questions(TextConfig config) {
        this.config = config;
    }

    /** The words that count, as written and folded, without repetition. */
    private List<String> words(String text) {
        Set<String> words = new LinkedHashSet<>();
        for (String word : Words.folded(text)) {
            words.add(word.length() > config.termLengthMax() ? word.substring(0, config.termLengthMax()) : word);
        }
        List<String> telling =
                words.stream().filter(word -> !stopWords.contains(word)).toList();
        return (telling.isEmpty() ? List.copyOf(words) : telling)
                .stream().limit(config.termsMax()).toList();
    }

    /** Null when there is no word in it. */
    @Nullable
    Query matching(String text) {
        List<String> words = words(text);
        if (words.isEmpty()) {
            return null;
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (String word : words) {
            all.add(anywhere(word), Occur.SHOULD);
        }
        int count = words.size();
        return all.setMinimumNumberShouldMatch(count <= ALL_NEEDED ? count : Math.ceilDiv(count * 3, 4))
                .build();
    }

    private Query anywhere(String word) {
        List<Query> ways = new ArrayList<>();
        ways.add(exactly(TextIndex.TITLE, word, TITLE_EXACT));
        ways.add(exactly(TextIndex.ADDRESS, word, ADDRESS_EXACT));
        ways.add(exactly(TextIndex.TAGS, word, TAGS_EXACT));
        ways.add(exactly(TextIndex.DESCRIPTION, word, DESCRIPTION_EXACT));
        stemming.forEach((language, analyzer) -> {
            for (String stem : Words.of(analyzer, word)) {
                ways.add(exactly(TextIndex.TITLE + "." + language, stem, TITLE_STEM));
                ways.add(exactly(TextIndex.DESCRIPTION + "." + language, stem, DESCRIPTION_STEM));
            }
        });
        String begun = Words.begun(word);
        if (begun.length() >= LEAST_BEGINNING) {
            ways.add(beginning(TextIndex.TITLE, begun, TITLE_BEGUN));
            ways.add(beginning(TextIndex.ADDRESS, begun, ADDRESS_BEGUN));
            ways.add(beginning(TextIndex.TAGS, begun, TAGS_BEGUN));
        }
        if (word.length() >= ONE_EDIT_LENGTH) {
            ways.add(misspelt(TextIndex.TITLE, word, TITLE_MISSPELT));
            ways.add(misspelt(TextIndex.ADDRESS, word, ADDRESS_MISSPELT));
            ways.add(misspelt(TextIndex.TAGS, word, TAGS_MISSPELT));
        }
        return new DisjunctionMaxQuery(ways, 0);
    }

    private static Query exactly(String field, String word, int score) {
        return scored(new TermQuery(new Term(field, word)), score);
    }

    private static Query beginning(String field, String word, int score) {
        return scored(new PrefixQuery(new Term(field, word)), score);
    }

    private Query misspelt(String field, String word, int score) {
        int edits = edits(word);
        return scored(
                new FuzzyQuery(
                        new Term(field, word),
                        edits,
                        1,
                        config.expansionsMax(),
                        true,
                        new MultiTermQuery.TopTermsBoostOnlyBooleanQueryRewrite(config.expansionsMax())),
                score);
    }

    static int edits(String word) {
        return word.length() >= TWO_EDITS_LENGTH ? 2 : word.length() >= ONE_EDIT_LENGTH ? 1 : 0;
    }

    private static Query scored(Query query, int score) {
        return new BoostQuery(new ConstantScoreQuery(query), score);
    }

    /** Titles that have these words, or words that begin with them. Null when there is no word in it. */
    @Nullable
    Query beginning(String text) {
        List<String> words =
                Words.folded(text).stream().limit(config.termsMax()).toList();
        if (words.isEmpty()) {
            return null;
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (String word : words) {
            String begun = Words.begun(word);
            // Short ones begin half of all words: their listings are written down.
            Query query = begun.isEmpty() || begun.length() <= TextIndex.MAX_BEGINNING
                    ? new TermQuery(new Term(TextIndex.BEGINNING, begun.isEmpty() ? word : begun))
                    : new PrefixQuery(new Term(TextIndex.TITLE, begun));
            all.add(query, Occur.FILTER);
        }
        return all.build();
    }

    /** Titles that have words like these. Null when none is long enough to be told apart from others. */
    @Nullable
    Query misspelt(String text) {
        List<String> words = words(text).stream()
                .filter(word -> word.length() >= ONE_EDIT_LENGTH)
                .toList();
        if (words.isEmpty()) {
            return null;
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (String word : words) {
            all.add(misspelt(TextIndex.TITLE, word, 1), Occur.FILTER);
        }
        return all.build();
    }
}
