package io.stripchart.persist.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.NavigableMap;
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
}
