package io.stripchart.bench;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * The average of a room of 1,000 sensors with a reading a second, over a quarter of an hour, while
 * they continue; compared with a plain server.
 */
final class RoomAverage implements Measurement {
  private static final int SENSORS = 1_000;
  private static final int WINDOW_SECONDS = 900;

  /** To load the room, and for as many questions after it as are answered. */
  private static final double WARM_UP_SECONDS = 5;

  private final Ground ground;
  private final Stripchart stripchart;
  private final PlainServer plain;
  private final int seconds;
  private final Question question;
  private final Samples p50 = new Samples();
  private final Samples p99 = new Samples();
  private final Samples plainP50 = new Samples();
  private final Samples plainP99 = new Samples();
  private int rooms;

  /**
   * The request for the average.
   *
   * @param path with {@code %s} for the room
   * @param body of a POST, likewise; empty for a GET
   */
  record Question(String title, String room, String path, String body) {
    /** By GraphQL. */
    static Question ofRolling() {
      var query = "{ rollingAverage(series: \"room.%s.*.temperature\", window: \"PT15M\")";
      return new Question(
          "rolling average of 1,000 series, 900,000 readings",
          "bench-rolling-",
          "/graphql",
          new JsonObject().put("query", query + " { value count } }").encode());
    }

    /** As rooms are asked. */
    static Question ofRoom() {
      return new Question(
          "average of a room of 1,000 sensors, 900,000 readings",
          "bench-room-",
          "/api/rooms/%s/temperature/average",
          "");
    }
  }

  RoomAverage(
      Ground ground, Stripchart stripchart, PlainServer plain, int seconds, Question question) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.plain = plain;
    this.seconds = seconds;
    this.question = question;
  }

  @Override
  public void warmUp() {
    var unused = probe(stripchart.apiPort(), furnished());
  }

  @Override
  public void measure() {
    var room = furnished();
    var alone = probe(plain.port(), room);
    plainP50.add(alone.get("p50"));
    plainP99.add(alone.get("p99"));
    var found = probe(stripchart.apiPort(), room);
    p50.add(found.get("p50"));
    p99.add(found.get("p99"));
    if (found.get("failed") > 0 || found.get("count") < SENSORS * WINDOW_SECONDS * 0.9)
      System.err.println(question.title() + ": not as it should be: " + found);
  }

  /**
   * A new room for each round, because the readings of the last one leave the window. The readings
   * are inserted directly into the database, so before the first query.
   */
  private String furnished() {
    var room = question.room() + ++rooms;
    pushTwo(room);
    try (var sql = new Sql(ground.databaseUri())) {
      sql.run(
          String.format(
              Locale.ROOT,
              "insert into series (name) select 'room.%s.' || i || '.temperature'"
                  + " from generate_series(0, %d) i on conflict do nothing",
              room,
              SENSORS - 1));
      sql.run(
          String.format(
              Locale.ROOT,
              """
              with put as (
                insert into reading (series_id, time, value)
                select id, now() - make_interval(secs => second), 21 + sin(second / 100.0)
                from series, generate_series(1, %d) as second
                where name like 'room.%s.%%'
                on conflict do nothing
                returning series_id, time)
              insert into late_hour
              select distinct series_id, date_trunc('hour', time, 'UTC') from put
              on conflict (series_id, hour) do update set hour = excluded.hour\
              """,
              WINDOW_SECONDS - 1,
              room));
      sql.run("vacuum analyze reading");
    }
    return room;
  }

  /** At either end of the window, so that persist makes the partitions. */
  private void pushTwo(String room) {
    var first = Instant.now().minusSeconds(WINDOW_SECONDS);
    var json = "[{\"value\":21},{\"value\":21,\"time\":\"%s\"}]".formatted(first);
    stripchart.push("room." + room + ".0.temperature", 2, json);
  }

  private Map<String, Double> probe(int port, String room) {
    return Load.run(
        seconds + WARM_UP_SECONDS,
        "RoomProbe",
        ground.brokerUri(),
        "room." + room + ".%d.temperature",
        SENSORS,
        port,
        question.path().replace("%s", room),
        question.body().replace("%s", room),
        WARM_UP_SECONDS,
        (double) seconds);
  }

  @Override
  public void report(Table table) {
    table.add(question.title() + ", p50", p50, "ms", plainP50, "");
    table.add(question.title() + ", p99", p99, "ms", plainP99, "below 5 ms");
  }
}
