package io.stripchart.persist.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.time.Period;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class PartitionGridTest {
  private static final PartitionGrid WEEKS = new PartitionGrid(7);

  private static PartitionRange range(String from, String to) {
    return new PartitionRange(Instant.parse(from), Instant.parse(to));
  }

  private static NavigableMap<Instant, PartitionRange> existing(PartitionRange... ranges) {
    var existing = new TreeMap<Instant, PartitionRange>();
    for (var range : ranges) existing.put(range.from(), range);
    return existing;
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 1969-12-29T00:00:00Z, reading_1969_12_29",
    "1970-01-04T23:59:59.999999Z, 1969-12-29T00:00:00Z, reading_1969_12_29",
    "1970-01-05T00:00:00Z, 1970-01-05T00:00:00Z, reading_1970_01_05",
    "2026-11-15T23:59:59.999999Z, 2026-11-09T00:00:00Z, reading_2026_11_09",
    "2026-11-16T00:00:00Z, 2026-11-16T00:00:00Z, reading_2026_11_16",
    "2026-11-21T02:41:48Z, 2026-11-16T00:00:00Z, reading_2026_11_16",
    "9999-12-31T23:59:59.999999Z, 9999-12-27T00:00:00Z, reading_9999_12_27"
  })
  void weeksBeginOnMondays(Instant time, Instant from, String table) {
    var range = WEEKS.around(time);
    assertThat(range.from()).isEqualTo(from);
    assertThat(range.contains(time)).isTrue();
    assertThat(range.tableName()).isEqualTo(table);
  }

  @Test
  void theLastWeekEndsInTheYear10000() {
    assertThat(WEEKS.around(Reading.LATEST).toLiteral())
        .isEqualTo("'10000-01-03 00:00:00.000000+00'");
  }

  @Test
  void followsItsGridWhereNothingIsInTheWay() {
    var time = Instant.parse("2026-11-21T02:41:48Z");
    var neighbours =
        existing(
            range("2026-11-09T00:00:00Z", "2026-11-16T00:00:00Z"),
            range("2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"));
    assertThat(WEEKS.free(time, neighbours)).isEqualTo(WEEKS.around(time));
  }

  @Test
  void leavesToNeighboursOfAnotherWidthWhatIsTheirs() {
    var days =
        existing(
            range("2026-11-17T00:00:00Z", "2026-11-18T00:00:00Z"),
            range("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"));
    assertThat(WEEKS.free(Instant.parse("2026-11-16T05:00:00Z"), days))
        .isEqualTo(range("2026-11-16T00:00:00Z", "2026-11-17T00:00:00Z"));
    assertThat(WEEKS.free(Instant.parse("2026-11-19T05:00:00Z"), days))
        .isEqualTo(range("2026-11-18T00:00:00Z", "2026-11-20T00:00:00Z"));
    assertThat(WEEKS.free(Instant.parse("2026-11-22T05:00:00Z"), days))
        .isEqualTo(range("2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"));
  }

  @Test
  void aRangeThatBeginsWithinADayTellsSoInItsName() {
    assertThat(range("2026-11-17T09:30:00Z", "2026-11-18T00:00:00Z").tableName())
        .isEqualTo("reading_2026_11_17_093000");
  }

  @Test
  void widthsThatChangeNeverOverlapAndCoverEveryTime() {
    var random = new Random(42);
    var all = new TreeMap<Instant, PartitionRange>();
    for (int i = 0; i < 2_000; i++) {
      var grid = new PartitionGrid(1 + random.nextInt(40));
      var time = Instant.ofEpochSecond(random.nextLong(20L * 365 * 86_400));
      var before = all.floorEntry(time);
      if (before != null && before.getValue().contains(time)) continue;
      var range = grid.free(time, all);
      assertThat(range.contains(time)).isTrue();
      all.put(range.from(), range);
    }
    PartitionRange last = null;
    for (var range : all.values()) {
      if (last != null) assertThat(range.from()).isAfterOrEqualTo(last.to());
      last = range;
    }
  }

  private static final PartitionGrid.Near NEAR =
      new PartitionSettings(7).near(Instant.parse("2026-11-21T02:41:48Z"));

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T02:41:48Z, 2026-11-16T00:00:00Z, 2026-11-23T00:00:00Z",
    "2025-12-31T23:59:59Z, 2025-12-29T00:00:00Z, 2026-01-05T00:00:00Z",
    "2025-01-05T00:00:00Z, 2024-12-30T00:00:00Z, 2025-01-06T00:00:00Z",
    "2024-12-31T23:59:59.999999Z, 2024-01-01T00:00:00Z, 2025-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z, 1971-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z, 1969-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
    "1899-06-01T00:00:00Z, 1800-01-01T00:00:00Z, 1900-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z, 0100-01-01T00:00:00Z",
    "2027-11-21T02:41:48Z, 2027-11-15T00:00:00Z, 2027-11-22T00:00:00Z",
    "2028-01-02T00:00:00Z, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
    "2099-12-31T00:00:00Z, 2099-01-01T00:00:00Z, 2100-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z, 9900-01-01T00:00:00Z, +10000-01-01T00:00:00Z"
  })
  void timesFarFromNowShareYearsAndCenturies(Instant time, Instant from, Instant to) {
    assertThat(WEEKS.around(time, NEAR)).isEqualTo(new PartitionRange(from, to));
  }

  @Test
  void someHundredsAreEnoughForAllTimes() {
    var all = new TreeMap<Instant, PartitionRange>();
    var random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      var time =
          Instant.ofEpochSecond(
              Reading.EARLIEST.getEpochSecond()
                  + random.nextLong(
                      Reading.LATEST.getEpochSecond() - Reading.EARLIEST.getEpochSecond()));
      put(all, WEEKS, time, NEAR);
    }
    for (long week = 0; week < 100 * 53; week++)
      put(all, WEEKS, Instant.EPOCH.plusSeconds(week * 7 * 86_400), NEAR);
    assertThat(all).hasSizeLessThan(500);
  }

  private static void put(
      NavigableMap<Instant, PartitionRange> all,
      PartitionGrid grid,
      Instant time,
      PartitionGrid.Near near) {
    var before = all.floorEntry(time);
    if (before != null && before.getValue().contains(time)) return;
    var range = grid.free(time, all, near);
    assertThat(range.contains(time)).isTrue();
    all.put(range.from(), range);
  }

  @Test
  void widthsAndClocksThatChangeNeverOverlapAndCoverEveryTime() {
    var random = new Random(43);
    var all = new TreeMap<Instant, PartitionRange>();
    for (int i = 0; i < 5_000; i++) {
      var now = Instant.ofEpochSecond(random.nextLong(60L * 365 * 86_400));
      var near = new PartitionSettings(7).near(now);
      var time = Instant.ofEpochSecond(random.nextLong(80L * 365 * 86_400));
      put(all, new PartitionGrid(1 + random.nextInt(400)), time, near);
    }
    PartitionRange last = null;
    for (var range : all.values()) {
      if (last != null) assertThat(range.from()).isAfterOrEqualTo(last.to());
      last = range;
    }
  }

  @Test
  void keepsTheirWidthWithinARetentionOfUpToTenYears() {
    var now = Instant.parse("2026-11-21T00:00:00Z");
    var time = Instant.parse("2023-05-03T00:00:00Z");
    var four = new PartitionSettings(7, 1, Optional.of(Period.ofYears(4)));
    assertThat(WEEKS.around(time, four.near(now))).isEqualTo(WEEKS.around(time));
    var short30 = new PartitionSettings(7, 1, Optional.of(Period.ofDays(30)));
    assertThat(WEEKS.around(time, short30.near(now)).from())
        .isEqualTo(Instant.parse("2023-01-01T00:00:00Z"));
    var hundred = new PartitionSettings(7, 1, Optional.of(Period.ofYears(100)));
    assertThat(WEEKS.around(time, hundred.near(now)).from())
        .isEqualTo(Instant.parse("2023-01-01T00:00:00Z"));
  }
}
