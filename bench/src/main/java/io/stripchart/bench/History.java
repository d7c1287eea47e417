package io.stripchart.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A million readings of the default series, a second apart, the last one a moment ago; rolled up as
 * far as persist does so.
 */
final class History {
  static final int READINGS = 1_000_000;
  private static final String SERIES = "satellite.temperature";
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Hours whose rollups are to be made; but for the last two, which are not over. */
  private static final String WAITING =
      """
      select count(*) from late_hour
      where hour < date_trunc('hour', now(), 'UTC') - interval '1 hour'""";

  private final Instant last = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final int seriesId;

  History(Ground ground, Stripchart stripchart) throws IOException, InterruptedException {
    pushOneEachDay(stripchart);
    try (var sql = new Sql(ground.databaseUri())) {
      seriesId = (int) sql.run("select id from series where name = '" + SERIES + "'");
      sql.run(
          String.format(
              Locale.ROOT,
              """
          with put as (
            insert into reading (series_id, time, value)
            select %d, timestamptz '%s' - make_interval(secs => i), 21 + sin(i / 1000.0) * 10
            from generate_series(0, %d) as i
            on conflict do nothing
            returning series_id, time)
          insert into late_hour
          select distinct series_id, date_trunc('hour', time, 'UTC') from put
          on conflict (series_id, hour) do update set hour = excluded.hour""",
              seriesId,
              last,
              READINGS - 1));
      awaitRolledUp(sql);
      sql.run("vacuum analyze reading");
      sql.run("vacuum analyze reading_hour");
    }
  }

  /** Persist looks once a minute. */
  private static void awaitRolledUp(Sql sql) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (sql.run(WAITING) > 0) {
      if (System.nanoTime() > end) throw new IllegalStateException("the history is not rolled up");
      Load.pause(0.5);
    }
  }

  /** So that persist makes the partitions. */
  private void pushOneEachDay(Stripchart stripchart) throws IOException, InterruptedException {
    var body = new StringBuilder("[");
    for (var time = first(); time.isBefore(last); time = time.plus(Duration.ofDays(1)))
      body.append("{\"value\":21,\"time\":\"").append(time).append("\"},");
    body.append("{\"value\":21,\"time\":\"").append(last).append("\"}]");
    var uri = "http://127.0.0.1:" + stripchart.ingestPort() + "/readings/" + SERIES;
    long before = stripchart.stored();
    var request =
        HttpRequest.newBuilder(URI.create(uri))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 202)
      throw new IllegalStateException("push: " + answer.statusCode() + " " + answer.body());
    stripchart.awaitStored(before + body.chars().filter(c -> c == '{').count());
  }

  int seriesId() {
    return seriesId;
  }

  Instant first() {
    return last.minusSeconds(READINGS - 1);
  }

  Instant last() {
    return last;
  }
}
