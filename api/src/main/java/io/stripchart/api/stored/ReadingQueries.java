package io.stripchart.api.stored;

import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Every question to the database. Belongs to one context. Futures fail with {@link
 * io.stripchart.api.ApiException}, or with another exception where it is a bug.
 */
public final class ReadingQueries {
  private static final int MAX_KNOWN_SERIES = 100_000;
  private static final Instant END_OF_TIME = Reading.LATEST.plusSeconds(1);

  private static final String ID = "select id from series where name = $1";

  private static final String STATISTICS =
      """
      select count(*), min(value), max(value), avg(value) from reading
      where series_id = $1 and time >= $2 and time < $3""";

  private static final String MEASUREMENTS =
      """
      select time, value from reading
      where series_id = $1 and time >= $2 and time < $3
      order by time limit $4""";

  private static final String LAST =
      """
      select time, value from reading
      where series_id = $1
      order by time desc limit $2""";

  private static final String SERIES =
      """
      select id, name, unit, description from series
      where name > $1 and name ~ $2
      order by name limit $3""";

  private static final String EXACT_SERIES =
      """
      select id, name, unit, description from series
      where name > $1 and name = $2
      limit $3""";

  private final DatabaseLink database;
  private final ApiMetrics metrics;
  private final LatestReadings latest;
  private final BoundedMap<String, KnownSeries> known = new BoundedMap<>(MAX_KNOWN_SERIES);

  public ReadingQueries(Vertx vertx, DatabaseLink database, ApiMetrics metrics) {
    this.database = database;
    this.metrics = metrics;
    this.latest = new LatestReadings(vertx, database, metrics);
  }

  /**
   * @return null where the series has no reading, or is not known
   */
  public Future<Reading> latest(String series) {
    var found = known.get(series);
    if (found != null) return latest.of(found);
    return find(series).compose(one -> one == null ? Future.succeededFuture() : latest.of(one));
  }

  /** The latest reading of a series whose row was read; otherwise as of its name. */
  public Future<Reading> latest(SeriesRow row) {
    return latest.of(known.computeIfAbsent(row.name(), name -> new KnownSeries(row.id(), name)));
  }

  public Future<Statistics> statistics(String series, Window window) {
    return find(series)
        .compose(
            one -> {
              if (one == null) return Future.succeededFuture(Statistics.NONE);
              return slow(Query.STATISTICS, STATISTICS, arguments(one, window))
                  .map(ReadingQueries::statistics);
            });
  }

  private static Statistics statistics(RowSet<Row> rows) {
    var row = rows.iterator().next();
    return new Statistics(row.getLong(0), row.getDouble(1), row.getDouble(2), row.getDouble(3));
  }

  /** Oldest first. */
  public Future<List<Reading>> measurements(String series, Window window, int first) {
    return find(series)
        .compose(
            one -> {
              if (one == null) return Future.succeededFuture(List.of());
              return slow(Query.MEASUREMENTS, MEASUREMENTS, arguments(one, window).addValue(first))
                  .map(rows -> list(rows, row -> reading(one.name(), row)));
            });
  }

  /** The readings of the greatest times, newest first. */
  public Future<List<Reading>> last(String series, int count) {
    return find(series)
        .compose(
            one -> {
              if (one == null) return Future.succeededFuture(List.of());
              return slow(Query.WINDOW, LAST, Tuple.of(one.id(), count))
                  .map(rows -> list(rows, row -> reading(one.name(), row)));
            });
  }

  /**
   * Series by name.
   *
   * @param after names behind this one; "" for all
   */
  public Future<List<SeriesRow>> series(SeriesPattern pattern, String after, int first) {
    var sql = pattern.isExact() ? EXACT_SERIES : SERIES;
    var names = pattern.isExact() ? pattern.toString() : pattern.toRegex();
    return slow(Query.SERIES, sql, Tuple.of(after, names, first))
        .map(rows -> list(rows, ReadingQueries::series));
  }

  private static SeriesRow series(Row row) {
    return new SeriesRow(row.getInteger(0), row.getString(1), row.getString(2), row.getString(3));
  }

  /** Only what exists is remembered, as what does not may come at any time; ids never change. */
  private Future<KnownSeries> find(String series) {
    var found = known.get(series);
    if (found != null) return Future.succeededFuture(found);
    return database
        .quick(ID, Tuple.of(series))
        .map(
            rows -> {
              if (rows.size() == 0) return null;
              int id = rows.iterator().next().getInteger(0);
              return known.computeIfAbsent(series, name -> new KnownSeries(id, name));
            });
  }

  private Future<RowSet<Row>> slow(Query query, String sql, Tuple arguments) {
    long start = System.nanoTime();
    return database
        .slow(sql, arguments)
        .onComplete(
            done -> metrics.query(query).record(System.nanoTime() - start, TimeUnit.NANOSECONDS));
  }

  private static Tuple arguments(KnownSeries series, Window window) {
    return Tuple.of(
        series.id(),
        utc(window.after() == null ? Reading.EARLIEST : window.after()),
        utc(window.before() == null ? END_OF_TIME : window.before()));
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
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
