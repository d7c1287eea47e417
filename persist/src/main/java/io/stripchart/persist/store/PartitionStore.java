package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions of {@code reading}, made as they are needed. */
final class PartitionStore {
  private static final Logger log = LoggerFactory.getLogger(PartitionStore.class);

  /** Made in one transaction at most: each holds some of the server's locks until its end. */
  private static final int AT_ONCE = 50;

  /** One process at a time makes partitions; inserts go on. */
  private static final String LOCK =
      "select pg_advisory_xact_lock(hashtext('stripchart.reading.partitions'))";

  /** From and to in microseconds since 1970; a default partition has neither and is left out. */
  private static final String FIND =
      """
      select
        (extract(epoch from greatest(lower, timestamptz '0001-01-01 00:00:00+00')) * 1000000)::int8,
        (extract(epoch from least(upper, timestamptz '20000-01-01 00:00:00+00')) * 1000000)::int8
      from (
        select
          case bound[1] when 'MINVALUE' then '-infinity' else trim(both '''' from bound[1])
            end::timestamptz as lower,
          case bound[2] when 'MAXVALUE' then 'infinity' else trim(both '''' from bound[2])
            end::timestamptz as upper
        from pg_inherits
        join pg_class on pg_class.oid = pg_inherits.inhrelid
        cross join lateral
          regexp_match(pg_get_expr(relpartbound, pg_class.oid), 'FROM \\((.*)\\) TO \\((.*)\\)') as bound
        where inhparent = 'reading'::regclass and bound is not null) as bounds""";

  /**
   * Attached rather than made in its place, which would wait for every query that runs on {@code
   * reading}, and let none begin meanwhile.
   */
  private static final String CREATE =
      """
      create table %1$s (like reading including all);
      alter table reading attach partition %1$s for values from (%2$s) to (%3$s)""";

  private final Pool pool;
  private final PartitionGrid grid;
  private NavigableMap<Instant, PartitionRange> known = new TreeMap<>();

  PartitionStore(Pool pool, PartitionGrid grid) {
    this.pool = pool;
    this.grid = grid;
  }

  /** Completes when there is a partition for each of the readings. */
  Future<Void> cover(List<Reading> readings) {
    var missing = missing(readings);
    if (missing.isEmpty()) return Future.succeededFuture();
    return pool.withTransaction(connection -> make(connection, missing))
        .compose(
            found -> {
              // Only now: what is not committed must not be counted on.
              known = found;
              return cover(readings);
            });
  }

  void forget() {
    known = new TreeMap<>();
  }

  /** A time for each partition that is missing, as far as is known, up to {@link #AT_ONCE}. */
  private List<Instant> missing(List<Reading> readings) {
    var byRange = new TreeMap<Instant, Instant>();
    PartitionRange last = null;
    for (var reading : readings) {
      var time = reading.time();
      if (last != null && last.contains(time)) continue;
      last = holding(time, known);
      if (last == null) byRange.putIfAbsent(grid.free(time, known).from(), time);
    }
    return byRange.values().stream().limit(AT_ONCE).toList();
  }

  private static PartitionRange holding(
      Instant time, NavigableMap<Instant, PartitionRange> ranges) {
    var before = ranges.floorEntry(time);
    return before != null && before.getValue().contains(time) ? before.getValue() : null;
  }

  private Future<NavigableMap<Instant, PartitionRange>> make(
      SqlConnection connection, List<Instant> missing) {
    return read(connection)
        .compose(
            found ->
                missing.stream().allMatch(time -> holding(time, found) != null)
                    ? Future.succeededFuture(found)
                    : lockAndMake(connection, missing));
  }

  private Future<NavigableMap<Instant, PartitionRange>> lockAndMake(
      SqlConnection connection, List<Instant> missing) {
    return connection
        .query(LOCK)
        .execute()
        .compose(locked -> read(connection))
        .compose(
            found -> {
              var made = Future.<Void>succeededFuture();
              for (var time : missing) {
                made = made.compose(earlier -> makeOne(connection, time, found));
              }
              return made.map(all -> found);
            });
  }

  private Future<Void> makeOne(
      SqlConnection connection, Instant time, NavigableMap<Instant, PartitionRange> found) {
    if (holding(time, found) != null) return Future.succeededFuture();
    var range = grid.free(time, found);
    var sql = CREATE.formatted(range.tableName(), range.fromLiteral(), range.toLiteral());
    return connection
        .query(sql)
        .execute()
        .map(
            made -> {
              found.put(range.from(), range);
              log.info("event=partition_made table={}", range.tableName());
              return null;
            });
  }

  private static Future<NavigableMap<Instant, PartitionRange>> read(SqlConnection connection) {
    return connection.query(FIND).execute().map(PartitionStore::ranges);
  }

  private static NavigableMap<Instant, PartitionRange> ranges(RowSet<Row> rows) {
    var ranges = new TreeMap<Instant, PartitionRange>();
    for (var row : rows) {
      var range = new PartitionRange(instant(row.getLong(0)), instant(row.getLong(1)));
      ranges.put(range.from(), range);
    }
    return ranges;
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
  }
}
