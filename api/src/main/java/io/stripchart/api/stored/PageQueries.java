package io.stripchart.api.stored;

import static io.stripchart.api.stored.Statements.utc;

import io.stripchart.api.ApiMetrics.Query;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/** Pages of series' readings. */
final class PageQueries {
  private static final String PAGES =
      """
      select id, packed
      from unnest($1::int4[]) as id
      cross join lateral (
        select PACKED as packed
        from (
          select time, value from reading
          where series_id = id and time >= $2 and time < $3
          order by time DIRECTION limit $4) as page) as its\
      """
          .replace("PACKED", PackedReadings.AGGREGATE);

  private static final String FORWARD = PAGES.replace("DIRECTION", "");
  private static final String BACKWARD = PAGES.replace("DIRECTION", "desc");

  /** Of windows that span many partitions. */
  private static final String OF_MANY_PARTITIONS =
      """
      select id, packed
      from unnest($1::int4[]) as id
      cross join lateral (
        select PACKED as packed from readings_of_series(id, $2, $3, $4, $5)) as its\
      """
          .replace("PACKED", PackedReadings.AGGREGATE);

  private final Statements statements;

  PageQueries(Statements statements) {
    this.statements = statements;
  }

  /** Of each series, in their order. */
  Future<List<ReadingPage>> ofEach(
      List<KnownSeries> series, Window window, int count, boolean forward) {
    var ids = series.stream().map(KnownSeries::id).toArray(Integer[]::new);
    var all = HourWindow.of(window, Instant.EPOCH);
    // One more, to find out whether there are more.
    var arguments = Tuple.of(ids, utc(all.from()), utc(all.to()), count + 1);
    var sql = forward ? FORWARD : BACKWARD;
    if (statements.spansManyPartitions(window)) {
      sql = OF_MANY_PARTITIONS;
      arguments.addBoolean(!forward);
    }
    return statements
        .slow(Query.READINGS, sql, arguments)
        .map(
            rows -> {
              var packedById = new HashMap<Integer, Buffer>();
              for (var row : rows) packedById.put(row.getInteger(0), row.getBuffer(1));
              return series.stream()
                  .map(one -> readings(one.name(), packedById.get(one.id())))
                  .map(readings -> page(readings, count, forward))
                  .toList();
            });
  }

  /** In order of time. */
  private static List<Reading> readings(String series, Buffer bytes) {
    if (bytes == null) return List.of();
    var packed = new PackedReadings(bytes);
    var readings = new ArrayList<Reading>(packed.size());
    for (int i = 0; i < packed.size(); i++) {
      readings.add(new Reading(series, ReadingTime.ofMicros(packed.time(i)), packed.value(i)));
    }
    readings.sort(Comparator.comparing(Reading::time));
    return readings;
  }

  private static ReadingPage page(List<Reading> readings, int count, boolean forward) {
    boolean more = readings.size() > count;
    if (!more) return new ReadingPage(readings, false);
    int skipped = forward ? 0 : 1;
    return new ReadingPage(readings.subList(skipped, skipped + count), true);
  }
}
