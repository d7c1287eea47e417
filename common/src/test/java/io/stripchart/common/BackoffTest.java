package io.stripchart.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class BackoffTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private static RandomGenerator always(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return 0;
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }

  @Test
  void doublesFromTheLeastToTheMost() {
    assertThat(BACKOFF.delay(0, always(1))).isEqualTo(Duration.ofMillis(200));
    assertThat(BACKOFF.delay(1, always(1))).isEqualTo(Duration.ofMillis(400));
    assertThat(BACKOFF.delay(5, always(1))).isEqualTo(Duration.ofMillis(6_400));
    assertThat(BACKOFF.delay(6, always(1))).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void staysAtTheMostHoweverManyAttempts() {
    assertThat(BACKOFF.delay(62, always(1))).isEqualTo(Duration.ofSeconds(10));
    assertThat(BACKOFF.delay(Integer.MAX_VALUE, always(1))).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void isShortenedByUpToAHalf() {
    assertThat(BACKOFF.delay(0, always(0))).isEqualTo(Duration.ofMillis(100));
  }

  @RepeatedTest(100)
  void isAlwaysWithinItsRange() {
    var random = new Random();
    assertThat(BACKOFF.delay(random.nextInt(100), random))
        .isBetween(Duration.ofMillis(100), Duration.ofSeconds(10));
  }
}
