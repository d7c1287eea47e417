package io.stripchart.api.stored;

import static io.stripchart.api.stored.Statements.utc;

import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pages of series' readings. */
final class PageQueries {
  private static final String PAGES =
      """
      select id, time, value
      from unnest($1::int4[]) as id
      cross join lateral (
        select time, value from reading
        where series_id = id and time >= $2 and time < $3
        order by time DIRECTION limit $4) as page""";

  private static final String FORWARD = PAGES.replace("DIRECTION", "");
  private static final String BACKWARD = PAGES.replace("DIRECTION", "desc");

  private final Statements statements;

  PageQueries(Statements statements) {
    this.statements = statements;
  }

  /** Of each series, in their order. */
  Future<List<ReadingPage>> ofEach(
      List<KnownSeries> series, Window window, int count, boolean forward) {
    var ids = series.stream().map(KnownSeries::id).toArray(Integer[]::new);
    var all = HourWindow.of(window, Instant.EPOCH);
    // One more tells whether there are more.
    var arguments = Tuple.of(ids, utc(all.from()), utc(all.to()), count + 1);
    return statements
        .slow(Query.READINGS, forward ? FORWARD : BACKWARD, arguments)
        .map(
            rows -> {
              var readingsById = readingsById(series, rows);
              return series.stream()
                  .map(one -> readingsById.get(one.id()))
                  .map(readings -> page(readings, count, forward))
                  .toList();
            });
  }

  private static Map<Integer, List<Reading>> readingsById(
      List<KnownSeries> series, RowSet<Row> rows) {
    var names = new HashMap<Integer, String>();
    var readingsById = new HashMap<Integer, List<Reading>>();
    for (var one : series) {
      names.put(one.id(), one.name());
      readingsById.put(one.id(), new ArrayList<>());
    }
    for (var row : rows) {
      int id = row.getInteger(0);
      var time = row.getOffsetDateTime(1).toInstant();
      readingsById.get(id).add(new Reading(names.get(id), time, row.getDouble(2)));
    }
    return readingsById;
  }

  private static ReadingPage page(List<Reading> readings, int count, boolean forward) {
    readings.sort(Comparator.comparing(Reading::time));
    boolean more = readings.size() > count;
    if (!more) return new ReadingPage(readings, false);
    int skipped = forward ? 0 : 1;
    return new ReadingPage(readings.subList(skipped, skipped + count), true);
  }
}
