package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Sends statements, and knows until when readings are rolled up. That time only grows, so that a
 * remembered one stays right: hours before it are in {@code reading_hour}, unless {@code late_hour}
 * has them. Only of the hour that it lies in, more is there meanwhile; then it is asked again.
 * Belongs to one context.
 */
public final class Statements {
  /** The first column of every statement that reads rollups; at least one row has it. */
  static final String ROLLED_UNTIL = "(select rolled_until from rollup)";

  private static final String ASK_ROLLED_UNTIL = "select " + ROLLED_UNTIL;

  /** An older one is right too, but would have more read than is needed. */
  private static final long MAX_AGE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final int MAX_TRIES = 3;

  /** Windows of this length are planned as they are, however many partitions there are. */
  private static final Duration SHORT = Duration.ofDays(60);

  private static final Duration RECENT = Duration.ofDays(7);

  private final DatabaseLink database;
  private final ApiMetrics metrics;
  private Instant rolledUntil;
  private long rolledUntilAt;

  public Statements(DatabaseLink database, ApiMetrics metrics) {
    this.database = database;
    this.metrics = metrics;
  }

  /**
   * Whether a window is so long, and the partitions are so many, that a statement must not have the
   * window as its only bound.
   */
  public boolean spansManyPartitions(Window window) {
    if (!database.hasManyPartitions()) return false;
    // Few partitions are for times to come.
    var now = Instant.now();
    var from = window.after() == null ? Reading.EARLIEST : window.after();
    var to = window.before() == null || window.before().isAfter(now) ? now : window.before();
    return Duration.between(from, to).compareTo(SHORT) > 0;
  }

  /**
   * Since when the partitions are looked at for the latest reading of any series; earlier readings
   * are looked for where their hours are.
   */
  OffsetDateTime latestSince() {
    return latestSince(database);
  }

  static OffsetDateTime latestSince(DatabaseLink database) {
    return utc(database.hasManyPartitions() ? Instant.now().minus(RECENT) : Reading.EARLIEST);
  }

  /** A statement that touches few rows. */
  public Future<RowSet<Row>> quick(Query query, String sql, Tuple arguments) {
    return timed(query, database.quick(sql, arguments));
  }

  /** A statement that may read many rows. */
  public Future<RowSet<Row>> slow(Query query, String sql, Tuple arguments) {
    return timed(query, database.slow(sql, arguments));
  }

  private Future<RowSet<Row>> timed(Query query, Future<RowSet<Row>> answer) {
    long start = System.nanoTime();
    return answer.onComplete(
        done -> metrics.query(query).record(System.nanoTime() - start, TimeUnit.NANOSECONDS));
  }

  /**
   * A statement that reads rollups, and its arguments.
   *
   * @param sql whose first column is {@link #ROLLED_UNTIL}
   * @param hours which it reads from rollups
   */
  record Rolled(String sql, HourWindow hours, Tuple arguments) {}

  /**
   * @param statement for a time until which hours are rolled up
   */
  Future<RowSet<Row>> rolled(Query query, Function<Instant, Rolled> statement) {
    return rolledUntil().compose(until -> ask(query, statement, until, MAX_TRIES));
  }

  /** An earlier one may be given, which is right too. */
  Future<Instant> rolledUntil() {
    if (rolledUntil != null && System.nanoTime() - rolledUntilAt < MAX_AGE_NANOS) {
      return Future.succeededFuture(rolledUntil);
    }
    return database.quick(ASK_ROLLED_UNTIL, Tuple.tuple()).map(this::learn);
  }

  private Instant learn(RowSet<Row> rows) {
    var until = rows.iterator().next().getOffsetDateTime(0);
    rolledUntil = until == null ? Instant.EPOCH : until.toInstant();
    rolledUntilAt = System.nanoTime();
    return rolledUntil;
  }

  private Future<RowSet<Row>> ask(
      Query query, Function<Instant, Rolled> statement, Instant until, int tries) {
    var asked = statement.apply(until);
    return slow(query, asked.sql(), asked.arguments())
        .compose(
            rows -> {
              var now = learn(rows);
              boolean grown = now.isAfter(until) && asked.hours().endsWithinAnHour();
              // Another database stands there, or an older state of it: these rollups are not its.
              boolean replaced = now.isBefore(until);
              if (!grown && !replaced) return Future.succeededFuture(rows);
              if (tries > 1) {
                // The last hour grows every minute, while hours that are over do not.
                var next = tries == 2 ? HourWindow.floor(now) : now;
                return ask(query, statement, next, tries - 1);
              }
              return Future.failedFuture(replaced());
            });
  }

  private static ApiException replaced() {
    return new ApiException(
        ApiException.Code.DATABASE_AWAY, "the database is being replaced; try again");
  }

  /**
   * The condition under which a row of {@code reading_hour} may be used.
   *
   * @param series expression for the id of its series
   */
  static String notMarked(String series) {
    return """
    not exists (
      select from late_hour
      where late_hour.series_id = SERIES and late_hour.hour = reading_hour.hour)\
    """
        .replace("SERIES", series);
  }

  /**
   * Whether a series has marked hours among those that $4 and $5 are the ends of. Where it has
   * none, as most often, this costs a fraction of a call of {@code readings_of_hours}.
   *
   * @param series expression for the id of the series
   */
  static String anyLate(String series) {
    return """
    exists (
      select from late_hour
      where late_hour.series_id = SERIES and late_hour.hour >= $4 and late_hour.hour < $5)\
    """
        .replace("SERIES", series);
  }

  public static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
