package io.stripchart.api.stored;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.api.CacheLimits;
import io.stripchart.api.buckets.Bucket;
import io.stripchart.api.buckets.BucketGrid;
import io.stripchart.api.buckets.Chart;
import io.stripchart.api.buckets.Column;
import io.stripchart.api.buckets.Fill;
import io.stripchart.api.buckets.Point;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Every question to the database. Belongs to one context. Futures fail with {@link
 * io.stripchart.api.ApiException}, or with another exception if it is a bug.
 */
public final class ReadingQueries {
  /** That a series takes whose id is known, beside its name. */
  private static final int SERIES_BYTES = 250;

  private static final String ID = "select id from series where name = $1";

  private static final String MEASUREMENTS =
      """
      select time, value from reading
      where series_id = $1 and time >= $2 and time < $3
      order by time limit $4\
      """;

  private static final String MEASUREMENTS_OF_MANY_PARTITIONS =
      "select time, value from readings_of_series($1, $2, $3, $4, false) order by time";

  private static final String LAST =
      """
      select time, value from reading
      where series_id = $1
      order by time desc limit $2\
      """;

  private static final String LAST_OF_MANY_PARTITIONS =
      "select time, value from readings_of_series($1, '-infinity', 'infinity', $2, true)"
          + " order by time desc";

  private static final String SERIES =
      """
      select id, name, unit, description from series
      where name > $1 and name ~ $2
      order by name limit $3\
      """;

  private static final String EXACT_SERIES =
      """
      select id, name, unit, description from series
      where name > $1 and name = $2
      limit $3\
      """;

  private static final String COUNT = "select count(*)::int4 from series where name ~ $1";
  private static final String COUNT_EXACT = "select count(*)::int4 from series where name = $1";

  private static final String DESCRIBE =
      """
      update series
      set unit = case when $2 then $3 else unit end,
        description = case when $4 then $5 else description end
      where name = $1
      returning id, name, unit, description\
      """;

  private final DatabaseLink database;
  private final Statements statements;
  private final LatestReadings latest;
  private final StatisticsQueries statistics;
  private final BucketQueries buckets;
  private final ChartQueries charts;
  private final PageQueries pages;
  private final WindowQueries windows;
  private int forgotten;

  /** By name. */
  private final Map<String, KnownSeries> known;

  /** As the only one of this process. */
  public ReadingQueries(Vertx vertx, DatabaseLink database, ApiMetrics metrics) {
    this(vertx, database, metrics, CacheLimits.ofThisProcess(1));
  }

  public ReadingQueries(
      Vertx vertx, DatabaseLink database, ApiMetrics metrics, CacheLimits caches) {
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(caches.seriesIds())
            .weigher((String name, KnownSeries series) -> SERIES_BYTES + name.length())
            .executor(Runnable::run)
            .<String, KnownSeries>build()
            .asMap();
    this.database = database;
    this.statements = new Statements(database, metrics);
    this.latest = new LatestReadings(vertx, database, metrics);
    this.statistics = new StatisticsQueries(statements);
    this.buckets = new BucketQueries(statements);
    this.charts = new ChartQueries(statements);
    this.pages = new PageQueries(statements);
    this.windows = new WindowQueries(statements);
  }

  /**
   * @return null if the series has no reading, or is not known
   */
  public Future<Reading> latest(String series) {
    var found = known.get(series);
    if (found != null) return latest.of(found);
    return find(series).compose(one -> one == null ? Future.succeededFuture() : latest.of(one));
  }

  /** The latest reading of a series whose row was read; otherwise as of its name. */
  public Future<Reading> latest(SeriesRow row) {
    return latest.of(known(row));
  }

  /**
   * The latest readings of all series that match, by name.
   *
   * @param max series; if more match, it fails as a bad argument named {@code series}
   */
  public Future<List<Reading>> latest(SeriesPattern pattern, int max) {
    return new LatestByPattern(statements).of(pattern, max);
  }

  public Future<Statistics> statistics(String series, Window window) {
    return find(series)
        .compose(
            one -> {
              if (one == null) return Future.succeededFuture(Statistics.NONE);
              return statistics.ofEach(List.of(one), window).map(all -> all.get(0));
            });
  }

  /** Of all readings of the series that match together. */
  public Future<Statistics> statistics(SeriesPattern pattern, Window window) {
    return pattern.isExact()
        ? statistics(pattern.toString(), window)
        : statistics.ofAll(pattern, window);
  }

  /** Of each series, in their order, by one statement. */
  public Future<List<Statistics>> statistics(List<SeriesRow> series, Window window) {
    return statistics.ofEach(known(series), window);
  }

  /** Of each series, in their order, by one statement. */
  public Future<List<List<Bucket>>> buckets(List<SeriesRow> series, BucketGrid grid, Fill fill) {
    return buckets
        .ofEach(known(series), grid.thresholds(), fill.looksAround())
        .map(found -> found.stream().map(one -> fill.apply(grid, one)).toList());
  }

  /**
   * The points of a chart's line.
   *
   * @param thresholds of its columns
   */
  public Future<List<Reading>> chart(String series, List<Instant> thresholds) {
    return find(series)
        .compose(
            one -> {
              if (one == null) return Future.succeededFuture(List.of());
              return columns(one, thresholds)
                  .map(columns -> readings(series, Chart.points(columns)));
            });
  }

  /** The statement of charts looks at each column, which is planned for all of the window. */
  private Future<List<Column>> columns(KnownSeries series, List<Instant> thresholds) {
    var window = new Window(thresholds.get(0), thresholds.get(thresholds.size() - 1));
    return statements.spansManyPartitions(window)
        ? buckets.ofEach(List.of(series), thresholds, false).map(found -> found.get(0).columns())
        : charts.of(series, thresholds);
  }

  private static List<Reading> readings(String series, List<Point> points) {
    return points.stream().map(one -> new Reading(series, one.time(), one.value())).toList();
  }

  /**
   * Of each series, in their order, by one statement.
   *
   * @param forward whether from the begin of the window, and not from its end
   */
  public Future<List<ReadingPage>> pages(
      List<SeriesRow> series, Window window, int count, boolean forward) {
    return pages.ofEach(known(series), window, count, forward);
  }

  /** Oldest first. */
  public Future<List<Reading>> measurements(String series, Window window, int first) {
    return find(series)
        .compose(
            one -> {
              if (one == null) return Future.succeededFuture(List.of());
              var sql =
                  statements.spansManyPartitions(window)
                      ? MEASUREMENTS_OF_MANY_PARTITIONS
                      : MEASUREMENTS;
              return statements
                  .slow(Query.MEASUREMENTS, sql, arguments(one, window).addValue(first))
                  .map(rows -> list(rows, row -> reading(one.name(), row)));
            });
  }

  /** The readings of the greatest times, newest first. */
  public Future<List<Reading>> last(String series, int count) {
    return find(series)
        .compose(
            one -> {
              if (one == null) return Future.succeededFuture(List.of());
              boolean many = statements.spansManyPartitions(new Window(null, null));
              var sql = many ? LAST_OF_MANY_PARTITIONS : LAST;
              return statements
                  .slow(Query.WINDOW, sql, Tuple.of(one.id(), count))
                  .map(rows -> list(rows, row -> reading(one.name(), row)));
            });
  }

  /**
   * The readings behind a time of all series that match.
   *
   * @param limit of how many are loaded
   */
  public Future<LoadedWindow> load(SeriesPattern pattern, Instant after, int limit) {
    return windows.load(pattern, after, limit);
  }

  /**
   * Series by name.
   *
   * @param after names behind this one; "" for all
   */
  public Future<List<SeriesRow>> series(SeriesPattern pattern, String after, int first) {
    var found =
        pattern.isExact()
            ? statements.quick(
                Query.SERIES, EXACT_SERIES, Tuple.of(after, pattern.toString(), first))
            : statements.slow(Query.SERIES, SERIES, Tuple.of(after, pattern.toRegex(), first));
    int before = forgotten;
    return found.map(
        rows -> {
          var series = list(rows, ReadingQueries::series);
          if (forgotten == before) series.forEach(one -> remember(one.name(), one.id()));
          return series;
        });
  }

  /** How many series match. */
  public Future<Integer> count(SeriesPattern pattern) {
    var found =
        pattern.isExact()
            ? statements.quick(Query.SERIES, COUNT_EXACT, Tuple.of(pattern.toString()))
            : statements.slow(Query.SERIES, COUNT, Tuple.of(pattern.toRegex()));
    return found.map(rows -> rows.iterator().next().getInteger(0));
  }

  /**
   * Changes the unit or the description of a series.
   *
   * @return the changed series; null if it does not exist
   */
  public Future<SeriesRow> describe(String series, SeriesDescription change) {
    var arguments =
        Tuple.of(series, change.hasUnit(), change.unit())
            .addBoolean(change.hasDescription())
            .addString(change.description());
    return statements
        .quick(Query.SERIES, DESCRIBE, arguments)
        .map(rows -> rows.size() == 0 ? null : series(rows.iterator().next()));
  }

  private static SeriesRow series(Row row) {
    return new SeriesRow(row.getInteger(0), row.getString(1), row.getString(2), row.getString(3));
  }

  /**
   * A series by its name, for queries on it: unit and description are not read, and are null.
   *
   * @return null if the series does not exist
   */
  public Future<SeriesRow> named(String series) {
    return find(series)
        .map(one -> one == null ? null : new SeriesRow(one.id(), one.name(), null, null));
  }

  /** The ids of series may mean other names from now on. */
  public void forgetIds() {
    known.clear();
    forgotten++;
  }

  /**
   * Only existing series are cached, because others may be created at any time. Ids never change
   * while the database stays the same.
   */
  private Future<KnownSeries> find(String series) {
    var found = known.get(series);
    if (found != null) return Future.succeededFuture(found);
    int before = forgotten;
    return database
        .quick(ID, Tuple.of(series))
        .map(
            rows -> {
              if (rows.size() == 0) return null;
              int id = rows.iterator().next().getInteger(0);
              return forgotten == before ? remember(series, id) : new KnownSeries(id, series);
            });
  }

  private KnownSeries remember(String series, int id) {
    return known.computeIfAbsent(series, name -> new KnownSeries(id, name));
  }

  /** Not remembered: the row may have been read before ids were forgotten. */
  private KnownSeries known(SeriesRow row) {
    var found = known.get(row.name());
    return found != null && found.id() == row.id() ? found : new KnownSeries(row.id(), row.name());
  }

  private List<KnownSeries> known(List<SeriesRow> rows) {
    return rows.stream().map(this::known).toList();
  }

  private static Tuple arguments(KnownSeries series, Window window) {
    var all = HourWindow.of(window, Instant.EPOCH);
    return Tuple.of(series.id(), Statements.utc(all.from()), Statements.utc(all.to()));
  }

  private static Reading reading(String series, Row row) {
    return new Reading(series, row.getOffsetDateTime(0).toInstant(), row.getDouble(1));
  }

  private static <T> List<T> list(RowSet<Row> rows, Function<Row, T> read) {
    var list = new ArrayList<T>(rows.size());
    for (var row : rows) list.add(read.apply(row));
    return list;
  }
}
