package io.stripchart.persist.rollup;

import static io.stripchart.persist.rollup.Rollups.hour;
import static io.stripchart.persist.rollup.Rollups.minute;
import static io.stripchart.persist.rollup.Rollups.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Days equal a scan, and any number of marks is repaired. */
@Tag("brokerless")
@Timeout(180)
class DaysIT {
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

  private static List<List<Object>> days() {
    return database.query(
        "select name, day, count, min, max, mean, m2 from reading_day"
            + " join series on series.id = series_id order by name, day");
  }

  /** One of which begins within an hour that was rolled up in parts. */
  @Test
  void makesDaysOnceTheyAreRolledUpWhole() {
    var writer = rollups.writer();
    writer.stored(
        List.of(
            reading("room.0", 0, 0, 1),
            reading("room.0", 23, 3_599_999, 3),
            reading("room.0", 24, 0, 5)));
    rollups.close(minute(24 * 60 - 10));
    rollups.roll();
    assertThat(days()).isEmpty();
    rollups.close(minute(24 * 60 + 10));
    rollups.roll();
    assertThat(days()).containsExactly(List.of("room.0", hour(0), 2L, 1.0, 3.0, 2.0, 2.0));
    writer.stored(List.of(reading("room.0", 5, 0, 2), reading("room.1", 5, 0, 7)));
    rollups.assertExact("late readings are not in their day");
    rollups.repair();
    assertThat(days())
        .containsExactly(
            List.of("room.0", hour(0), 3L, 1.0, 3.0, 2.0, 2.0),
            List.of("room.1", hour(0), 1L, 7.0, 7.0, 7.0, 0.0));
    rollups.assertComplete(minute(24 * 60 + 10));
  }

  @Test
  void makesDaysOfLargeValuesThatHardlyDiffer() {
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < 24 * 60; i++) {
      double value = 1e9 + (i % 2 == 0 ? 0.001 : -0.001) * (1 + i / 60);
      readings.add(new Reading("room.0", minute(i), value));
    }
    rollups.writer().stored(readings);
    rollups.close(24);
    rollups.roll();
    double mean =
        1e9 + readings.stream().mapToDouble(one -> one.value() - 1e9).sum() / readings.size();
    double m2 = readings.stream().mapToDouble(one -> Math.pow(one.value() - mean, 2)).sum();
    var day = days().get(0);
    assertThat((double) day.get(5)).isCloseTo(mean, within(5e-7));
    assertThat((double) day.get(6)).isCloseTo(m2, within(m2 * 1e-6));
  }

  /** Whose squares no float8 holds, or come to 0, which PostgreSQL refuses. */
  @Test
  void makesDaysOfWhateverValuesReadingsHave() {
    var writer = rollups.writer();
    var values = new double[] {Double.MIN_VALUE, 1e-300, -1e-170, 9e139, 1e150, 8e307};
    for (int series = 0; series < values.length; series++) {
      for (int i = 0; i < 3; i++) {
        writer.stored(List.of(reading("any." + series, i, 0, (i - 1) * values[series])));
      }
    }
    rollups.close(24);
    rollups.roll();
    for (boolean again : new boolean[] {false, true}) {
      var days = days();
      for (int series = 0; series < values.length; series++) {
        double size = Math.abs(values[series]);
        var day = days.get(series);
        assertThat(day.subList(2, 5)).as("%s", size).containsExactly(3L, -size, size);
        assertThat((double) day.get(5)).isCloseTo(0, within(size * 1e-9 + Double.MIN_VALUE));
        var m2 = (double) day.get(6);
        if (size > 1e154) assertThat(m2).isInfinite();
        else assertThat(m2).isCloseTo(2 * size * size, within(2 * size * size * 1e-9 + 1e-280));
      }
      if (again) break;
      database.execute(
          "insert into late_hour select series_id, hour from reading_hour where hour = ?", hour(1));
      rollups.repair();
    }
  }

  @Test
  void forgetsADayWhoseReadingsWereDeletedByHandAndMarked() {
    rollups.writer().stored(List.of(reading("room.0", 0, 0, 1), reading("room.0", 24, 0, 1)));
    rollups.close(48);
    rollups.roll();
    database.execute(
        "with gone as (delete from reading where time < ? returning series_id)"
            + " insert into late_hour select series_id, ? from gone",
        hour(24),
        hour(0));
    rollups.repair();
    rollups.assertComplete(48);
    assertThat(days()).hasSize(1);
  }

  /** Of series without readings, which are repaired soonest. */
  @Test
  void goesOnThroughMarksWhereTheRoundBeforeHasEnded() {
    rollups.close(1);
    rollups.roll();
    int most = RollupWorker.MAX_STEPS * 100;
    mark(1, most + 50);
    var repairing = new Repairing(new Turn(rollups.pool), rollups.metrics);
    assertThat(Rollups.await(repairing.run())).isTrue();
    assertThat(rollups.marks()).isEqualTo(50);
    mark(1, 7);
    assertThat(Rollups.await(repairing.run())).isFalse();
    assertThat(database.number("select count(*) from late_hour where series_id > 7")).isZero();
    assertThat(rollups.marks()).isEqualTo(7);
    assertThat(Rollups.await(repairing.run())).isFalse();
    assertThat(rollups.marks()).isZero();
  }

  private static void mark(int firstSeries, int lastSeries) {
    database.execute(
        "insert into late_hour select series, ? from generate_series(%d, %d) as series"
            .formatted(firstSeries, lastSeries),
        hour(0));
  }
}
