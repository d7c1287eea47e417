package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PendingTest {
  private final Pending pending = new Pending();

  @Test
  void givesPositionsInTheirOrderWithTheLeastTime() {
    pending.add(3, 50);
    pending.add(3, 40);
    pending.add(7, 20);
    pending.add(9, 60);
    assertThat(pending.least()).isEqualTo(20);
    assertThat(pending.first()).isEqualTo(3);
    pending.removeFirst();
    assertThat(pending.first()).isEqualTo(7);
    pending.removeFirst();
    assertThat(pending.least()).isEqualTo(60);
    pending.removeFirst();
    assertThat(pending.isEmpty()).isTrue();
    assertThat(pending.least()).isEqualTo(Long.MAX_VALUE);
  }

  /** However coarse it becomes, it leaves nothing out and knows no later time than is right. */
  @RepeatedTest(20)
  void coversAllThatWasAdded() {
    var random = new Random();
    var owed = new TreeMap<Long, Long>();
    long position = 0;
    for (int step = 0; step < 2_000; step++) {
      if (random.nextInt(3) > 0 || pending.isEmpty()) {
        position += 1L + random.nextInt(3);
        long least = random.nextInt(1_000);
        pending.add(position, least);
        owed.put(position, least);
      } else {
        assertThat(pending.first()).isLessThanOrEqualTo(owed.firstKey());
        owed.remove(pending.first());
        pending.removeFirst();
      }
      assertThat(pending.isEmpty()).isEqualTo(owed.isEmpty());
      for (long least : owed.values()) assertThat(pending.least()).isLessThanOrEqualTo(least);
    }
    var rest = new ArrayList<Long>();
    while (!pending.isEmpty()) {
      rest.add(pending.first());
      pending.removeFirst();
    }
    assertThat(rest).containsAll(owed.keySet()).isSorted().doesNotHaveDuplicates();
  }
}
