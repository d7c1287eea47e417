package io.stripchart.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.stored.BatchNotes.Heard;
import java.util.HashSet;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HeardBatchesTest {
  private final HeardBatches heard = new HeardBatches();
  private final UUID process = UUID.randomUUID();

  @Test
  void noticesAHole() {
    assertThat(heard.leavesHole(process, 1)).isFalse();
    assertThat(heard.leavesHole(process, 2)).isTrue();
    heard.add(process, 4);
    assertThat(heard.leavesHole(process, 5)).isFalse();
    assertThat(heard.leavesHole(process, 6)).isTrue();
    assertThat(heard.leavesHole(process, 2)).isFalse();
    assertThat(heard.leavesHole(UUID.randomUUID(), 1)).isFalse();
  }

  @Test
  void keepsNumbersAsStretches() {
    for (long sequence : new long[] {1, 2, 5, 4, 9, 3}) {
      assertThat(heard.add(process, sequence)).isTrue();
      assertThat(heard.add(process, sequence)).isFalse();
    }
    assertThat(heard.all()).containsExactly(new Heard(process, 1, 5), new Heard(process, 9, 9));
  }

  @RepeatedTest(20)
  void knowsEachNumberOnceWhateverTheOrder() {
    var random = new Random();
    var all = new HashSet<Long>();
    for (int i = 0; i < 500; i++) {
      long sequence = 1L + random.nextInt(300);
      assertThat(heard.add(process, sequence)).isEqualTo(all.add(sequence));
    }
    long covered = heard.all().stream().mapToLong(one -> one.last() - one.first() + 1).sum();
    assertThat(covered).isEqualTo(all.size());
  }

  @Test
  void takesTheOldestHoleForHeardOfWhenThereAreTooMany() {
    for (long sequence = 2; sequence <= 2 + 2 * HeardBatches.MAX_STRETCHES; sequence += 2) {
      heard.add(process, sequence);
    }
    assertThat(heard.all()).hasSize(HeardBatches.MAX_STRETCHES);
    assertThat(heard.add(process, 3)).isFalse();
    assertThat(heard.add(process, 5)).isTrue();
  }
}
