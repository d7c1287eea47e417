package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The numbers of series. Those used last, {@value #MAX_CACHED} at most, are remembered, but only
 * once the transaction that made them is committed.
 */
final class SeriesStore {
  private static final int MAX_CACHED = 100_000;

  private static final String FIND = "select id, name from series where name = any($1::text[])";

  private static final String CREATE =
      """
      insert into series (name) select unnest($1::text[])
      on conflict do nothing
      returning id, name""";

  private final Map<String, Integer> cached =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > MAX_CACHED;
        }
      };
  private final Map<String, Integer> uncommitted = new HashMap<>();

  /**
   * The id of every series among the readings, created where it is new.
   *
   * @param connection in a transaction; {@link #keep} or {@link #forget} follows its end
   */
  Future<Map<String, Integer>> ids(SqlConnection connection, List<Reading> readings) {
    uncommitted.clear();
    var ids = new HashMap<String, Integer>();
    // Sorted, so that transactions that create the same series wait for each other in one order.
    var unknown = new TreeSet<String>();
    for (var reading : readings) {
      var name = reading.series();
      if (ids.containsKey(name) || unknown.contains(name)) continue;
      var id = cached.get(name);
      if (id == null) {
        unknown.add(name);
      } else {
        ids.put(name, id);
      }
    }
    if (unknown.isEmpty()) return Future.succeededFuture(ids);
    return findOrCreate(connection, unknown)
        .map(
            found -> {
              ids.putAll(uncommitted);
              return ids;
            });
  }

  /** The transaction was committed. */
  void keep() {
    cached.putAll(uncommitted);
    uncommitted.clear();
  }

  void forget() {
    cached.clear();
    uncommitted.clear();
  }

  private Future<Void> findOrCreate(SqlConnection connection, SortedSet<String> unknown) {
    return query(connection, FIND, unknown)
        .compose(found -> query(connection, CREATE, unknown))
        // Another process may have made some of them in between.
        .compose(created -> query(connection, FIND, unknown));
  }

  /** Asks for those that are still unknown, if any. */
  private Future<Void> query(SqlConnection connection, String sql, SortedSet<String> unknown) {
    if (unknown.isEmpty()) return Future.succeededFuture();
    return connection
        .preparedQuery(sql)
        .execute(Tuple.of(unknown.toArray(String[]::new)))
        .map(rows -> note(rows, unknown));
  }

  private Void note(RowSet<Row> rows, SortedSet<String> unknown) {
    for (var row : rows) {
      uncommitted.put(row.getString(1), row.getInteger(0));
      unknown.remove(row.getString(1));
    }
    return null;
  }
}
