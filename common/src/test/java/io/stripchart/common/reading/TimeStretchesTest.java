package io.stripchart.common.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TimeStretchesTest {
  private static Instant second(long seconds) {
    return Instant.ofEpochSecond(seconds);
  }

  private static TimeStretches at(long... seconds) {
    return TimeStretches.of(
        LongStream.of(seconds).mapToObj(time -> new Reading("a", second(time), 1)).toList());
  }

  /** Pairs of seconds. */
  private static List<List<Long>> pairs(TimeStretches stretches) {
    return IntStream.range(0, stretches.firsts().length)
        .mapToObj(
            i ->
                List.of(
                    stretches.firsts()[i].toEpochSecond(), stretches.lasts()[i].toEpochSecond()))
        .toList();
  }

  @Test
  void isOneStretchWhereTimesAreNear() {
    assertThat(pairs(at(105, 100, 103))).containsExactly(List.of(100L, 105L));
    assertThat(pairs(at(100))).containsExactly(List.of(100L, 100L));
    assertThat(pairs(at(100, 109, 118, 127))).containsExactly(List.of(100L, 127L));
  }

  @Test
  void keepsALateTimeApart() {
    assertThat(pairs(at(1_000_000, 7, 1_000_001)))
        .containsExactly(List.of(7L, 7L), List.of(1_000_000L, 1_000_001L));
  }

  @Test
  void dividesAtTheLargestGaps() {
    var times = LongStream.range(0, 100).map(i -> i * 20 + (i >= 50 ? 1_000 : 0)).toArray();
    var stretches = pairs(at(times));
    assertThat(stretches).hasSize(TimeStretches.MAX_OF_BATCH);
    assertThat(stretches).anySatisfy(pair -> assertThat(pair.get(1)).isEqualTo(49 * 20));
    assertThat(stretches).anySatisfy(pair -> assertThat(pair.get(0)).isEqualTo(2_000));
    assertThat(stretches.get(15).get(1)).isEqualTo(99 * 20 + 1_000);
  }

  @Test
  void coversEveryTimeInOrderAndApart() {
    var random = new Random(1);
    for (int run = 0; run < 50; run++) {
      var times = random.longs(1 + random.nextInt(60), 0, 1 << (4 + random.nextInt(14))).toArray();
      var parts = new ArrayList<TimeStretches>();
      parts.add(at(times));
      for (int i = random.nextInt(4); i > 0; i--) {
        parts.add(at(random.longs(30, 0, 5_000).toArray()));
      }
      Collections.shuffle(parts, random);
      var all = TimeStretches.union(parts, 20);
      assertThat(pairs(all)).hasSizeLessThanOrEqualTo(20);
      for (long time : times) assertThat(covers(all, time)).isTrue();
      for (var part : parts) {
        assertThat(pairs(part))
            .allMatch(pair -> covers(all, pair.get(0)) && covers(all, pair.get(1)));
      }
      for (int i = 1; i < pairs(all).size(); i++) {
        assertThat(pairs(all).get(i).get(0))
            .isGreaterThanOrEqualTo(pairs(all).get(i - 1).get(1) + 10);
      }
    }
  }

  private static boolean covers(TimeStretches stretches, long second) {
    return pairs(stretches).stream()
        .anyMatch(pair -> pair.get(0) <= second && second <= pair.get(1));
  }

  @Test
  void leavesOutWhatIsEarlier() {
    var stretches = at(7, 100, 105, 1_000);
    assertThat(stretches.from(second(7))).isEqualTo(stretches);
    assertThat(pairs(stretches.from(second(8)))).hasSize(2);
    assertThat(pairs(stretches.from(second(103))))
        .containsExactly(List.of(103L, 105L), List.of(1_000L, 1_000L));
    assertThat(pairs(stretches.from(second(1_001)))).isEmpty();
  }

  @Test
  void isDividedUntilNothingIsLeftToDivide() {
    var halves = at(7, 100, 1_000).halves();
    assertThat(pairs(halves.get(0))).containsExactly(List.of(7L, 7L));
    assertThat(pairs(halves.get(1))).containsExactly(List.of(100L, 100L), List.of(1_000L, 1_000L));
    assertThat(TimeStretches.between(4, 7).halves())
        .containsExactly(TimeStretches.between(4, 5), TimeStretches.between(6, 7));
    assertThat(TimeStretches.between(4, 4).halves()).containsExactly(TimeStretches.between(4, 4));
    var none = at(7).from(second(8));
    assertThat(none.halves()).containsExactly(none);
  }

  @Test
  void isTheSameAfterItWasNoted() {
    var stretches = at(7, 100, 1_000);
    assertThat(TimeStretches.of(stretches.firsts(), stretches.lasts())).isEqualTo(stretches);
    assertThat(stretches.firsts()[0]).isEqualTo(second(7).atOffset(ZoneOffset.UTC));
  }
}
