package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stripchart.api.buckets.Bucket;
import io.stripchart.api.buckets.BucketGrid;
import io.stripchart.api.buckets.BucketWidth;
import io.stripchart.api.buckets.Chart;
import io.stripchart.api.buckets.Fill;
import io.stripchart.api.buckets.Point;
import io.stripchart.api.buckets.Raster;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer is that of a plain scan, in whatever state the rollups are. */
@Tag("brokerless")
@Timeout(300)
class ExactAnswersIT {
  private static final int QUESTIONS = 25;
  private static final List<String> WIDTHS =
      List.of("PT7M", "PT1H", "PT2H", "PT5H30M", "P1D", "P1W", "P1M");
  private static final List<Fill> FILLS = List.of(Fill.values());
  private static final List<String> ZONES =
      List.of("UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York", "+05:45");

  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static AskedQueries api;
  private static List<SeriesRow> series;

  @BeforeAll
  static void open() {
    api = new AskedQueries(database.directUri());
    RolledReadings.create(database);
    series = api.ask(queries -> queries.series(SeriesPattern.of("#"), "", 100));
    assertThat(series).hasSize(RolledReadings.SERIES + 2);
  }

  @AfterAll
  static void close() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void equalsAScan(long seed) {
    var random = new Random(seed);
    var rolled = new RolledReadings(database, seed);
    rolled.shuffle();
    var scan = rolled.scan();
    for (int i = 0; i < QUESTIONS; i++) {
      var window = random.nextBoolean() ? window(rolled, random) : edges(scan, random);
      var place = "seed %d, rolled until %s, %s".formatted(seed, rolled.rolledUntil(), window);
      checkStatistics(place, scan, window);
      if (window.after() == null || window.before() == null) continue;
      checkBuckets(place, scan, window, random);
      checkChart(place, scan, window, 1 + random.nextInt(300));
    }
  }

  private static Window window(RolledReadings rolled, Random random) {
    var one = rolled.time();
    var other = random.nextInt(4) == 0 ? one.plus(Duration.ofMinutes(95)) : rolled.time();
    if (one.equals(other)) other = one.plusSeconds(1);
    var from = one.isBefore(other) ? one : other;
    var to = one.isBefore(other) ? other : one;
    return new Window(random.nextInt(8) == 0 ? null : from, random.nextInt(8) == 0 ? null : to);
  }

  /** A few hours at most, which begin or end beside a reading, often within a minute of others. */
  private static Window edges(List<Reading> scan, Random random) {
    var edge =
        scan.get(random.nextInt(scan.size())).time().plusMillis(random.nextInt(-20_000, 20_000));
    var length = Duration.ofSeconds(1 + random.nextInt(random.nextBoolean() ? 3_000 : 12_000));
    return random.nextBoolean()
        ? new Window(edge, edge.plus(length))
        : new Window(edge.minus(length), edge);
  }

  private static List<Reading> in(List<Reading> scan, String pattern, Instant from, Instant to) {
    var matching = SeriesPattern.of(pattern);
    return scan.stream()
        .filter(reading -> matching.matches(reading.series()))
        .filter(reading -> from == null || !reading.time().isBefore(from))
        .filter(reading -> to == null || reading.time().isBefore(to))
        .toList();
  }

  private static void checkStatistics(String place, List<Reading> scan, Window window) {
    var each = api.ask(queries -> queries.statistics(series, window));
    for (int i = 0; i < series.size(); i++) {
      var name = series.get(i).name();
      check(place + ": " + name, each.get(i), in(scan, name, window.after(), window.before()));
    }
    for (var pattern : List.of("#", "s.*", "s.0", "never", "unheard.of", "unheard.#")) {
      var all = api.ask(queries -> queries.statistics(SeriesPattern.of(pattern), window));
      check(place + ": " + pattern, all, in(scan, pattern, window.after(), window.before()));
    }
  }

  private static DoubleStream values(List<Reading> readings) {
    return readings.stream().mapToDouble(Reading::value);
  }

  private static void check(String place, Statistics told, List<Reading> readings) {
    if (readings.isEmpty()) {
      assertThat(told).as(place).isEqualTo(Statistics.NONE);
      assertThat(told.sum()).isNull();
      assertThat(told.stddev()).isNull();
      return;
    }
    assertThat(told.count()).as(place).isEqualTo(readings.size());
    assertThat(told.min()).as(place).isEqualTo(values(readings).min().getAsDouble());
    assertThat(told.max()).as(place).isEqualTo(values(readings).max().getAsDouble());
    assertThat(told.first()).as(place).isEqualTo(readings.get(0));
    assertThat(told.last()).as(place).isEqualTo(last(readings));
    double rounding = 8 * Math.ulp(values(readings).map(Math::abs).max().getAsDouble());
    // Summed as distances, so that this mean is better than that of sum() ÷ count().
    double near = readings.get(0).value();
    double mean = near + values(readings).map(value -> value - near).average().getAsDouble();
    assertThat(told.mean()).as(place).isCloseTo(mean, within(rounding));
    assertThat(told.sum())
        .as(place)
        .isCloseTo(mean * readings.size(), within(rounding * readings.size()));
    if (readings.size() < 2) {
      assertThat(told.stddev()).as(place).isNull();
      return;
    }
    double m2 = values(readings).map(value -> (value - mean) * (value - mean)).sum();
    double stddev = Math.sqrt(m2 / (readings.size() - 1));
    assertThat(told.stddev()).as(place).isCloseTo(stddev, within(stddev * 1e-4 + rounding));
  }

  /** Of those at the greatest time, the one of the series that is known longest. */
  private static Reading last(List<Reading> readings) {
    var latest = readings.get(readings.size() - 1).time();
    return readings.stream().filter(one -> one.time().equals(latest)).findFirst().orElseThrow();
  }

  private static void checkBuckets(String place, List<Reading> scan, Window window, Random random) {
    var width = WIDTHS.get(random.nextInt(WIDTHS.size()));
    var zone = ZONES.get(random.nextInt(ZONES.size()));
    var fill = FILLS.get(random.nextInt(FILLS.size()));
    var grid =
        BucketGrid.of(window.after(), window.before(), BucketWidth.of(width), ZoneId.of(zone));
    var told = api.ask(queries -> queries.buckets(series, grid, fill));
    for (int i = 0; i < series.size(); i++) {
      var own = in(scan, series.get(i).name(), null, null);
      var where = place + ": " + width + " " + zone + " " + fill + " " + series.get(i).name();
      checkBuckets(where, grid, fill, told.get(i), own);
    }
  }

  private static void checkBuckets(
      String place, BucketGrid grid, Fill fill, List<Bucket> told, List<Reading> own) {
    var buckets = told.iterator();
    for (int i = 0; i < grid.size(); i++) {
      var from = grid.thresholds().get(i);
      var to = grid.thresholds().get(i + 1);
      var readings = in(own, "#", from, to);
      if (readings.isEmpty() && fill == Fill.NONE) continue;
      var bucket = buckets.next();
      assertThat(bucket.start()).as(place).isEqualTo(grid.starts().get(i));
      assertThat(bucket.count()).as(place).isEqualTo(readings.size());
      if (readings.isEmpty()) {
        checkFilled(place, bucket, fill, in(own, "#", null, from), in(own, "#", to, null));
        continue;
      }
      double rounding = 8 * Math.ulp(values(readings).map(Math::abs).max().getAsDouble());
      assertThat(bucket.min()).as(place).isEqualTo(values(readings).min().getAsDouble());
      assertThat(bucket.max()).as(place).isEqualTo(values(readings).max().getAsDouble());
      assertThat(bucket.mean())
          .as(place)
          .isCloseTo(values(readings).average().getAsDouble(), within(rounding));
      assertThat(bucket.first()).as(place).isEqualTo(readings.get(0).value());
      assertThat(bucket.last()).as(place).isEqualTo(readings.get(readings.size() - 1).value());
    }
    assertThat(buckets).as(place).isExhausted();
  }

  private static void checkFilled(
      String place, Bucket bucket, Fill fill, List<Reading> before, List<Reading> after) {
    var previous = before.isEmpty() ? null : before.get(before.size() - 1).value();
    if (fill == Fill.NULL || previous == null || (fill == Fill.LINEAR && after.isEmpty())) {
      assertThat(bucket.mean()).as(place).isNull();
    } else if (fill == Fill.PREVIOUS) {
      assertThat(bucket.mean()).as(place).isEqualTo(previous);
    } else {
      double next = after.get(0).value();
      double rounding = 8 * Math.ulp(Math.max(Math.abs(previous), Math.abs(next)));
      assertThat(bucket.mean())
          .as(place)
          .isBetween(Math.min(previous, next) - rounding, Math.max(previous, next) + rounding);
    }
    assertThat(bucket)
        .as(place)
        .isEqualTo(
            new Bucket(
                bucket.start(),
                0,
                bucket.mean(),
                bucket.mean(),
                bucket.mean(),
                bucket.mean(),
                bucket.mean()));
  }

  private static void checkChart(String place, List<Reading> scan, Window window, int pixels) {
    var thresholds = Chart.thresholds(window.after(), window.before(), pixels);
    for (var name : List.of("s.1", "s.3", "s.5", "never")) {
      var own = in(scan, name, window.after(), window.before());
      var told = api.ask(queries -> queries.chart(name, thresholds));
      assertThat(told).hasSizeLessThanOrEqualTo(4 * pixels);
      assertThat(told).extracting(Reading::time).isSorted().doesNotHaveDuplicates();
      assertThat(raster(told, window, pixels)).as(place).isEqualTo(raster(own, window, pixels));
      if (own.isEmpty()) continue;
      assertThat(told.get(0)).as(place).isEqualTo(own.get(0));
      assertThat(told.get(told.size() - 1)).as(place).isEqualTo(own.get(own.size() - 1));
    }
  }

  private static Object raster(List<Reading> readings, Window window, int pixels) {
    var points = readings.stream().map(one -> new Point(one.time(), one.value())).toList();
    return Raster.of(points, window.after(), window.before(), pixels);
  }

  /** The greatest value of a column is near its end, the least one near its begin. */
  @Test
  void drawsTheExtremesOfHoursThatColumnsCut() {
    database.execute("truncate reading, reading_hour, reading_day, late_hour");
    database.execute(
        "insert into reading select id, timestamptz '2026-03-28Z' + i * interval '5 minutes',"
            + " case i % 6 when 1 then i / 10.0 - 50 when 3 then i / 10.0 else 0 end"
            + " from series, generate_series(0, 500) as i where name = 's.1'");
    var rolled = new RolledReadings(database, 1);
    var scan = rolled.scan();
    var from = Instant.parse("2026-03-28T00:00:00Z");
    for (var until : List.of("12:00", "12:08", "12:20", "12:40")) {
      rolled.rollUntil(Instant.parse("2026-03-29T" + until + ":00Z"));
      for (int pixels = 1; pixels < 20; pixels++) {
        for (int minutes : new int[] {0, 7, 22, 41}) {
          var window =
              new Window(
                  from.plus(Duration.ofMinutes(minutes)),
                  from.plus(Duration.ofMinutes(36 * 60 + 2L * minutes)));
          checkChart(until + " " + window, scan, window, pixels);
        }
      }
    }
  }

  /** Two seconds before each column's end is its greatest value, two after its begin the least. */
  @Test
  void drawsTheExtremesOfMinutesThatColumnsCut() {
    var from = Instant.parse("2026-03-28T00:00:15Z");
    var window = new Window(from, from.plusSeconds(41_000));
    for (int pixels = 2; pixels < 7; pixels++) {
      database.execute("truncate reading, reading_hour, reading_day, late_hour");
      var rolled = new RolledReadings(database, 1);
      database.execute(
          "insert into reading select id, timestamptz '2026-03-28Z' + i * interval '1 minute', 0"
              + " from series, generate_series(0, 719) as i where name = 's.1'");
      // Of each column others, so that one that leaks into a neighbour is seen.
      double height = 20;
      for (var threshold : Chart.thresholds(window.after(), window.before(), pixels)) {
        height += 5;
        for (int second : new int[] {-2, -1, 1, 2}) {
          database.execute(
              "insert into reading select id, ?, ? from series where name = 's.1'"
                  + " on conflict do nothing",
              threshold.plusSeconds(second),
              Math.abs(second) == 2 ? -height * Integer.signum(second) : 0.0);
        }
      }
      rolled.rollUntil(Instant.parse("2026-03-28T12:00:00Z"));
      checkChart(window.toString(), rolled.scan(), window, pixels);
    }
  }

  @Test
  void takesValuesWhoseSquaresNoFloatHolds() {
    database.execute("truncate reading, reading_hour, reading_day, late_hour");
    database.execute(
        "insert into reading select id, v.time, v.value * 1e150::float8 * ('1e' || id)::float8"
            + " from series, (values (timestamptz '2026-03-28 01:00Z', 1::float8),"
            + " ('2026-03-28 02:00Z', 3), ('2026-03-28 03:00Z', 2)) as v (time, value)"
            + " where name like 's._'");
    new RolledReadings(database, 1).rollUntil(RolledReadings.BEGIN);
    var each = api.ask(queries -> queries.statistics(series, new Window(null, null)));
    for (int i = 0; i < series.size(); i++) {
      if (!series.get(i).name().startsWith("s.")) continue;
      double unit = 1e150 * Double.parseDouble("1e" + series.get(i).id());
      assertThat(each.get(i).count()).isEqualTo(3);
      assertThat(each.get(i).min()).isCloseTo(unit, within(unit * 1e-12));
      assertThat(each.get(i).max()).isCloseTo(3 * unit, within(unit * 1e-12));
      assertThat(each.get(i).mean()).isCloseTo(2 * unit, within(unit * 1e-12));
      assertThat(each.get(i).last().value()).isCloseTo(2 * unit, within(unit * 1e-12));
    }
    var all = api.ask(queries -> queries.statistics(SeriesPattern.of("#"), new Window(null, null)));
    assertThat(all.count()).isEqualTo(3L * RolledReadings.SERIES);
    var greatest = each.stream().filter(one -> one.count() > 0).mapToDouble(Statistics::max);
    assertThat(all.max()).isEqualTo(greatest.max().getAsDouble());
    assertThat(all.first().time()).isEqualTo(Instant.parse("2026-03-28T01:00:00Z"));
  }

  /** A product of them comes to 0, which PostgreSQL refuses. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-170, 1e-300, Double.MIN_VALUE})
  void takesValuesWhoseSquaresAreTooSmallForAFloat(double tiny) {
    database.execute("truncate reading, reading_hour, reading_day, late_hour");
    database.execute(
        "insert into reading select id, v.time, v.value from series, lateral (values"
            + " (timestamptz '2026-03-28 01:00Z', 0::float8), ('2026-03-28 02:00Z', ?),"
            + " ('2026-03-28 03:00Z', ?), ('2026-03-28 04:00Z', -?)) as v (time, value)"
            + " where name like 's._'",
        tiny,
        tiny,
        tiny);
    for (var until :
        List.of("2026-03-28T00:00:00Z", "2026-03-28T02:30:00Z", "2026-03-29T00:00:00Z")) {
      new RolledReadings(database, 1).rollUntil(Instant.parse(until));
      var window = new Window(null, null);
      var told = new ArrayList<>(api.ask(queries -> queries.statistics(series, window)));
      told.removeIf(one -> one.count() == 0);
      assertThat(told).hasSize(RolledReadings.SERIES);
      told.add(api.ask(queries -> queries.statistics(SeriesPattern.of("#"), window)));
      for (var one : told) {
        assertThat(one.min()).isEqualTo(-tiny);
        assertThat(one.max()).isEqualTo(tiny);
        assertThat(one.mean()).isCloseTo(tiny / 4, within(tiny * 1e-9 + 2 * Double.MIN_VALUE));
        assertThat(one.stddev()).isCloseTo(0, within(2 * tiny));
      }
      checkTinyBuckets(tiny);
    }
  }

  /** Of the four readings together, and of two and two. */
  private static void checkTinyBuckets(double tiny) {
    var from = Instant.parse("2026-03-28T00:00:00Z");
    var own = series.stream().filter(one -> one.name().startsWith("s.")).toList();
    for (var width : List.of("P1D", "PT2H")) {
      var grid =
          BucketGrid.of(
              from, from.plus(Duration.ofDays(1)), BucketWidth.of(width), ZoneId.of("UTC"));
      for (var buckets : api.ask(queries -> queries.buckets(own, grid, Fill.NONE))) {
        assertThat(buckets.stream().mapToLong(Bucket::count).sum()).isEqualTo(4);
        for (var bucket : buckets) {
          assertThat(bucket.mean()).isBetween(bucket.min(), bucket.max());
          assertThat(bucket.mean()).isBetween(-tiny, tiny);
        }
      }
    }
  }

  @Test
  void noticesThatTheHourThatIsNotOverHasGrown() {
    var rolled = new RolledReadings(database, 77);
    rolled.shuffle();
    var until = RolledReadings.BEGIN.plus(Duration.ofMinutes(4_000));
    for (int step = 0; step < 5; step++) {
      rolled.rollUntil(until.plus(Duration.ofMinutes(7L * step)));
      checkStatistics("step " + step, rolled.scan(), new Window(null, null));
    }
  }

  @Test
  void noticesThatTheDatabaseWasReplacedByAnOlderOne() {
    var rolled = new RolledReadings(database, 99);
    rolled.shuffle();
    var window = new Window(null, null);
    database.execute("update rollup set closed_until = '2026-04-20', rolled_until = '2026-04-20'");
    api.ask(queries -> queries.statistics(series, window));
    rolled.shuffle();
    database.execute("truncate reading_hour, reading_day, late_hour");
    database.execute(
        "update rollup set closed_until = '1970-01-01Z', rolled_until = '1970-01-01Z'");
    checkStatistics("replaced", rolled.scan(), window);
  }
}
