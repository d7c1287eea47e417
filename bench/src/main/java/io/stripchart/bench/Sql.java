package io.stripchart.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A database connection for everything that is not measured; waits for each result. */
final class Sql implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final PgConnection connection;

  Sql(String uri) {
    connection = await(PgConnection.connect(vertx, PgConnectOptions.fromUri(uri)));
  }

  /** One statement; its single value if it has one, otherwise 0. */
  long run(String statement) {
    RowSet<Row> rows = await(connection.query(statement).execute());
    return rows.size() == 0 ? 0 : rows.iterator().next().getLong(0);
  }

  private static <T> T await(Future<T> answer) {
    try {
      return answer.await(15, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the database does not answer", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
