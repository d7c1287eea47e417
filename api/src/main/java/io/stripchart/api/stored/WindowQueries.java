package io.stripchart.api.stored;

import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;

/** Loads windows of readings, with the snapshot that they were seen in. */
final class WindowQueries {
  private static final String LOAD =
      """
      select SNAPSHOT, packed
      from (values (1)) as one left join (
        select PACKED as packed
        from (
          select id, time, value
          from series
          cross join lateral (
            select time, value from reading where series_id = id and time > $2) as its
          where name MATCHES $1
          limit $3) as found
        group by id) as each on true"""
          .replace("SNAPSHOT", Snapshot.TEXT)
          .replace("PACKED", PackedReadings.AGGREGATE);

  private static final String LOAD_PATTERN = LOAD.replace("MATCHES", "~");
  private static final String LOAD_ONE = LOAD.replace("MATCHES", "=");

  private final Statements statements;

  WindowQueries(Statements statements) {
    this.statements = statements;
  }

  /**
   * The readings behind a time of all series that match.
   *
   * @param limit of how many are loaded
   */
  Future<LoadedWindow> load(SeriesPattern pattern, Instant after, int limit) {
    var sql = pattern.isExact() ? LOAD_ONE : LOAD_PATTERN;
    var names = pattern.isExact() ? pattern.toString() : pattern.toRegex();
    return statements
        .slow(Query.WINDOW, sql, Tuple.of(names, Statements.utc(after), limit))
        .map(
            rows -> {
              String snapshot = null;
              var packed = new ArrayList<PackedReadings>();
              for (var row : rows) {
                snapshot = row.getString(0);
                if (row.getBuffer(1) != null) packed.add(new PackedReadings(row.getBuffer(1)));
              }
              return new LoadedWindow(Snapshot.of(snapshot), packed);
            });
  }
}
