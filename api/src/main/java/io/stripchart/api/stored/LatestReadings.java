package io.stripchart.api.stored;

import io.stripchart.api.ApiMetrics;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The latest reading of series. Questions that wait to be sent go into one statement, and those for
 * the same series share its answer; a question never joins a statement that was sent before it was
 * asked, so that every answer is as fresh as one of its own. Belongs to one context.
 */
final class LatestReadings {
  /** More concurrent statements do not help: waiting queries share the next one. */
  private static final int MAX_IN_FLIGHT = 2;

  private static final int MAX_SERIES = 1_000;

  /** The partitions before $2 are not opened, and of the others the last ones first. */
  private static final String LATEST_OF_ONE =
      """
      select time, value from reading
      where series_id = $1 and time >= $2
      order by time desc limit 1\
      """;

  /** Readings before $3 are looked for where their hours are. */
  private static final String LATEST_OF_MANY =
      """
      select asked.id, latest.time, latest.value
      from unnest($1::int4[], $2::timestamptz[]) as asked (id, since)
      cross join lateral (
        (select time, value from reading
         where series_id = asked.id and time >= asked.since and time >= $3
         order by time desc limit 1)
        union all
        select time, value from readings_of_series(asked.id, asked.since, $3, 1, true)
        where asked.since < $3
        limit 1) as latest\
      """;

  /**
   * The latest reading of a series. Where {@code since} is a later time than the epoch, earlier
   * readings are looked for where their hours are.
   */
  static String latest(String series, String since) {
    return """
    (select time, value from reading
     where series_id = SERIES and time >= SINCE
     order by time desc limit 1)
    union all
    select time, value from readings_of_series(SERIES, '-infinity', SINCE, 1, true)
    where SINCE > timestamptz '1970-01-01 00:00:00+00'
    limit 1\
    """
        .replace("SERIES", series)
        .replace("SINCE", since);
  }

  private final DatabaseLink database;
  private final ApiMetrics metrics;
  private final Context context;
  private Map<KnownSeries, Promise<Reading>> waiting = new LinkedHashMap<>();
  private int inFlight;
  private boolean scheduled;

  LatestReadings(Vertx vertx, DatabaseLink database, ApiMetrics metrics) {
    this.context = vertx.getOrCreateContext();
    this.database = database;
    this.metrics = metrics;
  }

  /**
   * @return null if the series has no reading
   */
  Future<Reading> of(KnownSeries series) {
    var promise = waiting.get(series);
    if (promise == null) {
      promise = Promise.promise();
      waiting.put(series, promise);
      schedule();
    }
    return promise.future();
  }

  /** In the next turn, so that queries of this turn are included. */
  private void schedule() {
    if (scheduled || inFlight >= MAX_IN_FLIGHT || waiting.isEmpty()) return;
    scheduled = true;
    context.runOnContext(
        turn -> {
          scheduled = false;
          send();
        });
  }

  private void send() {
    var asked = waiting;
    if (asked.size() <= MAX_SERIES) {
      waiting = new LinkedHashMap<>();
    } else {
      asked = firstOf(waiting);
    }
    var sent = asked;
    inFlight++;
    var timer = metrics.query(ApiMetrics.Query.LATEST);
    long start = System.nanoTime();
    ask(new ArrayList<>(sent.keySet()))
        .onComplete(
            answer -> {
              inFlight--;
              timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
              if (answer.failed()) {
                sent.values().forEach(promise -> promise.fail(answer.cause()));
              } else {
                answered(sent, answer.result());
              }
              schedule();
            });
  }

  private static Map<KnownSeries, Promise<Reading>> firstOf(
      Map<KnownSeries, Promise<Reading>> waiting) {
    var first = new LinkedHashMap<KnownSeries, Promise<Reading>>();
    var entries = waiting.entrySet().iterator();
    while (first.size() < MAX_SERIES) {
      var entry = entries.next();
      first.put(entry.getKey(), entry.getValue());
      entries.remove();
    }
    return first;
  }

  private Future<Map<Integer, Reading>> ask(List<KnownSeries> series) {
    var partitionsSince = Statements.latestSince(database);
    var one = series.get(0);
    if (series.size() == 1 && !utc(one).isBefore(partitionsSince)) {
      return database
          .quick(LATEST_OF_ONE, Tuple.of(one.id(), utc(one)))
          .map(rows -> rows.size() == 0 ? Map.of() : Map.of(one.id(), reading(one, rows)));
    }
    var ids = series.stream().map(KnownSeries::id).toArray(Integer[]::new);
    var since = series.stream().map(LatestReadings::utc).toArray(OffsetDateTime[]::new);
    var arguments = Tuple.tuple().addArrayOfInteger(ids).addArrayOfOffsetDateTime(since);
    return database
        .quick(LATEST_OF_MANY, arguments.addOffsetDateTime(partitionsSince))
        .map(
            rows -> {
              var names = new HashMap<Integer, KnownSeries>();
              series.forEach(its -> names.put(its.id(), its));
              var readings = new HashMap<Integer, Reading>();
              for (var row : rows) {
                readings.put(row.getInteger(0), reading(names.get(row.getInteger(0)), row, 1));
              }
              return readings;
            });
  }

  private static Reading reading(KnownSeries series, RowSet<Row> rows) {
    return reading(series, rows.iterator().next(), 0);
  }

  private static Reading reading(KnownSeries series, Row row, int column) {
    return new Reading(
        series.name(), row.getOffsetDateTime(column).toInstant(), row.getDouble(column + 1));
  }

  private void answered(Map<KnownSeries, Promise<Reading>> sent, Map<Integer, Reading> readings) {
    sent.forEach(
        (series, promise) -> {
          var reading = readings.get(series.id());
          if (reading != null) {
            series.seen(reading.time());
            promise.complete(reading);
          } else if (series.latest().equals(Instant.EPOCH)) {
            promise.complete(null);
          } else {
            // The reading seen before was deleted: look everywhere.
            series.forgetLatest();
            of(series).onComplete(promise);
          }
        });
  }

  private static OffsetDateTime utc(KnownSeries series) {
    return series.latest().atOffset(ZoneOffset.UTC);
  }
}
