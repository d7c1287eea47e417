package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadTurnsTest {
  private final ReadTurns turns = new ReadTurns(2);

  @Test
  void runsSoManyAtATimeInTheirOrder() {
    var first = Promise.<Integer>promise();
    var second = Promise.<Integer>promise();
    var begun = new ArrayList<Integer>();
    turns.read(() -> true, first::future);
    turns.read(() -> true, second::future);
    turns.read(() -> true, () -> begun(begun, 3));
    turns.read(() -> true, () -> begun(begun, 4));
    assertThat(begun).isEmpty();
    second.complete(2);
    assertThat(begun).containsExactly(3, 4);
  }

  private static Future<Integer> begun(List<Integer> begun, int number) {
    begun.add(number);
    return Future.succeededFuture(number);
  }

  @Test
  void doesNotNestWhatIsAnsweredAtOnce() {
    var first = Promise.<Integer>promise();
    var second = Promise.<Integer>promise();
    turns.read(() -> true, first::future);
    turns.read(() -> true, second::future);
    var answers = new ArrayList<Future<Integer>>();
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      answers.add(turns.read(() -> true, () -> Future.succeededFuture(number)));
    }
    first.complete(0);
    for (int i = 0; i < 10_000; i++) assertThat(answers.get(i).result()).isEqualTo(i);
  }

  @Test
  void passesOverWhatNobodyWantsAndGoesOnBehindWhatFails() {
    var unwanted =
        turns.read(
            () -> false,
            () -> {
              throw new AssertionError("it is read");
            });
    var failed =
        turns.read(
            () -> true,
            () -> {
              throw new IllegalStateException("a bug");
            });
    assertThat(unwanted.cause()).isInstanceOf(CancellationException.class);
    assertThat(failed.cause()).hasMessage("a bug");
    assertThat(turns.read(() -> true, () -> Future.succeededFuture(1)).result()).isOne();
  }
}
