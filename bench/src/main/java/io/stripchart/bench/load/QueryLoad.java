package io.stripchart.bench.load;

import io.stripchart.common.database.Database;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A prepared query alone, some at a time over pipelined connections: the bound of the database. */
public final class QueryLoad {
  private final SqlClient client;
  private final String sql;
  private final Tuple arguments;
  private final long counting;
  private final long end;
  private final CountDownLatch running;
  private final Latencies latencies = new Latencies();

  private QueryLoad(SqlClient client, String[] arguments) {
    this.client = client;
    this.running = new CountDownLatch(Integer.parseInt(arguments[2]));
    this.counting = System.nanoTime() + (long) (Double.parseDouble(arguments[3]) * 1e9);
    this.end = counting + (long) (Double.parseDouble(arguments[4]) * 1e9);
    this.sql = arguments[5];
    this.arguments = Tuple.of(Integer.parseInt(arguments[6]));
    for (int i = 7; i < arguments.length; i++)
      this.arguments.addValue(OffsetDateTime.parse(arguments[i]));
  }

  /**
   * @param arguments URI of the database, connections, queries at a time, seconds to warm up,
   *     seconds to measure, the query, its first argument, which is a number, and its others, which
   *     are times
   */
  public static void main(String[] arguments) throws Exception {
    var vertx = Vertx.vertx();
    var defaults = DatabaseSettings.of(new Secret(arguments[0]));
    var settings =
        new DatabaseSettings(
            defaults.uri(), Integer.parseInt(arguments[1]), defaults.statementTimeout());
    var client = Database.pipelined(vertx, settings, "bench query", SqlConnection::close);
    var load = new QueryLoad(client, arguments);
    vertx.runOnContext(
        ready -> {
          for (long i = load.running.getCount(); i > 0; i--) load.ask();
        });
    load.running.await();
    new Outcome()
        .with("rate", load.latencies.count() / ((load.end - load.counting) / 1e9))
        .with("", load.latencies)
        .print();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** All on one context, which is why the latencies need no lock. */
  private void ask() {
    long begun = System.nanoTime();
    if (begun >= end) {
      running.countDown();
      return;
    }
    client
        .preparedQuery(sql)
        .execute(arguments)
        .onSuccess(
            rows -> {
              long now = System.nanoTime();
              // An answer may take longer than is measured; then one is better than none.
              boolean counts = now < end || latencies.count() == 0;
              if (now >= counting && counts) latencies.add(now - begun);
              ask();
            })
        .onFailure(
            failure -> {
              System.err.println("query failed: " + failure.getMessage());
              running.countDown();
            });
  }
}
