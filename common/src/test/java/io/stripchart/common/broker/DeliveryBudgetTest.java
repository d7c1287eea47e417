package io.stripchart.common.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DeliveryBudgetTest {
  private static final Object CONNECTION = new Object();

  private final AtomicLong now = new AtomicLong();
  private final DeliveryBudget budget = new DeliveryBudget(5_000, 1_000, now::get);

  @BeforeEach
  void open() {
    budget.opened(CONNECTION);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void admitsAsManyAsFitAndAgainWhatAcknowledgementsLeaveRoomFor() {
    for (int tag = 1; tag <= 10; tag++) {
      assertThat(budget.admit(CONNECTION, tag, 100)).isTrue();
    }
    budget.acknowledged(CONNECTION, 9);
    for (int tag = 11; tag <= 19; tag++) {
      assertThat(budget.admit(CONNECTION, tag, 100)).isTrue();
    }
    assertThat(budget.prefetch()).isEqualTo(5_000);
    budget.acknowledged(CONNECTION, 19);
    assertThat(budget.isEmpty()).isTrue();
  }

  @Test
  void lowersThePrefetchToWhatFitsWhereTheyAreTooManyBytes() {
    assertThat(budget.admit(CONNECTION, 1, 400)).isTrue();
    assertThat(budget.admit(CONNECTION, 2, 400)).isTrue();
    assertThat(budget.admit(CONNECTION, 3, 400)).isFalse();
    assertThat(budget.prefetch()).isEqualTo(2);
  }

  @Test
  void admitsOneMessageOfAnySizeAlone() {
    assertThat(budget.admit(CONNECTION, 1, 1_000_000)).isTrue();
    assertThat(budget.admit(CONNECTION, 2, 1)).isFalse();
    assertThat(budget.prefetch()).isEqualTo(1);
  }

  @Test
  void raisesThePrefetchAgainWhenNothingWasTooLargeForAMinute() {
    budget.admit(CONNECTION, 1, 999);
    budget.admit(CONNECTION, 2, 999);
    budget.opened(CONNECTION);
    pass(Duration.ofSeconds(59));
    assertThat(budget.grow()).isFalse();
    for (int prefetch = 1; prefetch < 5_000; prefetch = 2 * prefetch) {
      pass(Duration.ofSeconds(60));
      assertThat(budget.prefetch()).isEqualTo(prefetch);
      assertThat(budget.grow()).isTrue();
    }
    assertThat(budget.prefetch()).isEqualTo(5_000);
    pass(Duration.ofDays(1));
    assertThat(budget.grow()).isFalse();
  }

  @Test
  void countsWhatIsAcknowledgedInAnyOrder() {
    var roomy = new DeliveryBudget(10_000, 1_000_000, now::get);
    roomy.opened(CONNECTION);
    for (int tag = 1; tag <= 5_000; tag++) {
      assertThat(roomy.admit(CONNECTION, tag, 100)).isTrue();
    }
    for (int tag = 2; tag <= 5_000; tag += 2) roomy.acknowledgedAlone(CONNECTION, tag);
    roomy.acknowledgedAlone(CONNECTION, 2);
    for (int tag = 5_001; tag <= 12_500; tag++) {
      assertThat(roomy.admit(CONNECTION, tag, 100)).isTrue();
    }
    // 2,500 of the first and 7,500 others are held.
    assertThat(roomy.admit(CONNECTION, 12_501, 1)).isFalse();
    roomy.acknowledged(CONNECTION, 12_501);
    assertThat(roomy.isEmpty()).isTrue();
  }

  @Test
  void countsAnewOnANewChannel() {
    for (int tag = 1; tag <= 10; tag++) budget.admit(CONNECTION, tag, 100);
    budget.acknowledged(CONNECTION, 10);
    for (int tag = 1; tag <= 10; tag++) {
      assertThat(budget.admit(CONNECTION, tag, 100)).isTrue();
    }
    budget.acknowledgedAlone(CONNECTION, 3);
    budget.acknowledged(CONNECTION, 9);
    assertThat(budget.isEmpty()).isFalse();
    budget.acknowledged(CONNECTION, 10);
    assertThat(budget.isEmpty()).isTrue();
  }

  @Test
  void countsNothingThatAFormerConnectionStillDelivers() {
    budget.opened(new Object());
    assertThat(budget.admit(CONNECTION, 1, 10_000)).isTrue();
    assertThat(budget.isEmpty()).isTrue();
  }
}
