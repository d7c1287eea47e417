package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WaitingTest {
  private final HeldReadings held = new HeldReadings(1_000_000, List::of);
  private final Waiting waiting = new Waiting(held);
  private final LeastTimes leastTimes = new LeastTimes();

  private void add(List<Reading> readings) {
    waiting.add(readings, readings, leastTimes.of(readings), Progress.of(index -> "" + index));
  }

  @RepeatedTest(20)
  void givesReadingsInTheirOrderAndKnowsTheLeastTimeOfTheRest() {
    var random = new Random();
    var expected = new ArrayDeque<Reading>();
    for (int step = 0; step < 1_000; step++) {
      if (random.nextInt(4) == 0) {
        var readings = new ArrayList<Reading>();
        for (int i = random.nextInt(6); i > 0; i--) {
          readings.add(new Reading("a", Instant.ofEpochSecond(random.nextInt(1_000)), step));
        }
        add(readings);
        expected.addAll(readings);
      } else {
        assertThat(waiting.poll()).isSameAs(expected.poll());
      }
      assertThat(waiting.size()).isEqualTo(expected.size());
      assertThat(waiting.isEmpty()).isEqualTo(expected.isEmpty());
      assertThat(waiting.least())
          .isEqualTo(
              expected.stream()
                  .mapToLong(one -> ReadingTime.micros(one.time()))
                  .min()
                  .orElse(Long.MAX_VALUE));
    }
  }

  @Test
  void tellsHowFarItIsWithEachReading() {
    var reading = new Reading("a", Instant.EPOCH, 1);
    add(List.of(reading, reading));
    add(List.of(reading));
    for (var expected : List.of("0", "1", "0")) {
      waiting.poll();
      assertThat(waiting.progress()).isEqualTo(expected);
    }
  }

  @Test
  void holdsNothingOnceItIsCleared() {
    add(List.of(new Reading("a", Instant.EPOCH, 1)));
    waiting.clear();
    assertThat(waiting.poll()).isNull();
    assertThat(waiting.least()).isEqualTo(Long.MAX_VALUE);
    assertThat(held.total()).isZero();
  }

  @Test
  void countsABatchOnceForAllWhoHoldIt() {
    var reading = new Reading("a", Instant.EPOCH, 1);
    var batch = new Batch(7, 0, 0, 0, 3, List.of(reading, reading, reading));
    var other = new Waiting(held);
    for (var one : List.of(waiting, other)) {
      one.add(batch, batch.readings(), new long[3], Progress.of(index -> ""));
    }
    // A part of it, after another one.
    add(List.of(reading));
    other.add(batch, List.of(reading, reading), new long[2], Progress.of(index -> ""));
    assertThat(held.total()).isEqualTo(4);
    while (waiting.poll() != null) assertThat(held.total()).isLessThanOrEqualTo(4);
    assertThat(held.total()).isEqualTo(3);
    other.clear();
    assertThat(held.total()).isZero();
  }

  @Test
  void sharesTheLeastTimesOfAListAmongThoseWhoAreToldOfIt() {
    var readings = List.of(new Reading("a", Instant.EPOCH, 1));
    assertThat(leastTimes.of(readings)).isSameAs(leastTimes.of(readings));
  }
}
