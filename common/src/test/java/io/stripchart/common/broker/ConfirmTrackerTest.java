package io.stripchart.common.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ConfirmTrackerTest {
  private final AtomicLong now = new AtomicLong();
  private final ConfirmTracker.Deadline deadline =
      new ConfirmTracker.Deadline(Duration.ofSeconds(10), now::get);

  private void pass(int seconds) {
    now.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void isOverWhereConfirmsAreOwedAndNoneCome() {
    pass(10);
    assertThat(deadline.isOver(true, false)).isFalse();
    pass(1);
    assertThat(deadline.isOver(false, false)).isFalse();
    assertThat(deadline.isOver(true, false)).isTrue();
    deadline.progress();
    assertThat(deadline.isOver(true, false)).isFalse();
  }

  @Test
  void countsFromTheEndOfABlock() {
    pass(5);
    assertThat(deadline.isOver(true, true)).isFalse();
    pass(30);
    assertThat(deadline.isOver(true, true)).isFalse();
    assertThat(deadline.isOver(true, false)).isFalse();
    pass(9);
    assertThat(deadline.isOver(true, false)).isFalse();
    pass(2);
    assertThat(deadline.isOver(true, false)).isTrue();
  }

  @Test
  void isOverAfterAMinuteOfABlock() {
    assertThat(deadline.isOver(true, true)).isFalse();
    pass(61);
    assertThat(deadline.isOver(true, true)).isTrue();
  }
}
