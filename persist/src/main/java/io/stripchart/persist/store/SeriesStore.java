package io.stripchart.persist.store;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Ids of series. The most used ones are cached, but only after the transaction that created them is
 * committed, and only while the marker of the series stays the same: otherwise ids may belong to
 * other names. The number of series is limited; several processes that create some at the same time
 * may together exceed the limit by what they create within {@link #COUNTED_FOR}.
 */
final class SeriesStore {
  /** That a remembered series takes, beside its name. */
  private static final int ENTRY_BYTES = 150;

  private static final int MAX_BYTES = 24 << 20;

  /** How long a count is taken for right; it takes 0.1 s if there are a million. */
  private static final Duration COUNTED_FOR = Duration.ofSeconds(10);

  private static final String COUNT = "select count(*) from series";

  private static final String MARKER = "select marker from series_marker";

  private static final String FIND = "select id, name from series where name = any($1::text[])";

  private static final String CREATE =
      """
      insert into series (name) select unnest($1::text[])
      on conflict do nothing
      returning id, name""";

  /** New names, of which there may be very many, do not drive out those in use. */
  private final Map<String, Integer> cached =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((String name, Integer id) -> ENTRY_BYTES + name.length())
          .executor(Runnable::run)
          .<String, Integer>build()
          .asMap();

  private final Map<String, Integer> uncommitted = new HashMap<>();
  private final int max;
  private long count;
  private long countedAt;
  private boolean counted;
  private int made;

  /**
   * @param max series of the database
   */
  SeriesStore(int max) {
    this.max = max;
  }

  /** Cached ids; null if the cache is empty. */
  private UUID marker;

  /** The marker with which the ids are right that were found last. */
  UUID marker() {
    return marker;
  }

  /**
   * The id of every series among the readings, created if it is new.
   *
   * @param connection in a transaction; {@link #keep} or {@link #forget} follows its end
   */
  Future<Map<String, Integer>> ids(SqlConnection connection, List<Reading> readings) {
    uncommitted.clear();
    made = 0;
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
    if (unknown.isEmpty() && marker != null) return Future.succeededFuture(ids);
    // Before the ids, so that these are at least as new.
    return readMarker(connection)
        .compose(read -> findOrCreate(connection, unknown))
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
    count += made;
    made = 0;
  }

  void forget() {
    marker = null;
    cached.clear();
    uncommitted.clear();
    counted = false;
  }

  private Future<Void> readMarker(SqlConnection connection) {
    if (marker != null) return Future.succeededFuture();
    return connection
        .query(MARKER)
        .execute()
        .map(
            rows -> {
              marker = rows.iterator().next().getUUID(0);
              return null;
            });
  }

  private Future<Void> findOrCreate(SqlConnection connection, SortedSet<String> unknown) {
    return query(connection, FIND, unknown)
        .compose(found -> create(connection, unknown))
        // Another process may have made some of them in between.
        .compose(created -> query(connection, FIND, unknown));
  }

  private Future<Void> create(SqlConnection connection, SortedSet<String> unknown) {
    if (unknown.isEmpty()) return Future.succeededFuture();
    int wanted = unknown.size();
    return count(connection)
        .compose(
            there -> {
              long room = Math.max(0, max - there);
              if (wanted > room) return Future.failedFuture(beyond(unknown, room));
              return query(connection, CREATE, unknown);
            })
        .onSuccess(created -> made = wanted - unknown.size());
  }

  /** How many series there are, about. */
  private Future<Long> count(SqlConnection connection) {
    long now = System.nanoTime();
    if (counted && now - countedAt < COUNTED_FOR.toNanos()) return Future.succeededFuture(count);
    return connection
        .query(COUNT)
        .execute()
        .map(
            rows -> {
              count = rows.iterator().next().getLong(0);
              countedAt = now;
              counted = true;
              return count;
            });
  }

  /** Series beyond the limit; the others are created if these are left out. */
  private SeriesLimitException beyond(SortedSet<String> unknown, long room) {
    return new SeriesLimitException(
        unknown.stream().skip(room).collect(Collectors.toUnmodifiableSet()), max);
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
