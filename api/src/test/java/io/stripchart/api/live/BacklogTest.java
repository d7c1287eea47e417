package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BacklogTest {
  private final Backlog<Integer> backlog = new Backlog<>();

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void givesEventsInTheirOrder() {
    backlog.add(range(0, 3));
    backlog.add(List.of());
    backlog.add(range(3, 5));
    for (int i = 0; i < 5; i++) assertThat(backlog.poll()).isEqualTo(i);
    assertThat(backlog.poll()).isNull();
    assertThat(backlog.takeMissed()).isZero();
  }

  @Test
  void dropsTheOldestAndCountsThem() {
    assertThat(backlog.add(range(0, 600))).isZero();
    assertThat(backlog.add(range(600, 1_200))).isEqualTo(200);
    assertThat(backlog.size()).isEqualTo(Backlog.MAX_EVENTS);
    assertThat(backlog.poll()).isEqualTo(200);
    assertThat(backlog.takeMissed()).isEqualTo(200);
    assertThat(backlog.takeMissed()).isZero();
  }

  @Test
  void keepsTheNewestListWholeHoweverLongItIs() {
    assertThat(backlog.add(range(0, 10))).isZero();
    assertThat(backlog.add(range(10, 5_000))).isEqualTo(10);
    assertThat(backlog.poll()).isEqualTo(10);
    assertThat(backlog.add(range(5_000, 5_001))).isEqualTo(3_990);
    assertThat(backlog.size()).isEqualTo(Backlog.MAX_EVENTS);
    assertThat(backlog.poll()).isEqualTo(4_001);
    assertThat(backlog.takeMissed()).isEqualTo(4_000);
  }

  @Test
  void countsAcrossManyLists() {
    long missed = 0;
    for (int i = 0; i < 10_000; i++) missed += backlog.add(List.of(i));
    assertThat(missed).isEqualTo(9_000);
    assertThat(backlog.takeMissed()).isEqualTo(9_000);
    assertThat(backlog.poll()).isEqualTo(9_000);
  }

  @Test
  void isEmptyOnceCleared() {
    backlog.add(range(0, 10));
    backlog.clear();
    assertThat(backlog.poll()).isNull();
    backlog.add(range(0, 1));
    assertThat(backlog.poll()).isZero();
  }
}
