package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stripchart.api.buckets.Bucket;
import io.stripchart.api.buckets.BucketGrid;
import io.stripchart.api.buckets.BucketWidth;
import io.stripchart.api.buckets.Chart;
import io.stripchart.api.buckets.Fill;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.reading.TimeStretches;
import io.stripchart.testing.TestDatabase;
import io.stripchart.testing.WeeklyPartitions;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However many partitions there are, a question touches those in which its readings are, and those
 * of the last weeks: all others are locked by another transaction meanwhile.
 */
@SuppressWarnings("try") // A lock is held, and not used.
@Tag("brokerless")
@Timeout(300)
class ManyPartitionsIT {
  private static final int PARTITIONS = 500;
  private static final Window ALL = new Window(null, null);

  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static AskedQueries api;
  private static WeeklyPartitions partitions;
  private static final Map<String, SeriesRow> rows = new HashMap<>();
  private static final Map<String, List<Reading>> stored = new HashMap<>();

  /** When series that are over were stored. */
  private static Instant then;

  private static Instant later;

  @BeforeAll
  static void store() {
    api = new AskedQueries(database.directUri());
    partitions = WeeklyPartitions.create(database, PARTITIONS);
    then = partitions.begin().plus(70, ChronoUnit.DAYS);
    later = then.plus(2_100, ChronoUnit.DAYS);
    var now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    store("live", now.minus(3, ChronoUnit.DAYS), Duration.ofMinutes(5), 860);
    store("dead", then, Duration.ofMinutes(10), 200);
    store("islands", then, Duration.ofMinutes(10), 100);
    store("islands", later, Duration.ofMinutes(10), 100);
    store("islands", now.minus(300, ChronoUnit.MINUTES), Duration.ofMinutes(10), 29);
    store("late", then, Duration.ofMinutes(10), 100);
    store("late", later, Duration.ofMinutes(10), 100);
    store("weekly", partitions.begin(), Duration.ofDays(7), PARTITIONS - 2);
    new RolledReadings(database, 1).rollUntil(now.minus(30, ChronoUnit.MINUTES));
    // Of one series some hours were rolled up before the last readings, others never.
    database.execute(
        "insert into late_hour select series_id, hour from reading_hour join series on id ="
            + " series_id where name = 'late'");
    database.execute(
        "update reading_hour set count = 7777, mean = 1e9, first = 1e9, last = 1e9, minutes = null"
            + " where (series_id, hour) in (select series_id, hour from late_hour)");
    database.execute(
        "delete from reading_hour where hour > ? and (series_id, hour) in"
            + " (select series_id, hour from late_hour)",
        later);
    api.ask(queries -> queries.series(SeriesPattern.of("#"), "", 10))
        .forEach(row -> rows.put(row.name(), row));
  }

  private static void store(String series, Instant first, Duration step, int count) {
    database.execute("insert into series (name) values ('" + series + "') on conflict do nothing");
    database.execute(
        "insert into reading select id, ?::timestamptz + i * ? * interval '1 second', i % 7"
            + " from series, generate_series(0, ? - 1) as i where name = ?",
        first, (int) step.toSeconds(), count, series);
    var readings = stored.computeIfAbsent(series, name -> new ArrayList<>());
    for (int i = 0; i < count; i++)
      readings.add(new Reading(series, first.plus(step.multipliedBy(i)), i % 7));
  }

  @AfterAll
  static void close() {
    api.close();
  }

  /** The answer, while all partitions are locked but the last ones and those of some times. */
  private static <T> T ask(Function<ReadingQueries, Future<T>> question, Instant... times)
      throws Exception {
    try (var lock = partitions.lockOthers(times)) {
      return api.ask(question);
    }
  }

  private static Instant[] weeks(Instant from, int days) {
    return from.atOffset(ZoneOffset.UTC)
        .toLocalDate()
        .datesUntil(from.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(days + 1))
        .map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant())
        .toArray(Instant[]::new);
  }

  private static Instant[] thenAndLater() {
    var both = new ArrayList<Instant>(List.of(partitions.begin()));
    Collections.addAll(both, weeks(then, 4));
    Collections.addAll(both, weeks(later, 4));
    return both.toArray(Instant[]::new);
  }

  private static Reading last(List<Reading> readings) {
    return readings.get(readings.size() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"live", "dead", "islands", "late", "weekly"})
  void findsTheLatestReading(String series) throws Exception {
    var latest = last(stored.get(series));
    for (int time = 0; time < 7; time++) {
      var found = ask(queries -> queries.latest(series), latest.time());
      assertThat(found).isEqualTo(latest);
    }
    var ofRow = ask(queries -> queries.latest(rows.get(series)), latest.time());
    assertThat(ofRow).isEqualTo(latest);
    var window = ask(queries -> queries.last(series, 1), latest.time());
    assertThat(window).containsExactly(latest);
  }

  @Test
  void findsTheLatestReadingOfAll() throws Exception {
    var expected = stored.values().stream().map(ManyPartitionsIT::last).toList();
    var found = ask(queries -> queries.latest(SeriesPattern.of("#"), 10), thenAndLater());
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    // In one statement.
    var each =
        ask(
            queries ->
                Future.all(stored.keySet().stream().map(queries::latest).toList())
                    .map(all -> all.<Reading>list()),
            thenAndLater());
    assertThat(each).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"live", "dead", "islands", "late"})
  void readsPages(String series) throws Exception {
    var all = stored.get(series);
    for (int count : new int[] {1, 10, 99, 1_000}) {
      var row = List.of(rows.get(series));
      var first = ask(queries -> queries.pages(row, ALL, count, true), thenAndLater()).get(0);
      var newest = ask(queries -> queries.pages(row, ALL, count, false), thenAndLater()).get(0);
      var some = Math.min(count, all.size());
      assertThat(first.readings()).isEqualTo(all.subList(0, some));
      assertThat(first.more()).isEqualTo(count < all.size());
      assertThat(newest.readings()).isEqualTo(all.subList(all.size() - some, all.size()));
      var measured = ask(queries -> queries.measurements(series, ALL, count), thenAndLater());
      assertThat(measured).isEqualTo(all.subList(0, some));
    }
  }

  /** A page of readings of some partitions leaves the others alone. */
  @Test
  void readsOnlyThePartitionsOfAPage() throws Exception {
    var row = List.of(rows.get("weekly"));
    var all = stored.get("weekly");
    var weeks = all.subList(0, 12).stream().map(Reading::time).toArray(Instant[]::new);
    var page = ask(queries -> queries.pages(row, ALL, 10, true), weeks).get(0);
    assertThat(page.readings()).isEqualTo(all.subList(0, 10));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void readsAnyPage(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      var series = List.copyOf(stored.keySet()).get(random.nextInt(stored.size()));
      var all = stored.get(series);
      var one = all.get(random.nextInt(all.size())).time().plusMillis(random.nextInt(-1, 2));
      var other = all.get(random.nextInt(all.size())).time().plusMillis(random.nextInt(-1, 2));
      if (one.equals(other)) continue;
      var window =
          new Window(
              random.nextInt(4) == 0 ? null : one.isBefore(other) ? one : other,
              random.nextInt(4) == 0 ? null : one.isBefore(other) ? other : one);
      var own =
          all.stream()
              .filter(it -> window.after() == null || !it.time().isBefore(window.after()))
              .filter(it -> window.before() == null || it.time().isBefore(window.before()))
              .toList();
      int count = 1 + random.nextInt(random.nextBoolean() ? 20 : 1_000);
      int some = Math.min(count, own.size());
      var row = List.of(rows.get(series));
      var place = series + " " + window + " " + count;
      assertThat(api.ask(queries -> queries.pages(row, window, count, true)).get(0).readings())
          .as(place)
          .isEqualTo(own.subList(0, some));
      assertThat(api.ask(queries -> queries.pages(row, window, count, false)).get(0).readings())
          .as(place)
          .isEqualTo(own.subList(own.size() - some, own.size()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"live", "dead", "islands", "late", "weekly"})
  void makesStatistics(String series) throws Exception {
    var all = stored.get(series);
    var found =
        ask(
            queries -> queries.statistics(series, ALL),
            series.equals("late") ? thenAndLater() : new Instant[0]);
    check(found, all);
    // The edges are read.
    var window = new Window(all.get(1).time(), last(all).time());
    var edges = new Instant[] {all.get(1).time(), last(all).time(), then, later};
    var times = series.equals("late") ? thenAndLater() : edges;
    check(
        ask(queries -> queries.statistics(series, window), times), all.subList(1, all.size() - 1));
  }

  @Test
  void makesStatisticsOfAll() throws Exception {
    var found = ask(queries -> queries.statistics(SeriesPattern.of("#"), ALL), thenAndLater());
    assertThat(found.count()).isEqualTo(stored.values().stream().mapToInt(List::size).sum());
  }

  private static void check(Statistics found, List<Reading> readings) {
    assertThat(found.count()).isEqualTo(readings.size());
    assertThat(found.first()).isEqualTo(readings.get(0));
    assertThat(found.last()).isEqualTo(last(readings));
    assertThat(found.sum()).isEqualTo(readings.stream().mapToDouble(Reading::value).sum());
  }

  @ParameterizedTest
  @ValueSource(strings = {"live", "dead", "islands", "late"})
  void makesBucketsAndCharts(String series) throws Exception {
    var all = stored.get(series);
    var from = partitions.begin().plusSeconds(1);
    var to = Instant.now();
    for (var width : List.of("P30D", "P17D")) {
      var grid = BucketGrid.of(from, to, BucketWidth.of(width), ZoneOffset.UTC);
      var found =
          ask(
              queries -> queries.buckets(List.of(rows.get(series)), grid, Fill.PREVIOUS),
              thenAndLater());
      checkBuckets(found.get(0), all);
    }
    var points =
        ask(queries -> queries.chart(series, Chart.thresholds(from, to, 800)), thenAndLater());
    assertThat(points.get(0)).isEqualTo(all.get(0));
    assertThat(last(points)).isEqualTo(last(all));
    assertThat(points).extracting(Reading::time).isSorted().doesNotHaveDuplicates();
  }

  private static void checkBuckets(List<Bucket> found, List<Reading> all) {
    long count = 0;
    Double previous = null;
    for (int i = 0; i < found.size(); i++) {
      var bucket = found.get(i);
      var end = i + 1 < found.size() ? found.get(i + 1).start() : Instant.MAX;
      var values =
          all.stream()
              .filter(one -> !one.time().isBefore(bucket.start()) && one.time().isBefore(end))
              .map(Reading::value)
              .toList();
      count += values.size();
      assertThat(bucket.count()).as("count %s", bucket).isEqualTo(values.size());
      if (!values.isEmpty()) {
        assertThat(bucket.min()).as("min %s", bucket).isEqualTo(Collections.min(values));
        assertThat(bucket.max()).as("max %s", bucket).isEqualTo(Collections.max(values));
        assertThat(bucket.first()).as("first %s", bucket).isEqualTo(values.get(0));
        assertThat(bucket.last()).as("last %s", bucket).isEqualTo(values.get(values.size() - 1));
        double mean = values.stream().mapToDouble(value -> value).average().orElseThrow();
        assertThat(bucket.mean()).as("mean %s", bucket).isCloseTo(mean, within(1e-9));
        previous = bucket.last();
      } else {
        assertThat(Arrays.asList(bucket.min(), bucket.max(), bucket.mean()))
            .as("filled %s", bucket)
            .containsOnly(previous);
        assertThat(Arrays.asList(bucket.first(), bucket.last()))
            .as("filled %s", bucket)
            .containsOnly(previous);
      }
    }
    assertThat(count).isEqualTo(all.size());
  }

  @Test
  void fillsFromFarAway() throws Exception {
    var from = later.plus(700, ChronoUnit.DAYS);
    var grid =
        BucketGrid.of(from, from.plus(2, ChronoUnit.DAYS), BucketWidth.of("P1D"), ZoneOffset.UTC);
    var found =
        ask(
            queries -> queries.buckets(List.of(rows.get("islands")), grid, Fill.LINEAR),
            from.minus(7, ChronoUnit.DAYS),
            from,
            from.plus(7, ChronoUnit.DAYS),
            from.plus(9, ChronoUnit.DAYS),
            later,
            later.plus(1, ChronoUnit.DAYS));
    assertThat(found.get(0).get(0).mean()).isNotNull();
  }

  @Test
  void readsHistory() throws Exception {
    var series = new SeriesSet(new Integer[] {rows.get("islands").id()}, Map.of());
    try (var lock = partitions.lockOthers(thenAndLater())) {
      var place = partitions.begin();
      var starts = new ArrayList<Instant>();
      for (int i = 0; i < 3; i++) {
        var after = place;
        var next = api.askStream(stream -> stream.next(series, after));
        starts.add(next);
        place = next.plus(3, ChronoUnit.DAYS);
      }
      assertThat(starts.get(0)).isEqualTo(then.truncatedTo(ChronoUnit.HOURS));
      assertThat(starts.get(1)).isEqualTo(later.truncatedTo(ChronoUnit.HOURS));
      var end = place;
      var none = api.askStream(stream -> stream.next(series, end));
      assertThat(none).isNull();
      // What a batch stored then.
      var times = TimeStretches.of(stored.get("dead"));
      var page =
          api.askStream(
              stream -> stream.ofTransactions(series, List.of(1L), Place.before(then), times, 10));
      assertThat(page.readings()).isEmpty();
    }
  }
}
