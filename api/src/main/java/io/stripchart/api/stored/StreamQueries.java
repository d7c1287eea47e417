package io.stripchart.api.stored;

import static io.stripchart.api.stored.Statements.utc;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Database reads of followers of the stream: one statement each. Belongs to one context. Futures
 * fail with {@link ApiException}, or with another exception if there is a bug.
 */
public final class StreamQueries {
  /** That a pattern may match where it is read from the database; each costs a look at an index. */
  static final int MAX_SERIES = 100_000;

  private static final String START =
      """
      select SNAPSHOT, BATCHES, (extract(epoch from now()) * 1000000)::int8,
        (select (extract(epoch from since) * 1000000)::int8 from stored_batch_kept),
        TABLES\
      """
          .replace("SNAPSHOT", Snapshot.TEXT)
          .replace("BATCHES", KnownBatches.TEXT)
          .replace("TABLES", DatabaseIdentity.TABLES);

  /** A transaction that stores nothing, but has a number and is on the disk when it ends. */
  private static final String COMMIT_LATER =
      """
      select set_config('synchronous_commit', 'on', true),
        pg_logical_emit_message(true, 'stripchart', '')::text\
      """;

  private static final String NOTED =
      """
      select (extract(epoch from kept.since) * 1000000)::int8,
        noted.process, sequence, transaction, first_times, last_times, readings,
        (extract(epoch from stored_at) * 1000000)::int8
      from stored_batch_kept as kept
      left join (
        select * from stored_batch
        where (stored_at, process, sequence)
            > ('epoch'::timestamptz + $1::int8 * interval '1 microsecond', $2::uuid, $3::int8)
          and stored_at <= 'epoch'::timestamptz + $4::int8 * interval '1 microsecond'
        order by stored_at, process, sequence limit $5) as noted on true
      order by stored_at, noted.process, sequence\
      """;

  private static final String NUMBERED =
      """
      select process, sequence, transaction, first_times, last_times, readings,
        (extract(epoch from stored_at) * 1000000)::int8
      from unnest($1::uuid[], $2::int8[], $3::int8[]) as asked (name, first, last)
      join stored_batch on process = asked.name and sequence between asked.first and asked.last
      order by process, sequence limit $4\
      """;

  private static final String ONE_SERIES = "select id, name from series where name = $1 limit $2";

  private static final String SERIES = "select id, name from series where name ~ $1 limit $2";

  private static final String HISTORY =
      """
      select series_id, time, value, xmin::text::int8,
        (select pg_snapshot_xmax(pg_current_snapshot())::text::int8)
      from reading
      where series_id = any($1) and time >= $2 and time <= $4 and (time > $2 or series_id > $3)
      order by time, series_id limit $5\
      """;

  /** Of one series the index has the order. */
  private static final String HISTORY_OF_ONE =
      """
      select series_id, time, value, xmin::text::int8,
        (select pg_snapshot_xmax(pg_current_snapshot())::text::int8)
      from reading
      where series_id = $1 and time >= $2 and time <= $4 and (time > $2 or series_id > $3)
      order by time limit $5\
      """;

  private static final String NEXT =
"""
select min(first.time) from unnest($1::int4[]) as id
cross join lateral (
  select time from reading where series_id = id and time > $2 order by time limit 1) as first\
""";

  /**
   * Where there are many partitions: the begin of the first hour that has readings, where that is
   * later than the hour of $2, which ends at $3. $4 is a time until when readings are rolled up.
   */
  private static final String NEXT_OF_MANY_PARTITIONS =
      """
      select min(first.time) from unnest($1::int4[]) as id
      cross join lateral (
        (select time from reading
         where series_id = id and time > $2 and time < $3 order by time limit 1)
        union all
        (select hour from reading_hour where series_id = id and hour > $2 order by hour limit 1)
        union all
        (select hour from late_hour where series_id = id and hour > $2 order by hour limit 1)
        union all
        (select time from reading
         where series_id = id and time > $2 and time >= $4 order by time limit 1)
      ) as first (time)\
      """;

  /** Stretch by stretch; without the offset, it could be planned the other way round. */
  static final String OF_TRANSACTIONS =
      """
      select series_id, time, value
      from unnest($4::timestamptz[], $5::timestamptz[]) as stretch (first, last)
      cross join lateral (
        select series_id, time, value from reading
        where series_id = any($1) and time >= stretch.first and time <= stretch.last
          and time >= $8 and time <= $9
          and (time > $2 or series_id > $3) and xmin = any($7::text[]::xid[])
        offset 0) as found
      order by time, series_id limit $6\
      """;

  private final DatabaseLink database;
  private final Statements statements;

  public StreamQueries(DatabaseLink database, ApiMetrics metrics) {
    this.database = database;
    this.statements = new Statements(database, metrics);
  }

  /**
   * The snapshot with which a follower begins.
   *
   * @param now by the database's clock, in microseconds
   * @param keptSince the log has all batches noted at this time or later
   * @param database its identity
   */
  public record Start(
      Snapshot snapshot, KnownBatches batches, long now, long keptSince, String database) {}

  /**
   * The current snapshot. It stays valid across a crash of the database: it is returned after a
   * transaction with a later number was committed, so no number that it knows is assigned again.
   */
  public Future<Start> start() {
    return database
        .quick(START, Tuple.tuple())
        .map(rows -> start(rows.iterator().next()))
        .compose(start -> database.quick(COMMIT_LATER, Tuple.tuple()).map(start));
  }

  private static Start start(Row row) {
    return new Start(
        Snapshot.of(row.getString(0)),
        KnownBatches.of(row.getString(1)),
        row.getLong(2),
        row.getLong(3),
        row.getString(4));
  }

  /**
   * A page of the log, in the order of the entries' times.
   *
   * @param after the last entry of the page before, or one that stands for the begin
   * @param until the greatest time of an entry, in microseconds
   * @return fails with {@link Code#BEHIND} if some of them may be deleted
   */
  public Future<List<NotedBatch>> noted(NotedBatch after, long until, int limit) {
    var arguments = Tuple.of(after.notedAt(), after.process(), after.sequence(), until, limit);
    return statements
        .slow(Query.BATCHES, NOTED, arguments)
        .map(
            rows -> {
              if (rows.iterator().next().getLong(0) > after.notedAt() + 1) throw tooLate();
              return DatabaseNotes.batches(rows, 1);
            });
  }

  private static ApiException tooLate() {
    return new ApiException(
        Code.BEHIND,
        "the log of stored batches no longer reaches back to where this subscription is; subscribe"
            + " again after the last cursor");
  }

  /** Those of some batches that are noted. */
  public Future<List<NotedBatch>> noted(KnownBatches batches, int limit) {
    var processes = new ArrayList<UUID>();
    var firsts = new ArrayList<Long>();
    var lasts = new ArrayList<Long>();
    for (var process : batches.processes()) {
      long[] ends = batches.stretches(process);
      for (int i = 0; i < ends.length; i += 2) {
        processes.add(process);
        firsts.add(ends[i]);
        lasts.add(ends[i + 1]);
      }
    }
    var arguments =
        Tuple.of(
            processes.toArray(UUID[]::new),
            firsts.toArray(Long[]::new),
            lasts.toArray(Long[]::new),
            limit);
    return statements
        .slow(Query.BATCHES, NUMBERED, arguments)
        .map(rows -> DatabaseNotes.batches(rows, 0));
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
   * Readings after a position that a snapshot saw; later rows are skipped.
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

  /** As of {@link Statements#spansManyPartitions}. */
  public boolean spansManyPartitions(Instant from, Instant to) {
    return statements.spansManyPartitions(new Window(from, to));
  }

  /**
   * A greater time, before which they have no readings.
   *
   * @return null where they have none after it
   */
  public Future<Instant> next(SeriesSet series, Instant after) {
    var arguments = Tuple.of(series.ids(), utc(after));
    if (!spansManyPartitions(after, Reading.LATEST)) return next(NEXT, arguments);
    return statements
        .rolledUntil()
        .compose(
            until -> {
              var hourEnd = HourWindow.floor(after).plus(1, ChronoUnit.HOURS);
              arguments.addOffsetDateTime(utc(hourEnd)).addOffsetDateTime(utc(until));
              return next(NEXT_OF_MANY_PARTITIONS, arguments);
            });
  }

  private Future<Instant> next(String sql, Tuple arguments) {
    return statements
        .slow(Query.HISTORY, sql, arguments)
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
    if (rest.isEmpty()) return Future.succeededFuture(StreamPage.EMPTY);
    var arguments =
        Tuple.from(
            Arrays.asList(
                series.ids(),
                utc(after.time()),
                after.seriesId(),
                rest.firsts(),
                rest.lasts(),
                limit,
                xmins,
                utc(ReadingTime.ofMicros(rest.first())),
                utc(ReadingTime.ofMicros(rest.last()))));
    return statements
        .slow(Query.BATCHES, OF_TRANSACTIONS, arguments)
        .map(rows -> page(series, rows, limit, row -> true));
  }

  private static StreamPage page(
      SeriesSet series, RowSet<Row> rows, int limit, Predicate<Row> wanted) {
    var readings = new ArrayList<Reading>(rows.size());
    var ids = new ArrayList<Integer>(rows.size());
    Place end = null;
    for (var row : rows) {
      int id = row.getInteger(0);
      var time = row.getOffsetDateTime(1).toInstant();
      end = series.isSingle() ? Place.after(time) : new Place(time, id);
      if (!wanted.test(row)) continue;
      readings.add(new Reading(series.name(id), time, row.getDouble(2)));
      ids.add(id);
    }
    return new StreamPage(readings, ids, end, rows.size() == limit);
  }
}
