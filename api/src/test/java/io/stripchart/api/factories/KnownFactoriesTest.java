package io.stripchart.api.factories;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class KnownFactoriesTest {
  private static final Factory ONE = new Factory(1, "one");

  private final AtomicLong nanos = new AtomicLong();
  private final KnownFactories known = new KnownFactories(nanos::get);
  private int asked;

  @BeforeEach
  void listen() {
    known.hearing(true);
  }

  private Factory find(Factory stored) {
    return known
        .find(
            1,
            () -> {
              asked++;
              return Future.succeededFuture(stored);
            })
        .result();
  }

  @Test
  void remembersWhatThereIsAndWhatThereIsNot() {
    assertThat(find(ONE)).isSameAs(find(null)).isSameAs(ONE);
    assertThat(asked).isEqualTo(1);
    known.changed();
    assertThat(find(null)).isNull();
    assertThat(find(ONE)).isNull();
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void doesNotKeepWhatMayHaveBeenReadBeforeAChange() {
    var slow = Promise.<Factory>promise();
    var answer = known.find(1, slow::future);
    known.changed();
    slow.complete(ONE);
    assertThat(answer.result()).isEqualTo(ONE);
    assertThat(find(null)).isNull();
  }

  @Test
  void keepsNothingWhileItHearsOfNoChanges() {
    find(ONE);
    known.hearing(false);
    find(ONE);
    find(ONE);
    assertThat(asked).isEqualTo(3);
    known.hearing(true);
    find(ONE);
    find(ONE);
    assertThat(asked).isEqualTo(4);
  }

  @Test
  void idsOfNoFactoryTakeNoPlaceOfOneThatExists() {
    for (int id = 0; id < 100; id++) {
      var factory = new Factory(id, "f");
      known.find(id, () -> Future.succeededFuture(factory));
    }
    for (int id = 100; id < 100 + 3 * KnownFactories.MAX_FACTORIES; id++) {
      known.find(id, Future::succeededFuture);
    }
    for (int id = 0; id < 100; id++) {
      assertThat(known.find(id, () -> Future.failedFuture("asked")).succeeded()).isTrue();
    }
    assertThat(known.size()).isLessThanOrEqualTo(100 + KnownFactories.MAX_UNKNOWN);
  }

  @Test
  void limitsTheFactoriesOfAllPages() {
    var many = Collections.nCopies(1_000, ONE);
    for (int first = 0; first < 100; first++) {
      known.page(-1, first, () -> Future.succeededFuture(many));
    }
    assertThat(known.size()).isLessThanOrEqualTo(KnownFactories.MAX_IN_PAGES / 1_000);
  }

  @Test
  void readsAgainWhatIsOld() {
    find(ONE);
    nanos.set(KnownFactories.MAX_AGE.toNanos() - 1);
    find(ONE);
    assertThat(asked).isEqualTo(1);
    nanos.incrementAndGet();
    find(ONE);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void givesTheSamePageAgain() {
    var page = known.page(-1, 5, () -> Future.succeededFuture(List.of(ONE))).result();
    assertThat(known.page(-1, 5, () -> Future.failedFuture("asked")).result()).isSameAs(page);
    assertThat(known.page(-1, 6, () -> Future.failedFuture("asked")).failed()).isTrue();
  }
}
