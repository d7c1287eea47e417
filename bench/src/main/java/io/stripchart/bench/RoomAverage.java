package io.stripchart.bench;

import java.util.Locale;
import java.util.Map;

/**
 * The rolling average of a room of 1,000 sensors at a reading a second, over a quarter of an hour,
 * while they go on.
 */
final class Rolling implements Measurement {
  private static final String ROOM = "bench.room";
  private static final int SENSORS = 1_000;
  private static final int WINDOW_SECONDS = 900;
  private static final double WARM_UP_SECONDS = 3;

  private final Ground ground;
  private final Stripchart stripchart;
  private final int seconds;
  private final Samples p50 = new Samples();
  private final Samples p99 = new Samples();

  Rolling(Ground ground, Stripchart stripchart, int seconds) {
    this.ground = ground;
    this.stripchart = stripchart;
    this.seconds = seconds;
  }

  /**
   * The readings of the last quarter of an hour come to the database past everybody, so before
   * anybody asks for them.
   */
  @Override
  public void warmUp() {
    pushOne();
    try (var sql = new Sql(ground.databaseUri())) {
      sql.run(
          String.format(
              Locale.ROOT,
              "insert into series (name) select '%s.' || i from generate_series(0, %d) i"
                  + " on conflict do nothing",
              ROOM,
              SENSORS - 1));
      sql.run(
          String.format(
              Locale.ROOT,
              """
              with put as (
                insert into reading (series_id, time, value)
                select id, now() - make_interval(secs => second), 21 + sin(second / 100.0)
                from series, generate_series(1, %d) as second
                where name like '%s.%%'
                on conflict do nothing
                returning series_id, time)
              insert into late_hour
              select distinct series_id, date_trunc('hour', time, 'UTC') from put
              on conflict (series_id, hour) do update set hour = excluded.hour""",
              WINDOW_SECONDS,
              ROOM));
      sql.run("vacuum analyze reading");
    }
    probe();
  }

  /** So that persist makes the partition. */
  private void pushOne() {
    long before = stripchart.stored();
    Load.run(2, "HttpLoad", stripchart.ingestPort(), "/readings/" + ROOM + ".0", 1, 0.1, 0.1, "21");
    stripchart.awaitStored(before + 1);
  }

  @Override
  public void measure() {
    var found = probe();
    p50.add(found.get("p50"));
    p99.add(found.get("p99"));
    if (found.get("failed") > 0) System.err.println("rolling: some failed: " + found);
  }

  private Map<String, Double> probe() {
    return Load.run(
        seconds + WARM_UP_SECONDS,
        "RollingProbe",
        ground.brokerUri(),
        stripchart.apiPort(),
        ROOM,
        SENSORS,
        WARM_UP_SECONDS,
        (double) seconds);
  }

  @Override
  public void report(Table table) {
    table.add("rolling average of 1,000 series, 900,000 readings, p50", p50, "ms");
    table.add(
        "rolling average of 1,000 series, 900,000 readings, p99",
        p99,
        "ms",
        new Samples(),
        "below 5");
  }
}
