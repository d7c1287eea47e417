package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
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
      "select pg_advisory_xact_lock(" + AdvisoryLocks.PARTITIONS + ")";

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

  /** A default partition does not count: it cannot be relied on. */
  private static Future<NavigableMap<Instant, PartitionRange>> read(SqlConnection connection) {
    return PartitionCatalog.read(connection).map(PartitionStore::ranges);
  }

  private static NavigableMap<Instant, PartitionRange> ranges(List<Partition> partitions) {
    var ranges = new TreeMap<Instant, PartitionRange>();
    for (var partition : partitions) {
      if (partition.isDefault()) continue;
      ranges.put(partition.from(), new PartitionRange(partition.from(), partition.to()));
    }
    return ranges;
  }
}
