package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KnownBatchesTest {
  private static final UUID PROCESS = UUID.randomUUID();

  private static KnownBatches of(Set<Long> numbers) {
    var builder = KnownBatches.NONE.builder();
    numbers.forEach(number -> builder.add(PROCESS, number, number));
    return builder.build();
  }

  private static Set<Long> random(Random random) {
    var numbers = new HashSet<Long>();
    for (int i = random.nextInt(60); i > 0; i--) numbers.add((long) random.nextInt(100));
    return numbers;
  }

  private static void assertIs(KnownBatches set, Set<Long> numbers) {
    for (long number = -1; number <= 101; number++) {
      assertThat(set.has(PROCESS, number)).as("%s", number).isEqualTo(numbers.contains(number));
    }
    long[] ends = set.stretches(PROCESS);
    for (int i = 2; i < ends.length; i += 2) assertThat(ends[i]).isGreaterThan(ends[i - 1] + 1);
    assertThat(KnownBatches.of(set.toString())).hasToString(set.toString());
  }

  @RepeatedTest(50)
  void isASetOfNumbers() {
    var random = new Random();
    var one = random(random);
    var other = random(random);
    assertIs(of(one), one);
    var both = new HashSet<>(one);
    both.addAll(other);
    assertIs(of(one).union(of(other)), both);
    var seen = random(random);
    // The batches that the snapshot saw, and later ones.
    var reduced = new HashSet<>(one);
    reduced.removeAll(other);
    reduced.addAll(seen);
    assertIs(of(one).reduced(of(other), of(seen)), reduced);
    one.add(50L);
    assertIs(of(one).with(PROCESS, 50), one);
  }

  @Test
  void hasWhatWasNotedBefore() {
    var set = KnownBatches.of("500 " + PROCESS + "=7-8");
    assertThat(set.has(PROCESS, 6, 499)).isTrue();
    assertThat(set.has(PROCESS, 6, 500)).isFalse();
    assertThat(set.has(PROCESS, 7, 500)).isTrue();
    assertThat(set.has(UUID.randomUUID(), 7, 500)).isFalse();
    assertThat(set.union(KnownBatches.before(501)).until()).isEqualTo(501);
    assertThat(KnownBatches.of("500 ").processes()).isEmpty();
  }
}
