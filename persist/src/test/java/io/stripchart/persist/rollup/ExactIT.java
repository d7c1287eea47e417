package io.stripchart.persist.rollup;

import static io.stripchart.persist.rollup.Rollups.hour;
import static io.stripchart.persist.rollup.Rollups.minute;
import static io.stripchart.persist.rollup.Rollups.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("brokerless")
@Timeout(180)
class ExactIT {
  private static final int HOURS = 72;

  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static Rollups rollups;

  @BeforeAll
  static void open() {
    rollups = new Rollups(database);
  }

  @AfterAll
  static void close() {
    rollups.close();
  }

  @BeforeEach
  void clear() {
    rollups.clear();
  }

  /** Of few times, so that many come twice, with another value too. */
  private static List<Reading> readings(Random random) {
    var readings = new ArrayList<Reading>();
    for (int i = random.nextInt(60); i >= 0; i--) {
      readings.add(
          reading(
              "room." + random.nextInt(4),
              random.nextInt(HOURS),
              random.nextInt(6) * 719_800L,
              random.nextInt(100) / 8.0 - 3));
    }
    return readings;
  }

  /** So many of an hour that its minutes are made; some of them have none. */
  private static List<Reading> dense(Random random) {
    int hours = random.nextInt(HOURS);
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < 900; i++) {
      if (i % 100 < 20) continue;
      long millis = i * 4_000L + random.nextInt(3);
      readings.add(reading("dense." + hours % 2, hours, millis, 1e6 + random.nextGaussian()));
    }
    return readings;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isEveryHourThatIsNotMarkedAtEachStep(long seed) {
    var random = new Random(seed);
    var writer = rollups.writer();
    int closed = 0;
    for (int step = 0; step < 80; step++) {
      switch (random.nextInt(7)) {
        case 0 -> {
          // Usually some minutes, within an hour or across its end.
          closed = Math.min(HOURS * 60, closed + random.nextInt(random.nextBoolean() ? 50 : 700));
          rollups.close(minute(closed));
        }
        case 1 -> rollups.roll();
        case 2 -> rollups.repair();
        case 3 -> rollups.refine();
        case 4 -> writer.stored(dense(random));
        default -> writer.stored(readings(random));
      }
      rollups.assertExact("seed " + seed + ", step " + step);
    }
    assertThat(rollups.metrics.repaired.count()).isPositive();
    assertThat(rollups.metrics.refined.count()).isPositive();
    rollups.close(HOURS);
    rollups.roll();
    rollups.repair();
    rollups.refine();
    rollups.assertComplete(HOURS);
    assertThat(database.number("select sum(count) from reading_hour"))
        .isEqualTo(database.number("select count(*) from reading"))
        .isPositive();
  }

  @Test
  void marksOnlyTheClosedHoursOfNewReadings() {
    var writer = rollups.writer();
    writer.stored(List.of(reading("room.0", 0, 0, 1)));
    rollups.close(1);
    writer.stored(List.of(reading("room.0", 0, 0, 1), reading("room.0", 1, 0, 1)));
    assertThat(rollups.marks()).isZero();
    writer.stored(List.of(reading("room.0", 0, 1, 1)));
    assertThat(database.query("select hour from late_hour")).containsExactly(List.of(hour(0)));
  }

  @Test
  void addsToAnHourThatIsNotOver() {
    var writer = rollups.writer();
    for (int minute = 0; minute < 60; minute += 7) {
      var readings = new ArrayList<Reading>();
      for (int i = 0; i < 420; i++) {
        double value = 1e9 + (i % 2 == 0 ? 0.001 : -0.001) * minute;
        readings.add(new Reading("room.0", minute(minute).plusSeconds(i), value));
      }
      writer.stored(readings);
      rollups.close(minute(minute + 5));
      rollups.roll();
    }
    assertThat(rollups.marks()).isZero();
    rollups.refine();
    rollups.assertMinutesExact("of an hour that was added to");
    assertThat(
            database.number(
                "select cardinality(minutes) from reading_hour where hour = ?", hour(0)))
        .isEqualTo(60);
    assertThat(database.number("select count from reading_hour where hour = ?", hour(0)))
        .isEqualTo(3_600);
    var told = database.query("select mean, m2 from reading_hour where hour = ?", hour(0)).get(0);
    database.execute("insert into late_hour select series_id, hour from reading_hour");
    rollups.repair();
    var made = database.query("select mean, m2 from reading_hour where hour = ?", hour(0)).get(0);
    assertThat((double) told.get(0)).isCloseTo((double) made.get(0), within(5e-7));
    assertThat((double) told.get(1)).isCloseTo((double) made.get(1), within(1e-3));
  }

  @Test
  void rollsUpHugeValuesOfAnHourThatIsNotOver() {
    var writer = rollups.writer();
    writer.stored(List.of(reading("huge", 0, 0, 1e150), reading("huge", 0, 2_400_000, 3e150)));
    rollups.close(minute(30));
    rollups.roll();
    rollups.close(minute(50));
    rollups.roll();
    rollups.repair();
    assertThat(rollups.marks()).isEqualTo(1);
    rollups.close(1);
    rollups.roll();
    rollups.repair();
    var row = database.query("select count, mean, m2 from reading_hour").get(0);
    assertThat(row.get(0)).isEqualTo(2L);
    assertThat((double) row.get(1)).isCloseTo(2e150, within(1e136));
    assertThat((double) row.get(2)).isCloseTo(2e300, within(1e287));
    assertThat(rollups.marks()).isZero();
  }

  /** Whose products come to 0, which PostgreSQL refuses. */
  @Test
  void addsTinyValuesToAnHourThatIsNotOver() {
    var writer = rollups.writer();
    var first = new double[] {0, 0, 0, 1e-170, Double.MIN_VALUE, 1e-300};
    var second = new double[] {1e-170, Double.MIN_VALUE, -1e-139, 1e-170, -1e-200, 3e-300};
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < first.length; i++) {
      readings.add(reading("tiny." + i, 0, 0, first[i]));
      readings.add(reading("tiny." + i, 0, 2_400_000, second[i]));
    }
    writer.stored(readings);
    for (int minute : new int[] {30, 60}) {
      rollups.close(minute(minute));
      rollups.roll();
    }
    rollups.assertComplete(1);
    var means =
        database.query(
            "select mean from reading_hour join series on series.id = series_id order by name");
    for (int i = 0; i < first.length; i++) {
      assertThat((double) means.get(i).get(0))
          .as("%s and %s", first[i], second[i])
          .isCloseTo((first[i] + second[i]) / 2, within(1e-300));
    }
  }

  @Test
  void leavesAMarkedHourThatIsNotOverForLater() {
    var writer = rollups.writer();
    writer.stored(List.of(reading("room.0", 0, 0, 1)));
    rollups.close(minute(30));
    rollups.roll();
    writer.stored(List.of(reading("room.0", 0, 1, 2)));
    for (int minute : new int[] {40, 59}) {
      rollups.close(minute(minute));
      rollups.roll();
      rollups.repair();
      assertThat(rollups.marks()).isEqualTo(1);
    }
    rollups.close(1);
    rollups.roll();
    rollups.repair();
    rollups.assertComplete(1);
  }

  /** As a process does that knows of whole hours only. */
  @Test
  void marksAnHourInWhichReadingsWouldCountTwice() {
    var writer = rollups.writer();
    writer.stored(List.of(reading("room.0", 0, 0, 1), reading("room.0", 0, 2_400_000, 3)));
    rollups.close(minute(30));
    rollups.roll();
    database.execute(
        "update reading_hour set count = 2, max = 3, last = 3, last_time = ?", minute(40));
    rollups.close(minute(50));
    rollups.roll();
    assertThat(rollups.marks()).isEqualTo(1);
    rollups.close(1);
    rollups.roll();
    rollups.repair();
    rollups.assertComplete(1);
  }

  @Test
  void beginsAgainWithWholeHours() {
    rollups.writer().stored(List.of(reading("room.0", 0, 0, 1), reading("room.0", 0, 1, 2)));
    rollups.close(minute(10));
    rollups.roll();
    database.execute("update rollup set rolled_until = 'epoch'");
    rollups.roll();
    rollups.assertComplete(minute(10));
  }

  @Test
  void neverOpensAClosedHourAgain() {
    rollups.close(5);
    rollups.close(3);
    rollups.roll();
    rollups.assertComplete(5);
  }

  @Test
  void holdsForLargeValuesThatHardlyDiffer() {
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < 3_600; i++) {
      readings.add(reading("room.0", 0, i * 1_000L, 1e9 + (i % 2 == 0 ? 0.001 : -0.001)));
    }
    rollups.writer().stored(readings);
    rollups.close(1);
    rollups.roll();
    var row = database.query("select mean, m2 from reading_hour").get(0);
    double half = (readings.get(0).value() - readings.get(1).value()) / 2;
    assertThat((double) row.get(0)).isCloseTo(1e9, within(2e-7));
    double m2 = half * half * 3_600;
    assertThat((double) row.get(1)).isCloseTo(m2, within(m2 * 1e-9));
  }

  @Test
  void takesWhateverValueAReadingMayHave() {
    rollups
        .writer()
        .stored(
            List.of(
                reading("wide", 0, 0, Double.MAX_VALUE),
                reading("wide", 0, 1, -Double.MAX_VALUE),
                reading("wide", 0, 2, Double.MIN_VALUE),
                reading("huge", 0, 0, 1e150),
                reading("huge", 0, 1, 3e150),
                reading("tiny", 0, 0, Double.MIN_VALUE),
                reading("tiny", 0, 1, 1e-300)));
    rollups.close(1);
    rollups.roll();
    assertThat(
            database.query(
                "select count, min, max, mean, m2 from reading_hour"
                    + " join series on series.id = series_id order by name"))
        .satisfiesExactly(
            huge -> {
              assertThat(huge.subList(0, 3)).containsExactly(2L, 1e150, 3e150);
              assertThat((double) huge.get(3)).isCloseTo(2e150, within(1e136));
              assertThat((double) huge.get(4)).isCloseTo(2e300, within(1e287));
            },
            tiny -> assertThat((double) tiny.get(3)).isCloseTo(5e-301, within(1e-310)),
            wide ->
                assertThat(wide)
                    .containsExactly(
                        3L, -Double.MAX_VALUE, Double.MAX_VALUE, 0.0, Double.POSITIVE_INFINITY));
  }

  /** As of many hours: values for which PostgreSQL's arithmetic may refuse a statement. */
  @Test
  void makesTheMinutesOfWhateverValuesReadingsHave() {
    var writer = rollups.writer();
    var values = new double[] {Double.MIN_VALUE, 1e-300, -1e-170, 9e139, 1e150, 8e307};
    for (int series = 0; series < values.length; series++) {
      var readings = new ArrayList<Reading>();
      for (int i = 0; i < 700; i++) {
        readings.add(reading("any." + series, 0, i * 5_000L, (i % 3 - 1) * values[series]));
      }
      writer.stored(readings);
    }
    rollups.close(1);
    rollups.roll();
    rollups.refine();
    assertThat(
            database.query(
                "select cardinality(minutes), minutes[1].count from reading_hour"
                    + " join series on series.id = series_id order by name"))
        .containsExactly(
            List.of(59, 12L),
            List.of(59, 12L),
            List.of(59, 12L),
            List.of(59, 12L),
            Arrays.asList(null, null),
            Arrays.asList(null, null));
    assertThat(database.number("select count(*) from dense_hour")).isZero();
  }

  @Test
  void makesNoMinutesOfHoursThatAreNotOverOrHaveFewReadings() {
    var writer = rollups.writer();
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < 650; i++) {
      readings.add(reading("dense", 0, i * 1_000L, i));
      if (i < 600) readings.add(reading("sparse", 0, i * 1_000L, i));
    }
    writer.stored(readings);
    rollups.close(minute(30));
    rollups.roll();
    rollups.refine();
    assertThat(database.number("select count(*) from reading_hour where minutes is null"))
        .isEqualTo(2);
    rollups.close(1);
    rollups.roll();
    rollups.refine();
    rollups.assertComplete(1);
    assertThat(
            database.query(
                "select name from reading_hour join series on series.id = series_id"
                    + " where minutes is not null"))
        .containsExactly(List.of("dense"));
  }

  @Test
  void forgetsAnHourWhoseReadingsWereDeletedByHandAndMarked() {
    rollups.writer().stored(List.of(reading("room.0", 0, 0, 1), reading("room.0", 1, 0, 1)));
    rollups.close(2);
    rollups.roll();
    database.execute(
        "with gone as (delete from reading where time < ? returning series_id)"
            + " insert into late_hour select series_id, ? from gone",
        hour(1),
        hour(0));
    rollups.repair();
    rollups.assertComplete(2);
    assertThat(database.number("select count(*) from reading_hour")).isEqualTo(1);
  }

  @Test
  void dropsWholePartitionsWithTheirRollupsAndMarks() {
    var writer = rollups.writer();
    int now = (int) Duration.between(hour(0), Instant.now()).toHours();
    int young = now - 47;
    writer.stored(
        List.of(
            reading("room.0", 0, 0, 1),
            reading("room.0", 30, 0, 1),
            reading("room.0", young, 0, 1)));
    rollups.close(now);
    rollups.roll();
    writer.stored(List.of(reading("room.1", 0, 0, 1), reading("room.1", young, 0, 1)));
    rollups.retain(Duration.ofDays(2));
    rollups.assertExact("after retention");
    assertThat(database.query("select distinct time from reading"))
        .containsExactly(List.of(hour(young)));
    assertThat(database.query("select hour from reading_hour"))
        .containsExactly(List.of(hour(young)));
    assertThat(database.query("select hour from late_hour")).containsExactly(List.of(hour(young)));
    assertThat(database.number("select count(*) from reading_day where day < ?", hour(young - 24)))
        .isZero();
    assertThat(
            database.number(
                "select count(*) from pg_inherits where inhparent = 'reading'::regclass"))
        .isEqualTo(1);
    assertThat(rollups.metrics.dropped.count()).isGreaterThanOrEqualTo(2);
    rollups.repair();
    rollups.assertComplete(now);
  }
}
