package io.stripchart.persist.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RoundsTest {
  private int taken;

  /** As long as there is something to do. */
  private Future<Optional<Integer>> step(int there) {
    if (taken == there) return Future.succeededFuture(Optional.empty());
    return Future.succeededFuture(Optional.of(++taken));
  }

  @Test
  void endWhenNothingIsLeft() {
    assertThat(Rounds.of(() -> step(5)).succeeded()).isTrue();
    assertThat(taken).isEqualTo(5);
  }

  @Test
  void endWithTheirLastStepAndSayThatSomethingMayBeLeft() {
    assertThat(Rounds.of(3, () -> step(5)).result()).isTrue();
    assertThat(taken).isEqualTo(3);
    assertThat(Rounds.of(3, () -> step(5)).result()).isFalse();
    assertThat(taken).isEqualTo(5);
  }

  @Test
  void endWithTheFirstStepThatFails() {
    var failed = Rounds.of(5, () -> taken == 2 ? Future.failedFuture("no") : step(5));
    assertThat(failed.cause()).hasMessage("no");
    assertThat(taken).isEqualTo(2);
  }
}
