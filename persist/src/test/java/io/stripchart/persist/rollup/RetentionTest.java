package io.stripchart.persist.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.persist.store.Partition;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RetentionTest {
  private static final Partition WEEK =
      partition("week", "2026-11-02T00:00:00Z", "2026-11-09T00:00:00Z");

  private static Partition partition(String name, String from, String to) {
    return new Partition(name, Instant.parse(from), Instant.parse(to), false);
  }

  private static boolean isTooOld(Partition partition, String now) {
    return Retention.tooOld(List.of(partition), Instant.parse(now), Duration.ofDays(2)).isPresent();
  }

  @Test
  void endsWithTheLastReadingOfAPartition() {
    assertThat(isTooOld(WEEK, "2026-11-10T23:59:59Z")).isFalse();
    assertThat(isTooOld(WEEK, "2026-11-11T00:00:00Z")).isTrue();
  }

  @Test
  void countsMonthsByTheCalendar() {
    var month = Period.ofMonths(1);
    assertThat(Retention.tooOld(List.of(WEEK), Instant.parse("2026-12-08T23:59:59Z"), month))
        .isEmpty();
    assertThat(Retention.tooOld(List.of(WEEK), Instant.parse("2026-12-09T00:00:00Z"), month))
        .contains(WEEK);
  }

  @Test
  void beginsWithTheOldest() {
    var before = partition("before", "2026-10-26T00:00:00Z", "2026-11-02T00:00:00Z");
    assertThat(
            Retention.tooOld(
                List.of(before, WEEK), Instant.parse("2027-01-01T00:00:00Z"), Duration.ofDays(2)))
        .contains(before);
  }

  @Test
  void leavesAloneWhatIsNotOfWholeDaysOrTakesTheRest() {
    var crooked = partition("crooked", "2026-11-02T00:00:00Z", "2026-11-09T05:00:00Z");
    var rest = new Partition("rest", Instant.EPOCH, WEEK.to(), true);
    assertThat(isTooOld(crooked, "2027-01-01T00:00:00Z")).isFalse();
    assertThat(isTooOld(rest, "2027-01-01T00:00:00Z")).isFalse();
  }
}
