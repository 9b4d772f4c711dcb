package dev.berth.search.text;

import dev.berth.search.text.TextCommand.Match;
import dev.berth.search.text.TextCommand.Suggested;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LatLonDocValuesField;
import org.apache.lucene.document.LatLonPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * What listings say, in Lucene, in memory; with it the {@link Gazetteer} of the places that their addresses name. Written
 * by one thread, read by any.
 *
 * <p><b>Fields.</b> Title, address, description and what the listing is and has ({@link Vocabulary}) as they are written,
 * without case and accents; title and description once more by their stems in each of four languages, because a listing
 * does not say which one it is written in. Only which listings have a word is kept: no frequencies, positions or lengths.
 *
 * <p><b>Relevance.</b> {@link Questions} scores by where a word is found and how exactly, and by nothing that other
 * listings say: no word is rarer on one node than on another, or becomes so by a deletion. So the order of an answer is
 * the same on every node and from page to page, and a cursor (score, id) stays good.
 *
 * <p><b>Places.</b> A box narrows the question here already, so that the most relevant of the viewport are found however
 * many there are elsewhere. It is widened a little: the index of the calendars decides about the edge.
 */
final class TextIndex implements AutoCloseable {
    static final String TITLE = "title";
    static final String ADDRESS = "address";
    static final String TAGS = "tags";
    static final String DESCRIPTION = "description";
    /** The first letters of the words of a title. */
    static final String BEGINNING = "beginning";

    static final int MAX_BEGINNING = 3;

    private static final String ID = "id";
    private static final String ID_MOST = "most";
    private static final String ID_LEAST = "least";
    private static final String AT = "at";

    /** What two ways of rounding coordinates can differ by, in degrees and metres. */
    private static final double SLACK_DEGREES = 1e-5;

    private static final double SLACK_METRES = 2;

    /** It would advise a module for vectors, of which there are none here. */
    private static final Logger VECTORS =
            Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

    private static final FieldType WORDS = new FieldType();
    /** The most relevant first, then in the order of their ids, which is that of their unsigned bits. */
    private static final Sort BY_RELEVANCE = new Sort(
            SortField.FIELD_SCORE,
            new SortField(ID_MOST, SortField.Type.LONG),
            new SortField(ID_LEAST, SortField.Type.LONG));

    private static final Sort BY_ID =
            new Sort(new SortField(ID_MOST, SortField.Type.LONG), new SortField(ID_LEAST, SortField.Type.LONG));

    static {
        WORDS.setIndexOptions(IndexOptions.DOCS);
        WORDS.setTokenized(true);
        WORDS.setOmitNorms(true);
        WORDS.freeze();
        VECTORS.setLevel(Level.SEVERE);
    }

    private final TextConfig config;
    private final Questions questions;
    private final Gazetteer gazetteer = new Gazetteer();
    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final IndexWriter writer;
    private final SearcherManager searchers;

    TextIndex(TextConfig config) throws IOException {
        this.config = config;
        this.questions = new Questions(config);
        Map<String, Analyzer> byField = new HashMap<>();
        Words.stemming(true).forEach((language, analyzer) -> {
            byField.put(TITLE + "." + language, analyzer);
            byField.put(DESCRIPTION + "." + language, analyzer);
        });
        ConcurrentMergeScheduler merges = new ConcurrentMergeScheduler();
        merges.setMaxMergesAndThreads(2, 1);
        writer = new IndexWriter(
                directory,
                new IndexWriterConfig(new PerFieldAnalyzerWrapper(new Words.Folding(), byField))
                        .setMergeScheduler(merges)
                        .setRAMBufferSizeMB(config.buffer().value() / (double) (1 << 20))
                        .setCommitOnClose(false));
        searchers = new SearcherManager(writer, new SearcherFactory());
    }

    Gazetteer gazetteer() {
        return gazetteer;
    }

    int size() {
        return writer.getDocStats().numDocs;
    }

    /** Bytes of the index itself. */
    long bytes() {
        long sum = 0;
        try {
            for (String file : directory.listAll()) {
                sum += directory.fileLength(file);
            }
        } catch (IOException e) {
            return sum; // some were merged away meanwhile
        }
        return sum;
    }

    /** Takes in listings, each once, and takes out those that are null; then all of it can be found. */
    void apply(Map<ListingId, @Nullable TextDocument> changes) throws IOException {
        IndexSearcher before = searchers.acquire();
        try {
            for (Map.Entry<ListingId, @Nullable TextDocument> change : changes.entrySet()) {
                Term id = new Term(ID, bytes(change.getKey()));
                TextDocument document = change.getValue();
                unnamePlaces(before, id);
                if (document == null) {
                    writer.deleteDocuments(id);
                } else {
                    writer.updateDocument(id, indexed(document));
                    gazetteer.add(document.address(), document.title(), document.location());
                }
            }
        } finally {
            searchers.release(before);
        }
        searchers.maybeRefreshBlocking();
    }

    /** Takes out of the gazetteer what a listing said before. */
    private void unnamePlaces(IndexSearcher before, Term id) throws IOException {
        TopFieldDocs known = before.search(new TermQuery(id), 1, BY_ID);
        if (known.scoreDocs.length > 0) {
            Document old = before.storedFields().document(known.scoreDocs[0].doc);
            gazetteer.remove(text(old, ADDRESS), text(old, TITLE), location(before, known.scoreDocs[0].doc));
        }
    }

    private static Document indexed(TextDocument listing) {
        UUID id = listing.id().value();
        Document document = new Document();
        document.add(new StringField(ID, bytes(listing.id()), Field.Store.NO));
        document.add(new NumericDocValuesField(ID_MOST, id.getMostSignificantBits() ^ Long.MIN_VALUE));
        document.add(new NumericDocValuesField(ID_LEAST, id.getLeastSignificantBits() ^ Long.MIN_VALUE));
        document.add(new StoredField(TITLE, listing.title()));
        document.add(new StoredField(ADDRESS, listing.address()));
        document.add(new Field(TITLE, listing.title(), WORDS));
        document.add(new Field(ADDRESS, listing.address(), WORDS));
        document.add(new Field(TAGS, Vocabulary.tags(listing), WORDS));
        document.add(new Field(DESCRIPTION, listing.description(), WORDS));
        for (String language : Words.LANGUAGES) {
            document.add(new Field(TITLE + "." + language, listing.title(), WORDS));
            document.add(new Field(DESCRIPTION + "." + language, listing.description(), WORDS));
        }
        Set<String> beginnings = new HashSet<>();
        for (String word : Words.folded(listing.title())) {
            for (int length = 1; length <= Math.min(MAX_BEGINNING, word.length()); length++) {
                beginnings.add(word.substring(0, length));
            }
        }
        beginnings.forEach(beginning -> document.add(new StringField(BEGINNING, beginning, Field.Store.NO)));
        GeoPoint at = listing.location();
        document.add(new LatLonPoint(AT, at.lat(), at.lng()));
        document.add(new LatLonDocValuesField(AT, at.lat(), at.lng()));
        return document;
    }

    private static BytesRef bytes(ListingId id) {
        return new BytesRef(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.value().getMostSignificantBits())
                .putLong(id.value().getLeastSignificantBits())
                .array());
    }

    /**
     * Listings that say the words of a question, the most relevant first; empty when it has none.
     *
     * @throws TimeoutException when it took longer than it may
     */
    List<Match> match(String text, @Nullable GeoBox box, @Nullable GeoPoint near, @Nullable Integer radiusMetres)
            throws IOException, TimeoutException {
        Query words = questions.matching(text);
        if (words == null) {
            return List.of();
        }
        BooleanQuery.Builder query = new BooleanQuery.Builder().add(words, BooleanClause.Occur.MUST);
        if (box != null) {
            query.add(within(box), BooleanClause.Occur.FILTER);
        } else if (near != null && radiusMetres != null) {
            query.add(
                    LatLonPoint.newDistanceQuery(AT, near.lat(), near.lng(), radiusMetres + SLACK_METRES),
                    BooleanClause.Occur.FILTER);
        }
        return reading(searcher -> {
            TopFieldDocs found = search(searcher, query.build(), BY_RELEVANCE, config.candidatesMax());
            List<Match> matches = new ArrayList<>(found.scoreDocs.length);
            Ids ids = new Ids(searcher);
            for (ScoreDoc hit : found.scoreDocs) {
                matches.add(new Match(ids.of(hit.doc), Math.round(hit.score)));
            }
            return matches;
        });
    }

    private static Query within(GeoBox box) {
        double south = Math.max(-90, box.south() - SLACK_DEGREES);
        double north = Math.min(90, box.north() + SLACK_DEGREES);
        double west = box.west() - SLACK_DEGREES;
        double east = box.east() + SLACK_DEGREES;
        if (box.west() <= box.east() && (west < -180 || east > 180)) {
            return LatLonPoint.newBoxQuery(AT, south, north, -180, 180); // the edge is at the antimeridian
        }
        return LatLonPoint.newBoxQuery(AT, south, north, west, east);
    }

    /** Listings with a title that begins so, word by word, the nearest first. */
    List<Suggested> suggest(String text, @Nullable GeoPoint near, int limit) throws IOException, TimeoutException {
        Query begun = questions.beginning(text);
        if (begun == null) {
            return List.of();
        }
        List<Suggested> exact = suggest(begun, near, limit);
        Query misspelt = exact.isEmpty() ? questions.misspelt(text) : null;
        return misspelt == null ? exact : suggest(misspelt, near, limit);
    }

    private List<Suggested> suggest(Query query, @Nullable GeoPoint near, int limit)
            throws IOException, TimeoutException {
        Sort order = near == null
                ? BY_ID
                : new Sort(
                        LatLonDocValuesField.newDistanceSort(AT, near.lat(), near.lng()),
                        new SortField(ID_MOST, SortField.Type.LONG),
                        new SortField(ID_LEAST, SortField.Type.LONG));
        return reading(searcher -> {
            TopFieldDocs found = search(searcher, query, order, limit);
            List<Suggested> suggestions = new ArrayList<>();
            Ids ids = new Ids(searcher);
            StoredFields stored = searcher.storedFields();
            for (ScoreDoc hit : found.scoreDocs) {
                Document document = stored.document(hit.doc);
                suggestions.add(new Suggested(
                        ids.of(hit.doc), text(document, TITLE), text(document, ADDRESS), location(searcher, hit.doc)));
            }
            return suggestions;
        });
    }

    /** The listings nearest to a point. */
    List<Suggested> nearest(GeoPoint at, double withinMetres, int limit) throws IOException, TimeoutException {
        return suggest(
                new BooleanQuery.Builder()
                        .add(MatchAllDocsQuery.INSTANCE, BooleanClause.Occur.MUST)
                        .add(
                                LatLonPoint.newDistanceQuery(AT, at.lat(), at.lng(), withinMetres),
                                BooleanClause.Occur.FILTER)
                        .build(),
                at,
                limit);
    }

    private interface Reading<T> {
        T from(IndexSearcher searcher) throws IOException, TimeoutException;
    }

    private <T> T reading(Reading<T> reading) throws IOException, TimeoutException {
        IndexSearcher shared = searchers.acquire();
        try {
            // One of its own: a timeout is of a searcher, not of a search.
            IndexSearcher own = new IndexSearcher(shared.getIndexReader());
            long end = System.nanoTime() + config.queryTimeout().toNanos();
            own.setTimeout(() -> System.nanoTime() - end > 0);
            return reading.from(own);
        } finally {
            searchers.release(shared);
        }
    }

    private static TopFieldDocs search(IndexSearcher searcher, Query query, Sort order, int limit)
            throws IOException, TimeoutException {
        TopFieldDocs found = searcher.search(query, new TopFieldCollectorManager(order, limit, limit));
        if (searcher.timedOut()) {
            throw new TimeoutException("the question takes too long");
        }
        if (order.equals(BY_RELEVANCE)) {
            for (ScoreDoc hit : found.scoreDocs) {
                hit.score = (Float) ((org.apache.lucene.search.FieldDoc) hit).fields[0];
            }
        }
        return found;
    }

    /** Ids of documents. */
    private static final class Ids {
        private final List<LeafReaderContext> leaves;

        Ids(IndexSearcher searcher) {
            leaves = searcher.getIndexReader().leaves();
        }

        ListingId of(int document) throws IOException {
            LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
            int at = document - leaf.docBase;
            return new ListingId(new UUID(value(leaf, ID_MOST, at), value(leaf, ID_LEAST, at)));
        }

        private static long value(LeafReaderContext leaf, String field, int document) throws IOException {
            NumericDocValues values = leaf.reader().getNumericDocValues(field);
            if (values == null || !values.advanceExact(document)) {
                throw new IllegalStateException("a listing without " + field);
            }
            return values.longValue() ^ Long.MIN_VALUE;
        }
    }

    private static GeoPoint location(IndexSearcher searcher, int document) throws IOException {
        var values = MultiDocValues.getSortedNumericValues(searcher.getIndexReader(), AT);
        if (values == null || !values.advanceExact(document)) {
            throw new IllegalStateException("a listing without a place");
        }
        long packed = values.nextValue();
        return new GeoPoint(
                org.apache.lucene.geo.GeoEncodingUtils.decodeLatitude((int) (packed >> 32)),
                org.apache.lucene.geo.GeoEncodingUtils.decodeLongitude((int) packed));
    }

    private static String text(Document document, String field) {
        String text = document.get(field);
        return text == null ? "" : text;
    }

    @Override
    public void close() throws IOException {
        searchers.close();
        writer.close();
        directory.close();
    }
}
