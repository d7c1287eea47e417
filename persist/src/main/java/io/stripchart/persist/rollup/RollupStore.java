package io.stripchart.persist.rollup;

import io.stripchart.persist.store.AdvisoryLocks;
import io.stripchart.persist.store.Partition;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** The progress of rollups, and what moves it. All hours and minutes are UTC. */
final class RollupStore {
  private static final String EPOCH = "timestamptz '1970-01-01 00:00:00+00'";

  /** A minute stays open for two more, because most late readings arrive within them. */
  private static final String WATERMARKS =
      """
      select closed_until, rolled_until, date_bin('1 minute', now() - interval '2 minutes', %s)
      from rollup"""
          .formatted(EPOCH);

  private static final String NOW = "select now()";

  /**
   * A client that is cut off within a transaction must not block others for long. Compiling is off,
   * because the costs of these statements are overestimated; planning costs little compared with
   * the work, so each time range is planned separately.
   */
  private static final String TRY_LOCK =
      """
      set local idle_in_transaction_session_timeout = '10s';
      set local jit = off;
      set local plan_cache_mode = force_custom_plan;
      select pg_try_advisory_xact_lock(%s)"""
          .formatted(AdvisoryLocks.ROLLUPS);

  /**
   * One message, so one transaction that the server ends by itself: a client that is cut off cannot
   * block storing. While it waits for storing transactions, others wait behind it.
   */
  private static final String CLOSE =
      """
      set local lock_timeout = '2s';
      select pg_advisory_xact_lock(%1$s);
      update rollup set closed_until = timestamptz '%2$s' where closed_until < timestamptz '%2$s'""";

  private static final String MOVE_ROLLED =
      "update rollup set rolled_until = $2 where rolled_until = $1";

  private static final String DELETE_HOURS =
      """
      with days as (delete from reading_day where day >= $1 and day < $2)
      delete from reading_hour where hour >= $1 and hour < $2""";

  /**
   * While the lock is held, no transaction stores or queries, so no other one can hold a mark of
   * these hours.
   */
  private static final String DROP =
      """
      set local lock_timeout = '2s';
      lock table only reading in access exclusive mode;
      drop table %1$s;
      delete from late_hour where hour >= timestamptz '%2$s' and hour < timestamptz '%3$s';
      delete from dropped_partition where dropped_at < now() - interval '90 days';
      insert into dropped_partition (name, from_time, to_time)
      values ($name$%1$s$name$, timestamptz '%2$s', timestamptz '%3$s')""";

  private static final String DROPPED_LATELY =
      """
      select count(*)::int from dropped_partition where dropped_at > now() - interval '1 hour'""";

  private static final String HAS_READINGS = "select exists (select from reading where time >= $1)";

  private RollupStore() {}

  static Future<Watermarks> watermarks(SqlClient client) {
    return client.query(WATERMARKS).execute().map(rows -> watermarks(rows.iterator().next()));
  }

  private static Watermarks watermarks(Row row) {
    return new Watermarks(instant(row, 0), instant(row, 1), instant(row, 2));
  }

  static Instant instant(Row row, int column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  static Future<Long> marks(SqlClient client) {
    return client
        .query("select count(*) from late_hour")
        .execute()
        .map(rows -> rows.iterator().next().getLong(0));
  }

  static Future<Instant> now(SqlClient client) {
    return client.query(NOW).execute().map(rows -> instant(rows.iterator().next(), 0));
  }

  /** How many partitions were dropped in the last hour, by the database's clock. */
  static Future<Integer> droppedInTheLastHour(SqlClient client) {
    return client.query(DROPPED_LATELY).execute().map(rows -> rows.iterator().next().getInteger(0));
  }

  /** Whether there is any reading of this time or later. */
  static Future<Boolean> hasReadingsFrom(SqlClient client, Instant time) {
    return client
        .preparedQuery(HAS_READINGS)
        .execute(Tuple.of(utc(time)))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * @return whether this transaction alone works on rollups now
   */
  static Future<Boolean> tryLock(SqlConnection connection) {
    return connection
        .query(TRY_LOCK)
        .execute()
        .map(rows -> rows.next().next().next().iterator().next().getBoolean(0));
  }

  /**
   * Closes the minutes before {@code until}, unless they are.
   *
   * @param client in no transaction
   */
  static Future<Void> close(SqlClient client, Instant until) {
    return client.query(CLOSE.formatted(AdvisoryLocks.CLOSING, until)).execute().mapEmpty();
  }

  static Future<Void> moveRolled(SqlConnection connection, Stretch stretch) {
    return connection
        .preparedQuery(MOVE_ROLLED)
        .execute(Tuple.of(utc(stretch.from()), utc(stretch.to())))
        .mapEmpty();
  }

  /**
   * Drops a partition with all that is known of its hours and days.
   *
   * @param partition of whole days
   */
  static Future<Void> drop(SqlConnection connection, Partition partition) {
    return connection
        .preparedQuery(DELETE_HOURS)
        .execute(Tuple.of(utc(partition.from()), utc(partition.to())))
        .compose(
            deleted ->
                connection
                    .query(DROP.formatted(partition.table(), partition.from(), partition.to()))
                    .execute())
        .mapEmpty();
  }
}
