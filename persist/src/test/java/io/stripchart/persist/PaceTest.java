package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PaceTest {
  private static final long MILLISECOND = 1_000_000;

  private long now = Long.MAX_VALUE - MILLISECOND;
  private final Pace pace = new Pace(() -> now);

  @Test
  void hasNothingWaitAtFirst() {
    assertThat(pace.leftMillis()).isZero();
  }

  /** As {@link System#nanoTime} may be. */
  @Test
  void hasNothingWaitAtFirstWhereTheClockIsBelowZero() {
    now = -60_000 * MILLISECOND;
    assertThat(pace.leftMillis()).isZero();
  }

  @Test
  void hasNothingWaitBehindALoneReading() {
    pace.begin(1);
    assertThat(pace.leftMillis()).isZero();
  }

  @Test
  void hasTheNextBatchGatherForHalfAMillisecondAReading() {
    pace.begin(10);
    now += 2 * MILLISECOND;
    assertThat(pace.leftMillis()).isEqualTo(3);
    now += 3 * MILLISECOND;
    assertThat(pace.leftMillis()).isZero();
  }

  @Test
  void has20MillisecondsAtMost() {
    pace.begin(50_000);
    assertThat(pace.leftMillis()).isEqualTo(20);
    now += 60_000 * MILLISECOND;
    assertThat(pace.leftMillis()).isZero();
  }

  @Test
  void keepsItsPaceWhereMoreComeThanTwoThousandASecond() {
    assertThat(settled(1_000)).isEqualTo(2);
    assertThat(settled(13_000)).isEqualTo(260);
  }

  /**
   * @return readings of each batch, after a while, if a commit takes 2 ms
   */
  private long settled(int perSecond) {
    long readings = 1;
    for (int batch = 0; batch < 100; batch++) {
      pace.begin((int) readings);
      now += 2 * MILLISECOND;
      long took = 2 + pace.leftMillis();
      now += (took - 2) * MILLISECOND;
      readings = Math.max(1, perSecond * took / 1_000);
    }
    return readings;
  }
}
