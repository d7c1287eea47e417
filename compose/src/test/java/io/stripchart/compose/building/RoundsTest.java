package io.stripchart.compose.building;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RoundsTest {
  private static final long ROUND = 1_000_000_000;

  private final Rounds rounds = new Rounds(10, ROUND);

  private int[] take(int due) {
    return IntStream.range(0, due).map(i -> rounds.next()).toArray();
  }

  @Test
  void spreadsSensorsOverARound() {
    assertThat(take(rounds.due(0))).containsExactly(0);
    assertThat(take(rounds.due(ROUND / 20))).isEmpty();
    assertThat(take(rounds.due(ROUND / 10))).containsExactly(1);
    assertThat(take(rounds.due(ROUND / 2))).containsExactly(2, 3, 4, 5);
    assertThat(take(rounds.due(ROUND))).containsExactly(6, 7, 8, 9, 0);
  }

  @Test
  void hasEachSensorMeasureOnceARound() {
    int all = 0;
    for (long nanos = 0; nanos < 100 * ROUND; nanos += 7_777_777)
      all += take(rounds.due(nanos)).length;
    assertThat(all).isEqualTo(1_000);
  }

  @Test
  void makesNothingUpForTimeThatWasSleptThrough() {
    take(rounds.due(0));
    assertThat(take(rounds.due(1_000 * ROUND))).hasSize(10).doesNotHaveDuplicates();
  }
}
