package io.stripchart.persist.rollup;

import io.stripchart.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Function;

/**
 * Ends the server side of the rollup worker's connection before its n-th statement; a commit counts
 * as one. The worker leaves the same state as one that was killed.
 */
final class Executioner {
  private final TestDatabase database;
  private final Pool victims;
  private int left;

  /**
   * @param statement before which it strikes, from 1
   */
  Executioner(TestDatabase database, Pool victims, int statement) {
    this.database = database;
    this.victims = victims;
    this.left = statement;
  }

  /** Whether it did; if not, there were fewer statements. */
  boolean hasStruck() {
    return left <= 0;
  }

  private void next() {
    if (--left != 0) return;
    database.query(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            + " where application_name = 'stripchart rollup' and datname = current_database()");
  }

  /** The pool, watched. */
  Pool pool() {
    return watched(
        Pool.class,
        victims,
        (proxy, method, arguments) -> {
          if (method.getName().equals("withTransaction") && arguments.length == 1) {
            @SuppressWarnings("unchecked")
            var body = (Function<SqlConnection, Future<Object>>) arguments[0];
            return victims.withTransaction(connection -> transaction(connection, body));
          }
          return null;
        });
  }

  private Future<Object> transaction(
      SqlConnection connection, Function<SqlConnection, Future<Object>> body) {
    var watched = watched(SqlConnection.class, connection, (proxy, method, arguments) -> null);
    return body.apply(watched)
        .map(
            result -> {
              // The next statement is the commit.
              next();
              return result;
            });
  }

  private <T> T watched(Class<T> type, T target, InvocationHandler first) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              var answer = first.invoke(proxy, method, arguments);
              if (answer != null) return answer;
              if (method.getName().equals("query") || method.getName().equals("preparedQuery")) {
                next();
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            }));
  }
}
