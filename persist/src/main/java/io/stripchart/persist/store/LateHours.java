package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The closed hours that a transaction adds readings to. It marks them, so that their rollups are
 * not used until they are made again; docs/architecture.md says why that is exact.
 */
final class LateHours {
  /**
   * Two statements, as the second must see what was committed before the first got the lock. Always
   * a row, in seconds since 1970.
   */
  private static final String CLOSED_UNTIL =
      "select pg_advisory_xact_lock_shared("
          + AdvisoryLocks.CLOSING
          + "); select coalesce(max(extract(epoch from closed_until)), 0)::int8 from rollup";

  /** Updates, so that it takes the lock of a mark that is there, and waits for its repair. */
  private static final String MARK =
      """
      insert into late_hour (series_id, hour)
      select * from unnest($1::int4[], $2::timestamptz[])
      on conflict (series_id, hour) do update set hour = excluded.hour""";

  private final List<Integer> series = new ArrayList<>();
  private final List<Instant> hours = new ArrayList<>();

  private LateHours() {}

  /**
   * Until this transaction ends, no further hours are closed.
   *
   * @return before which hours are closed
   */
  static Future<Instant> closedUntil(SqlConnection connection) {
    return connection.query(CLOSED_UNTIL).execute().map(LateHours::instant);
  }

  private static Instant instant(RowSet<Row> locked) {
    return Instant.ofEpochSecond(locked.next().iterator().next().getLong(0));
  }

  /**
   * @param added ordered by series' id and time
   * @param ids of every series among them
   * @param closedUntil a whole minute
   * @return each once, in the order of their keys
   */
  static LateHours of(List<Reading> added, Map<String, Integer> ids, Instant closedUntil) {
    var late = new LateHours();
    for (var reading : added) {
      if (reading.time().isBefore(closedUntil)) late.add(ids.get(reading.series()), reading.time());
    }
    return late;
  }

  private void add(Integer id, Instant time) {
    var hour = time.truncatedTo(ChronoUnit.HOURS);
    int last = hours.size() - 1;
    if (last >= 0 && hours.get(last).equals(hour) && series.get(last).equals(id)) return;
    series.add(id);
    hours.add(hour);
  }

  List<Integer> series() {
    return series;
  }

  List<Instant> hours() {
    return hours;
  }

  Future<Void> mark(SqlConnection connection) {
    if (hours.isEmpty()) return Future.succeededFuture();
    var times =
        hours.stream().map(hour -> hour.atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new);
    return connection
        .preparedQuery(MARK)
        .execute(Tuple.of(series.toArray(Integer[]::new), (Object) times))
        .mapEmpty();
  }
}
