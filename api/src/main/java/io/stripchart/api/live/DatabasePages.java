package io.stripchart.api.live;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.SeriesSet;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stored.StreamQueries;
import io.stripchart.api.stream.Batch;
import io.stripchart.api.stream.StoredStream;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Pages from the database, and their limits, which subscribers share. */
final class DatabasePages implements StoredPages {
  /** Statements of an event loop at a time. */
  private static final int MAX_READS = 2;

  /** Of all subscribers that are behind together, about; each has a small page at least. */
  private static final int MAX_READINGS_IN_PAGES = 200_000;

  private static final int MIN_PAGE = 100;
  private static final int MAX_PAGE = 1_000;
  private static final int MAX_PAGE_OF_MANY = 10_000;

  /** From so many series on each page is dear, so that larger ones pay. */
  private static final int MANY_SERIES = 100;

  private final StreamQueries queries;
  private final ApiMetrics metrics;
  private final ReadTurns turns = new ReadTurns(MAX_READS);
  private final MatchingSeries matching;
  private final Map<PageOfBatches, Future<StreamPage>> shared = new HashMap<>();

  /** A page that those share who want the same. */
  record PageOfBatches(
      SeriesPattern pattern, List<Long> transactions, TimeStretches times, Place after) {}

  DatabasePages(StreamQueries queries, StoredStream stream, ApiMetrics metrics) {
    this.queries = queries;
    this.metrics = metrics;
    this.matching =
        new MatchingSeries(
            pattern -> read(() -> true, () -> queries.series(pattern)), stream::next);
  }

  @Override
  public Future<Beginning> beginning() {
    return queries
        .start()
        .map(
            start ->
                new Beginning(
                    start.snapshot(),
                    start.batches(),
                    start.now(),
                    start.keptSince(),
                    start.database().hashCode()));
  }

  @Override
  public Pages history(SeriesPattern pattern, Place after, Beginning beginning) {
    return new HistoryPages(this, pattern, after, beginning.snapshot(), beginning.batches());
  }

  @Override
  public Pages batches(SeriesPattern pattern, List<Batch> batches, KnownBatches given) {
    long last = batches.get(batches.size() - 1).position();
    return new BatchPages(
        this,
        pattern,
        () -> series(pattern, last),
        batches,
        new BatchPages.Bounds(given, null, null, List.of()));
  }

  @Override
  public Pages missed(SeriesPattern pattern, ResumeCursor after, Beginning beginning) {
    return new MissedPages(this, pattern, after, beginning);
  }

  <T> Future<T> read(BooleanSupplier wanted, Supplier<Future<T>> statement) {
    return turns.read(wanted, statement);
  }

  StreamQueries queries() {
    return queries;
  }

  /** Whether a statement must not have this range as its only bound. */
  boolean spansManyPartitions(Instant from, Instant to) {
    return queries.spansManyPartitions(from, to);
  }

  /** The series that match, as of a batch in the stream or later. */
  Future<SeriesSet> series(SeriesPattern pattern, long position) {
    return matching.at(pattern, position);
  }

  /** The ids of series may mean other names from now on. */
  void forgetIds() {
    matching.forget();
  }

  MatchingSeries matching() {
    return matching;
  }

  /**
   * A page of batches.
   *
   * @param series that match
   */
  Future<StreamPage> page(PageOfBatches page, SeriesSet series) {
    var underWay = shared.get(page);
    if (underWay != null) return underWay;
    int limit = limit(series);
    var asked =
        read(
            () -> true,
            () -> queries.ofTransactions(series, page.transactions, page.after, page.times, limit));
    shared.put(page, asked);
    return asked.onComplete(done -> shared.remove(page));
  }

  void reread(int readings) {
    metrics.reread(readings);
  }

  /** Rows of a page. */
  int limit(SeriesSet series) {
    int most = series.ids().length > MANY_SERIES ? MAX_PAGE_OF_MANY : MAX_PAGE;
    int fair = MAX_READINGS_IN_PAGES / Math.max(1, metrics.behind().get());
    return Math.max(MIN_PAGE, Math.min(most, fair));
  }
}
