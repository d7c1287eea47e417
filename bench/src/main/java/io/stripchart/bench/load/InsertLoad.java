package io.stripchart.bench.load;

import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Persist's insert alone, one transaction after the other: the bound of the database. */
public final class InsertLoad {
  private static final String INSERT =
      """
      insert into reading (series_id, time, value)
      select * from unnest($1::int4[], $2::timestamptz[], $3::float8[])
      on conflict do nothing""";

  private final Pool pool;
  private final int series;
  private final int batch;
  private final OffsetDateTime start = Instant.now().atOffset(ZoneOffset.UTC);
  private long rows;

  private InsertLoad(Pool pool, int series, int batch) {
    this.pool = pool;
    this.series = series;
    this.batch = batch;
  }

  /**
   * @param arguments URI of the database, id of a series, rows a batch, seconds to warm up, seconds
   *     to measure
   */
  public static void main(String[] arguments) throws Exception {
    var vertx = Vertx.vertx();
    var pool = Database.pool(vertx, DatabaseSettings.of(new Secret(arguments[0])), "bench insert");
    var load = new InsertLoad(pool, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    load.insertFor(Double.parseDouble(arguments[3]));
    long before = load.rows;
    long begun = System.nanoTime();
    load.insertFor(Double.parseDouble(arguments[4]));
    double took = (System.nanoTime() - begun) / 1e9;
    new Outcome().with("rate", (load.rows - before) / took).print();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private void insertFor(double seconds) throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    insertUntil(end).await((long) seconds + 60, TimeUnit.SECONDS);
  }

  private Future<Void> insertUntil(long end) {
    if (System.nanoTime() >= end) return Future.succeededFuture();
    var rowsOfBatch = rows();
    return pool.withTransaction(
            connection -> connection.preparedQuery(INSERT).execute(rowsOfBatch).mapEmpty())
        .compose(stored -> insertUntil(end));
  }

  /** A microsecond apart, as of a feed at full speed. */
  private Tuple rows() {
    var ids = new Integer[batch];
    var times = new OffsetDateTime[batch];
    var values = new Double[batch];
    Arrays.fill(ids, series);
    for (int i = 0; i < batch; i++) {
      times[i] = start.plus(rows++, ChronoUnit.MICROS);
      values[i] = 20 + rows % 100 / 10.0;
    }
    return Tuple.of(ids, times, values);
  }
}
