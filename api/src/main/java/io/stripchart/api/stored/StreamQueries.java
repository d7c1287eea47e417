package io.stripchart.api.stored;

import static io.stripchart.api.stored.Statements.utc;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;

/**
 * What whoever follows the stream reads from the database: one statement each. Belongs to one
 * context. Futures fail with {@link ApiException}, or with another exception where it is a bug.
 */
public final class StreamQueries {
  /** That a pattern may match where it is read from the database; each costs a look at an index. */
  static final int MAX_SERIES = 100_000;

  private static final String ONE_SERIES = "select id, name from series where name = $1 limit $2";

  private static final String SERIES = "select id, name from series where name ~ $1 limit $2";

  private static final String HISTORY =
      """
      select series_id, time, value, xmin::text::int8,
        (select pg_snapshot_xmax(pg_current_snapshot())::text::int8)
      from reading
      where series_id = any($1) and time >= $2 and time <= $4 and (time > $2 or series_id > $3)
      order by time, series_id limit $5""";

  /** Of one series the index has the order. */
  private static final String HISTORY_OF_ONE =
      """
      select series_id, time, value, xmin::text::int8,
        (select pg_snapshot_xmax(pg_current_snapshot())::text::int8)
      from reading
      where series_id = $1 and time >= $2 and time <= $4 and (time > $2 or series_id > $3)
      order by time limit $5""";

  private static final String NEXT =
      """
      select min(first.time) from unnest($1::int4[]) as id
      cross join lateral (
        select time from reading where series_id = id and time > $2 order by time limit 1) as first""";

  /** Stretch by stretch; without the offset, it could be planned the other way round. */
  static final String OF_TRANSACTIONS =
      """
      select series_id, time, value
      from unnest($4::timestamptz[], $5::timestamptz[]) as stretch (first, last)
      cross join lateral (
        select series_id, time, value from reading
        where series_id = any($1) and time >= stretch.first and time <= stretch.last
          and (time > $2 or series_id > $3) and xmin = any($7::text[]::xid[])
        offset 0) as found
      order by time, series_id limit $6""";

  private final DatabaseLink database;
  private final Statements statements;

  public StreamQueries(DatabaseLink database, ApiMetrics metrics) {
    this.database = database;
    this.statements = new Statements(database, metrics);
  }

  /** What is seen at this moment. */
  public Future<Snapshot> snapshot() {
    return database
        .quick(Snapshot.TAKE, Tuple.tuple())
        .map(rows -> Snapshot.of(rows.iterator().next().getString(0)));
  }

  /** The series that match. */
  public Future<SeriesSet> series(SeriesPattern pattern) {
    var sql = pattern.isExact() ? ONE_SERIES : SERIES;
    var names = pattern.isExact() ? pattern.toString() : pattern.toRegex();
    return statements
        .slow(Query.SERIES, sql, Tuple.of(names, MAX_SERIES + 1))
        .map(StreamQueries::set);
  }

  private static SeriesSet set(RowSet<Row> rows) {
    if (rows.size() > MAX_SERIES) {
      throw new ApiException(
          Code.LIMIT,
          "series: the pattern matches more than "
              + MAX_SERIES
              + " series, too many to be read from the database; follow fewer");
    }
    var ids = new ArrayList<Integer>(rows.size());
    var names = new HashMap<Integer, String>();
    for (var row : rows) {
      ids.add(row.getInteger(0));
      names.put(row.getInteger(0), row.getString(1));
    }
    return new SeriesSet(ids.toArray(Integer[]::new), names);
  }

  /**
   * Readings behind a place that a snapshot saw; rows that came later are passed over.
   *
   * @param to the greatest time
   * @param limit of rows
   */
  public Future<StreamPage> history(
      SeriesSet series, Place after, Instant to, int limit, Snapshot snapshot) {
    if (series.isEmpty()) return Future.succeededFuture(StreamPage.EMPTY);
    var sql = series.isSingle() ? HISTORY_OF_ONE : HISTORY;
    Object ids = series.isSingle() ? series.ids()[0] : series.ids();
    var arguments = Tuple.of(ids, utc(after.time()), after.seriesId(), utc(to), limit);
    return statements
        .slow(Query.HISTORY, sql, arguments)
        .map(
            rows ->
                page(series, rows, limit, row -> snapshot.seesRow(row.getLong(3), row.getLong(4))));
  }

  /**
   * The least time of their readings that is greater.
   *
   * @return null where there is none
   */
  public Future<Instant> next(SeriesSet series, Instant after) {
    return statements
        .slow(Query.HISTORY, NEXT, Tuple.of(series.ids(), utc(after)))
        .map(
            rows -> {
              var time = rows.iterator().next().getOffsetDateTime(0);
              return time == null ? null : time.toInstant();
            });
  }

  /**
   * Readings behind a place that some transactions stored.
   *
   * @param times where they lie
   * @param limit of rows
   */
  public Future<StreamPage> ofTransactions(
      SeriesSet series, List<Long> transactions, Place after, TimeStretches times, int limit) {
    if (series.isEmpty()) return Future.succeededFuture(StreamPage.EMPTY);
    var xmins = transactions.stream().map(Snapshot::rowXmin).toArray(String[]::new);
    var rest = times.from(after.time());
    var arguments =
        Tuple.from(
            Arrays.asList(
                series.ids(),
                utc(after.time()),
                after.seriesId(),
                rest.firsts(),
                rest.lasts(),
                limit,
                xmins));
    return statements
        .slow(Query.BATCHES, OF_TRANSACTIONS, arguments)
        .map(rows -> page(series, rows, limit, row -> true));
  }

  private static StreamPage page(
      SeriesSet series, RowSet<Row> rows, int limit, Predicate<Row> wanted) {
    var readings = new ArrayList<Reading>(rows.size());
    Place end = null;
    for (var row : rows) {
      int id = row.getInteger(0);
      var time = row.getOffsetDateTime(1).toInstant();
      end = series.isSingle() ? Place.after(time) : new Place(time, id);
      if (wanted.test(row)) readings.add(new Reading(series.name(id), time, row.getDouble(2)));
    }
    return new StreamPage(readings, end, rows.size() == limit);
  }
}
