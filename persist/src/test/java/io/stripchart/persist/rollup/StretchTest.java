package io.stripchart.persist.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.persist.store.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StretchTest {
  private static final Instant BEGIN = Instant.parse("2026-11-02T00:00:00Z");

  /** The first week, and the third. */
  private static final List<Partition> WEEKS = List.of(days("one", 0, 7), days("three", 14, 21));

  private static Instant day(int days) {
    return BEGIN.plus(Duration.ofDays(days));
  }

  private static Partition days(String name, int from, int to) {
    return new Partition(name, day(from), day(to), false);
  }

  private static Stretch next(Instant from, Instant end, List<Partition> partitions) {
    return Stretch.next(from, end, partitions, Duration.ofDays(1));
  }

  @Test
  void isADayAtMost() {
    assertThat(next(day(2), day(20), WEEKS)).isEqualTo(new Stretch(day(2), day(3), false));
  }

  @Test
  void goesOnWithAnHourToItsEndAtMost() {
    var within = day(2).plus(Duration.ofMinutes(10));
    var hour = day(2).plus(Duration.ofHours(1));
    assertThat(next(within, day(20), WEEKS)).isEqualTo(new Stretch(within, hour, false));
    var end = within.plus(Duration.ofMinutes(1));
    assertThat(next(within, end, WEEKS)).isEqualTo(new Stretch(within, end, false));
    assertThat(next(within, end, WEEKS).goesOn()).isTrue();
    assertThat(next(day(2), end, WEEKS).goesOn()).isFalse();
  }

  @Test
  void endsWhereAsked() {
    var end = day(2).plus(Duration.ofHours(1));
    assertThat(next(day(2), end, WEEKS)).isEqualTo(new Stretch(day(2), end, false));
    assertThat(next(day(8), day(9), WEEKS)).isEqualTo(new Stretch(day(8), day(9), true));
  }

  @Test
  void skipsWhereThereIsNoPartition() {
    assertThat(next(Instant.EPOCH, day(20), WEEKS))
        .isEqualTo(new Stretch(Instant.EPOCH, BEGIN, true));
    assertThat(next(day(7), day(20), WEEKS)).isEqualTo(new Stretch(day(7), day(14), true));
    assertThat(next(day(21), day(99), WEEKS)).isEqualTo(new Stretch(day(21), day(99), true));
    assertThat(next(day(3), day(4), List.of())).isEqualTo(new Stretch(day(3), day(4), true));
  }

  @Test
  void skipsNoHourInWhichAPartitionBeginsOrEnds() {
    var crooked =
        List.of(
            new Partition(
                "crooked",
                BEGIN.plus(Duration.ofMinutes(30)),
                BEGIN.plus(Duration.ofMinutes(90)),
                false));
    var hour = Duration.ofHours(1);
    assertThat(Stretch.next(BEGIN, day(1), crooked, hour).isEmpty()).isFalse();
    assertThat(Stretch.next(BEGIN.plus(hour), day(1), crooked, hour).isEmpty()).isFalse();
    assertThat(Stretch.next(BEGIN.plus(hour).plus(hour), day(1), crooked, hour).isEmpty()).isTrue();
  }

  @Test
  void skipsNothingWhereADefaultPartitionTakesTheRest() {
    var rest = new Partition("rest", Instant.MIN, Instant.MAX, true);
    assertThat(next(day(7), day(20), List.of(rest, WEEKS.get(0))).isEmpty()).isFalse();
  }
}
