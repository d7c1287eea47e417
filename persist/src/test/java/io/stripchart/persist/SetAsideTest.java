package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.reading.Reading;
import io.stripchart.persist.store.PartitionRange;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SetAsideTest {
  private final Throwable locked = new PgException("locked", "ERROR", "55P03", null);
  private final Throwable damaged = new PgException("damaged", "ERROR", "XX002", null);
  private static final long DAY = 86_400;

  private long now;
  private final SetAside aside = new SetAside(5, () -> now);

  /** With readings of the partitions of these days. */
  private static Received message(int... days) {
    var readings =
        IntStream.of(days)
            .mapToObj(day -> new Reading("a", Instant.ofEpochSecond(day * DAY), 1))
            .toList();
    var delivery = new Delivery("one", days[0], "x", "a", new byte[0], null, Map.of(), false);
    return new Received(delivery, Instant.EPOCH, readings, null);
  }

  private static List<Received> messages(int day, int count) {
    return IntStream.range(0, count).mapToObj(any -> message(day)).toList();
  }

  private static PartitionRange partition(int day) {
    return new PartitionRange(
        Instant.ofEpochSecond(day * DAY), Instant.ofEpochSecond((day + 1) * DAY));
  }

  private void after(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos() + 1;
  }

  @Test
  void blocksThePartitionThatTheDatabaseFailsOverAndNoOther() {
    assertThat(aside.fail(partition(1), messages(1, 2), locked)).isEmpty();
    assertThat(aside.isBlocked(message(1))).isTrue();
    assertThat(aside.isBlocked(message(0, 1))).isTrue();
    assertThat(aside.isBlocked(message(0))).isFalse();
    assertThat(aside.isBlocked(message(2))).isFalse();
    assertThat(aside.count()).isEqualTo(2);
    assertThat(aside.failure()).hasValueSatisfying(told -> assertThat(told).contains("locked"));
  }

  @Test
  void hasRoomForSoManyAndTellsOfTheOthers() {
    aside.stored();
    assertThat(aside.fail(partition(1), messages(1, 7), locked)).hasSize(2);
    assertThat(aside.count()).isEqualTo(5);
    assertThat(aside.join(messages(1, 3))).hasSize(3);
    assertThat(aside.await(messages(3, 1))).hasSize(1);
    assertThat(aside.fail(partition(2), messages(2, 2), locked)).hasSize(2);
    assertThat(aside.isBlocked(message(2))).as("without any of its messages here").isTrue();
  }

  @Test
  void triesWhatIsLockedAgainAfterSecondsAndUnblocksItsPartition() {
    var messages = messages(1, 2);
    assertThat(aside.fail(partition(1), messages, locked)).isEmpty();
    assertThat(aside.isDue()).isFalse();
    after(2);
    assertThat(aside.isDue()).isTrue();
    assertThat(aside.takeDue()).hasSize(2).allMatch(aside::isTried).noneMatch(aside::holds);
    assertThat(aside.isBlocked(message(1))).as("others while it is tried").isTrue();
    assertThat(aside.isBlocked(messages.get(0))).isFalse();
    messages.forEach(aside::settled);
    aside.endTrial();
    assertThat(aside.isBlocked(message(1))).isFalse();
    assertThat(aside.isCalm()).isTrue();
    assertThat(aside.failure()).isEmpty();
  }

  @Test
  void waitsLongerTheMoreOftenItFails() {
    assertThat(aside.fail(partition(1), messages(1, 1), locked)).isEmpty();
    for (int seconds : new int[] {2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 20}) {
      after(seconds - 1);
      assertThat(aside.isDue()).isFalse();
      after(1);
      var tried = aside.takeDue();
      assertThat(aside.fail(partition(1), tried, locked)).isEmpty();
      aside.endTrial();
    }
    assertThat(aside.count()).isEqualTo(1);
  }

  @Test
  void triesTheRestAtOnceAfterATrialThatWentWell() {
    var large = new SetAside(1_000, () -> now);
    assertThat(large.fail(partition(1), messages(1, 250), locked)).isEmpty();
    after(2);
    for (int tried : new int[] {100, 100, 50}) {
      assertThat(large.isDue()).isTrue();
      assertThat(large.takeDue()).hasSize(tried);
      large.endTrial();
    }
    assertThat(large.hasBlocked()).isFalse();
  }

  @Test
  void givesUpTheRestOfAPartitionThatIsNoLongerLocked() {
    var large = new SetAside(1_000, () -> now);
    var messages = messages(1, 250);
    assertThat(large.fail(partition(1), messages, locked)).isEmpty();
    assertThat(large.takeUnlocked()).as("nothing was tried").isEmpty();
    after(2);
    assertThat(large.fail(partition(1), large.takeDue(), locked)).isEmpty();
    assertThat(large.takeUnlocked()).as("locked").isEmpty();
    large.endTrial();
    after(4);
    var tried = large.takeDue();
    tried.forEach(large::settled);
    assertThat(large.takeUnlocked()).hasSize(150).doesNotContainAnyElementsOf(tried);
    large.endTrial();
    assertThat(large.hasBlocked()).isFalse();
    assertThat(large.count()).isZero();
    assertThat(large.isEmpty()).as("not settled yet").isFalse();
  }

  /** As behind a lock of the whole table, or in a database that is too slow for everything. */
  @Test
  void keepsAllWhereNothingWasStoredLatelyButThoseThatAreTried() {
    for (int day = 0; day < 4; day++) {
      var its = messages(day, 200);
      assertThat(aside.fail(partition(day), its.subList(0, 100), locked)).isEmpty();
      assertThat(aside.join(its.subList(100, 200))).isEmpty();
    }
    assertThat(aside.count()).isEqualTo(800);
    assertThat(aside.takeExcess()).isEmpty();
    after(2);
    var tried = aside.takeDue();
    assertThat(tried).hasSize(100);
    assertThat(aside.fail(partition(0), tried, locked)).hasSize(100);
    aside.endTrial();
    assertThat(aside.count()).isEqualTo(700);
  }

  @Test
  void givesUpWhatIsBeyondItsRoomOnceOthersAreStored() {
    assertThat(aside.fail(partition(1), messages(1, 50), locked)).isEmpty();
    assertThat(aside.join(messages(1, 50))).isEmpty();
    aside.stored();
    var excess = aside.takeExcess();
    assertThat(excess).hasSize(95);
    assertThat(aside.join(excess)).as("no room").hasSize(95);
    excess.forEach(aside::settled);
    assertThat(aside.takeExcess()).isEmpty();
    assertThat(aside.count()).isEqualTo(5);
    after(10);
    assertThat(aside.join(messages(1, 7))).as("nothing stored lately").isEmpty();
  }

  @Test
  void awaitsPartitionsInItsRoomOnly() {
    assertThat(aside.await(messages(1, 7))).hasSize(2);
  }

  @Test
  void forgetsAPartitionForWhichNothingWaits() {
    var full = new SetAside(0, () -> now);
    full.stored();
    assertThat(full.fail(partition(1), messages(1, 1), locked)).hasSize(1);
    after(60);
    assertThat(full.isDue()).isFalse();
    assertThat(full.isCalm()).isFalse();
    after(61);
    assertThat(full.isDue()).isFalse();
    assertThat(full.isCalm()).isTrue();
    assertThat(full.failure()).isEmpty();
  }

  @Test
  void triesAllOfManyPartitionsOneAfterTheOther() {
    for (int day = 0; day < 5; day++) {
      now++;
      assertThat(aside.fail(partition(day), messages(day, 1), locked)).isEmpty();
    }
    after(2);
    for (int day = 0; day < 5; day++) {
      var tried = aside.takeDue();
      assertThat(tried.get(0).readings().get(0).time()).isEqualTo(partition(day).from());
      assertThat(aside.fail(partition(day), tried, locked)).isEmpty();
      aside.endTrial();
    }
    assertThat(aside.isDue()).isFalse();
  }

  @Test
  void takesOneMessageOfAFullHouseToFindOutWhetherItsPartitionIsStillLocked() {
    aside.stored();
    assertThat(aside.fail(partition(1), messages(1, 5), locked)).isEmpty();
    assertThat(aside.fail(partition(2), messages(2, 1), locked)).hasSize(1);
    after(2);
    assertThat(aside.join(messages(2, 3))).hasSize(2);
    assertThat(aside.fail(partition(1), aside.takeDue(), locked)).as("no room left").hasSize(1);
    aside.endTrial();
    assertThat(aside.fail(partition(2), aside.takeDue(), locked)).isEmpty();
    assertThat(aside.count()).isEqualTo(5);
  }

  @Test
  void othersWereStoredOnlyWhereThatWasAfterTheFirstFailure() {
    now = 1_000;
    aside.stored();
    now++;
    assertThat(aside.fail(partition(1), messages(1, 1), damaged)).isEmpty();
    after(10);
    assertThat(aside.fail(partition(1), aside.takeDue(), damaged)).isEmpty();
    assertThat(aside.othersWereStored()).isFalse();
    aside.endTrial();
    now++;
    aside.stored();
    after(1);
    assertThat(aside.takeDue()).hasSize(1);
    assertThat(aside.othersWereStored()).isTrue();
  }

  @Test
  void aLockIsNoFailureOfTheMessages() {
    assertThat(aside.fail(partition(1), messages(1, 1), locked)).isEmpty();
    now++;
    aside.stored();
    after(2);
    var tried = aside.takeDue();
    assertThat(tried).hasSize(1);
    assertThat(aside.othersWereStored()).isFalse();
    assertThat(aside.fail(partition(1), tried, damaged)).isEmpty();
    assertThat(aside.othersWereStored()).isFalse();
    aside.endTrial();
    now++;
    aside.stored();
    after(1);
    assertThat(aside.takeDue()).hasSize(1);
    assertThat(aside.othersWereStored()).isTrue();
  }

  @Test
  void releasesWhatWaitsNoMoreForItsPartition() {
    assertThat(aside.await(List.of(message(1), message(2)))).isEmpty();
    var released =
        aside.takeReleased(message -> message.readings().get(0).time().equals(partition(1).from()));
    assertThat(released).hasSize(1);
    assertThat(aside.count()).isEqualTo(1);
    assertThat(aside.isEmpty()).as("not settled yet").isFalse();
  }

  @Test
  void forgetsWhatWillBeDeliveredAgain() {
    assertThat(aside.fail(partition(1), messages(1, 2), locked)).isEmpty();
    assertThat(aside.await(messages(2, 2))).isEmpty();
    aside.removeIf(delivery -> true);
    assertThat(aside.count()).isZero();
    assertThat(aside.isEmpty()).isTrue();
    after(300);
    assertThat(aside.isDue()).isFalse();
    assertThat(aside.takeDue()).isEmpty();
    assertThat(aside.hasBlocked()).isFalse();
  }

  @Test
  void takesNothingWhereItIsNotUsed() {
    var none = SetAside.none();
    assertThat(none.isUsed()).isFalse();
    assertThat(none.await(messages(1, 1))).hasSize(1);
  }
}
