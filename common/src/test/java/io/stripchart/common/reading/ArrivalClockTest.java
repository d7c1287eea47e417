package io.stripchart.common.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ArrivalClockTest {
  private static final Instant START = Instant.parse("2026-11-21T02:41:48.123456Z");

  private static Clock standing(Instant time) {
    return Clock.fixed(time, ZoneOffset.UTC);
  }

  @Test
  void goesWithTheWallClockInMicroseconds() {
    assertThat(new ArrivalClock(standing(START.plusNanos(999))).next()).isEqualTo(START);
  }

  @Test
  void goesOnByAMicrosecondWhileTheWallClockStandsStill() {
    var clock = new ArrivalClock(standing(START));
    assertThat(Stream.generate(clock::next).limit(3))
        .containsExactly(START, START.plusNanos(1_000), START.plusNanos(2_000));
  }

  @Test
  void goesOnByAMicrosecondWhenTheWallClockStepsBack() {
    var times = new ArrayList<>(List.of(START, START.minusSeconds(60), START.plusSeconds(1)));
    var wall =
        new Clock() {
          @Override
          public Instant instant() {
            return times.remove(0);
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }
        };
    var clock = new ArrivalClock(wall);
    assertThat(List.of(clock.next(), clock.next(), clock.next()))
        .containsExactly(START, START.plusNanos(1_000), START.plusSeconds(1));
  }

  @Test
  void stampsWhatArrivedBeforeWithTheTimeOfItsArrival() {
    var clock = new ArrivalClock(standing(START.plusSeconds(60)));
    assertThat(clock.next(START)).isEqualTo(START);
    assertThat(clock.next(START)).isEqualTo(START.plusNanos(1_000));
    assertThat(clock.next(START.plusSeconds(1))).isEqualTo(START.plusSeconds(1));
  }

  @Test
  void leavesOutWhatIsSkipped() {
    var clock = new ArrivalClock(standing(START));
    clock.use(new StampShare(0, 0, Long.MAX_VALUE));
    var first = clock.next();
    clock.skip(9);
    assertThat(clock.next()).isEqualTo(first.plusNanos(10 * StampShare.STEP_NANOS));
  }

  @Test
  void givesNoTimeTwiceToSeveralThreads() {
    var clock = new ArrivalClock(standing(START));
    var times = Collections.synchronizedSet(new HashSet<Instant>());
    IntStream.range(0, 10_000).parallel().forEach(i -> times.add(clock.next()));
    assertThat(times).hasSize(10_000);
  }
}
