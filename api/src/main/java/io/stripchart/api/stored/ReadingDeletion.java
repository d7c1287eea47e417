package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.common.database.Changing;
import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes readings, some thousands in a transaction. The closed hours that any of them was in are
 * marked in the same transaction, as they are for readings that come late, so that no answer is
 * made of rollups that still have them. For any context.
 */
public final class ReadingDeletion {
  private static final Logger log = LoggerFactory.getLogger(ReadingDeletion.class);

  /** In one transaction, about. */
  static final int AT_ONCE = 5_000;

  /** At a time in this process. */
  private static final int MAX_UNDER_WAY = 2;

  private static final String BEGIN =
      Changing.BEGIN + ";\nset local plan_cache_mode = force_custom_plan";

  /**
   * The first and the last of the readings that the next transaction deletes, and whether it leaves
   * any. It touches the partitions of some weeks at most.
   */
  private static final String NEXT =
      """
      select min(time), max(time) filter (where is_near), count(*) = $4 or not bool_and(is_near)
      from (
        select time, time < min(time) over () + interval '60 days' as is_near
        from readings_of_series($1, $2, $3, $4, false)) as found\
      """;

  private static final String DELETE =
      """
      with gone as (
        delete from reading where series_id = $1 and time >= $2 and time < $3
        returning time),
      marked as (
        insert into late_hour (series_id, hour)
        select distinct $1::int4, date_trunc('hour', time, 'UTC')
        from gone
        where time < (select max(closed_until) from rollup)
        order by 2
        on conflict (series_id, hour) do update set hour = excluded.hour)
      select count(*) from gone\
      """;

  private final Pool pool;
  private final long timeoutNanos;
  private final Semaphore free = new Semaphore(MAX_UNDER_WAY);

  /**
   * @param timeout after which no further transaction begins
   */
  public ReadingDeletion(Vertx vertx, DatabaseSettings settings, Duration timeout) {
    var few = new DatabaseSettings(settings.uri(), MAX_UNDER_WAY, settings.statementTimeout());
    this.pool = Database.pool(vertx, few, "stripchart api deletion");
    // The rest is for the last transaction.
    this.timeoutNanos = timeout.dividedBy(2).toNanos();
  }

  /**
   * Result of a deletion.
   *
   * @param count number of deleted readings
   * @param until readings before it are deleted; the end of the range if all are
   */
  public record Deleted(long count, Instant until) {}

  /** One deletion, as it goes on. */
  private static final class Progress {
    private final int series;
    private final Instant to;
    private final long began = System.nanoTime();
    private Instant from;
    private long count;

    private Progress(int series, Instant from, Instant to) {
      this.series = series;
      this.from = from;
      this.to = to;
    }

    private Deleted deleted() {
      return new Deleted(count, from);
    }
  }

  /**
   * Deletes the readings of a series with {@code from} ≤ time &lt; {@code to}, as many as there is
   * time for.
   *
   * @return fails with {@link ApiException} if none was deleted
   */
  public Future<Deleted> delete(SeriesRow series, Instant from, Instant to) {
    if (!free.tryAcquire()) {
      return Future.failedFuture(
          new ApiException(
              Code.BUSY, MAX_UNDER_WAY + " deletions are under way already; try again"));
    }
    var progress = new Progress(series.id(), from, to);
    var done = Promise.<Void>promise();
    next(progress, done);
    return done.future()
        .onComplete(any -> free.release())
        .recover(
            failure -> {
              // Committed deletions are final, and must be announced.
              if (progress.count > 0) return Future.succeededFuture();
              return Future.failedFuture(translate(failure));
            })
        .map(any -> progress.deleted());
  }

  private void next(Progress progress, Promise<Void> done) {
    pool.withConnection(connection -> transaction(connection, progress))
        .onFailure(
            failure -> {
              log.warn("event=deletion_failed deleted={}", progress.count, failure);
              done.fail(failure);
            })
        .onSuccess(
            ended -> {
              boolean late = System.nanoTime() - progress.began > timeoutNanos;
              if (late || !progress.from.isBefore(progress.to)) done.complete();
              else next(progress, done);
            });
  }

  private static Future<Void> transaction(SqlConnection connection, Progress progress) {
    return connection
        .query(BEGIN)
        .execute()
        .compose(begun -> next(connection, progress))
        .compose(
            next ->
                delete(connection, progress, next)
                    .compose(count -> connection.query("commit").execute().map(count))
                    .map(
                        count -> {
                          progress.count += count;
                          progress.from = next.isLast ? progress.to : next.to;
                          return (Void) null;
                        }))
        .recover(
            failure ->
                connection
                    .query("rollback")
                    .execute()
                    .transform(ended -> Future.failedFuture(failure)));
  }

  /**
   * What a transaction deletes.
   *
   * @param from null where there is nothing
   */
  private record Step(Instant from, Instant to, boolean isLast) {}

  private static Future<Step> next(SqlConnection connection, Progress progress) {
    return connection
        .preparedQuery(NEXT)
        .execute(range(progress, progress.from, progress.to).addInteger(AT_ONCE))
        .map(
            rows -> {
              var row = rows.iterator().next();
              if (row.getOffsetDateTime(0) == null) return new Step(null, null, true);
              var last = row.getOffsetDateTime(1).toInstant();
              return new Step(
                  row.getOffsetDateTime(0).toInstant(),
                  last.plus(1, ChronoUnit.MICROS),
                  !row.getBoolean(2));
            });
  }

  private static Future<Long> delete(SqlConnection connection, Progress progress, Step step) {
    if (step.from == null) return Future.succeededFuture(0L);
    return connection
        .preparedQuery(DELETE)
        .execute(range(progress, step.from, step.to))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private static Tuple range(Progress progress, Instant from, Instant to) {
    return Tuple.of(progress.series, Statements.utc(from), Statements.utc(to));
  }

  private static RuntimeException translate(Throwable failure) {
    if (failure instanceof PgException refusal) {
      var state = String.valueOf(refusal.getSqlState());
      if (state.equals("57014") || state.equals("55P03")) {
        return new ApiException(
            Code.TIMEOUT, "the readings are locked or too many; nothing was deleted; try again");
      }
      if (!state.startsWith("08")
          && !state.startsWith("57")
          && !state.startsWith("53")
          && !state.startsWith("25")
          && !state.startsWith("42P01")) {
        return new IllegalStateException("the database refused a deletion: " + state, refusal);
      }
    }
    // If the connection was lost at the commit, the readings may be gone.
    return new ApiException(
        Code.DATABASE_AWAY,
        "the database is away; whether readings were deleted is not known; deleting again is safe");
  }

  public Future<Void> close() {
    return pool.close();
  }
}
