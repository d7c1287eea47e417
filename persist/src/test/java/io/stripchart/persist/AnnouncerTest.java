package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.Message;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StoredBatch;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.Stored;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AnnouncerTest {
  private static final Stored NOTHING = new Stored(0, List.of(), 1, List.of());
  private static final Stored ONE =
      new Stored(4711, List.of(new Reading("a", Instant.EPOCH, 1)), 0, List.of());

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Insistence insistence = new Insistence(vertx);
  private final List<StoredBatch> published = new ArrayList<>();
  private final List<Promise<Void>> confirms = new ArrayList<>();
  private final List<StoredBatch> toldMeanwhile = new ArrayList<>();
  private int refusals;
  private volatile BatchNumber ended;
  private RuntimeException thrown;
  private final Announcer announcer =
      new Announcer(
          this::publish, insistence, new PersistMetrics(registry, () -> 0), new LogLimit());

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Future<Void> publish(Message message) {
    if (thrown != null) throw thrown;
    if (refusals-- > 0) return Future.failedFuture("full");
    published.add(StoredBatch.decode(message.body()));
    confirms.add(Promise.promise());
    return confirms.get(confirms.size() - 1).future();
  }

  private List<Long> sequences() {
    return published.stream().map(StoredBatch::sequence).toList();
  }

  @Test
  void announcesABatchUnderTheNumberThatItWasStoredUnder() {
    var number = announcer.next();
    announcer.stored(ONE, false);
    assertThat(published)
        .containsExactly(
            new StoredBatch(number.process().toString(), number.sequence(), 4711, ONE.added()));
    assertThat(announcer.next().sequence()).isEqualTo(number.sequence() + 1);
  }

  @Test
  void beginsWithAHoleAsItsPredecessorMayHaveLeftSomethingUntold() {
    announcer.begin();
    assertThat(sequences()).containsExactly(2L);
    assertThat(published.get(0).readings()).isEmpty();
    announcer.begin();
    assertThat(sequences()).as("once is enough").containsExactly(2L);
  }

  @Test
  void leavesItsNumberToATransactionThatIsUnderWay() {
    for (int i = 0; i < 65; i++) announcer.stored(ONE, false);
    published.clear();
    var number = announcer.next();
    confirms.get(0).complete();
    assertThat(published).as("told of its hole meanwhile").isEmpty();
    announcer.stored(ONE, false);
    assertThat(sequences()).containsExactly(number.sequence());
    assertThat(published.get(0).readings()).isEqualTo(ONE.added());
  }

  @Test
  void leavesItsNumberToATransactionAlsoWhereAHoleIsToldOfAgain() {
    refusals = 1;
    vertx.runOnContext(
        now -> {
          announcer.begin();
          var number = announcer.next();
          vertx.setTimer(
              700,
              later -> {
                toldMeanwhile.addAll(published);
                announcer.stored(NOTHING, false);
                ended = number;
              });
        });
    await().until(() -> ended != null && !published.isEmpty());
    assertThat(toldMeanwhile).isEmpty();
    assertThat(sequences()).containsExactly(ended.sequence());
    assertThat(published.get(0).readings()).isEmpty();
  }

  @Test
  void usesNoNumberForATransactionThatStoredNothing() {
    announcer.begin();
    var number = announcer.next();
    announcer.stored(NOTHING, false);
    assertThat(announcer.next()).isEqualTo(number);
    assertThat(sequences()).as("of the beginning").containsExactly(2L);
  }

  @Test
  void usesANumberOnceOnlyWhereItMayHaveBeenStoredUnder() {
    announcer.stored(ONE, false);
    announcer.uncertain();
    announcer.stored(ONE, false);
    assertThat(sequences()).containsExactly(2L, 4L);
  }

  @Test
  void tellsOfAHoleAlsoWhereNothingWasStored() {
    announcer.uncertain();
    announcer.stored(NOTHING, false);
    assertThat(sequences()).containsExactly(3L);
    assertThat(published.get(0).readings()).isEmpty();
    assertThat(published.get(0).transaction()).isZero();
  }

  @Test
  void tellsOfAHoleBehindWhatItStoredWhereOthersMayHaveStoredSomething() {
    announcer.stored(ONE, true);
    assertThat(sequences()).containsExactly(2L, 4L);
    assertThat(published.get(1).readings()).isEmpty();
  }

  @Test
  void tellsOfWhatItLeftOutAsSoonAsTheBrokerConfirmsAgain() {
    for (int i = 0; i < 70; i++) announcer.stored(ONE, false);
    assertThat(published).hasSize(64);
    confirms.get(0).complete();
    assertThat(published).hasSize(65);
    assertThat(published.get(64).readings()).isEmpty();
    assertThat(published.get(64).sequence()).isEqualTo(72);
    for (var confirm : List.copyOf(confirms)) confirm.tryComplete();
    assertThat(published).as("once is enough").hasSize(65);
    assertThat(registry.counter("stripchart.batches.unannounced").count()).isEqualTo(6);
  }

  @Test
  void tellsOfAFailedAnnouncementUntilTheBrokerTakesIt() {
    refusals = 3;
    vertx.runOnContext(now -> announcer.stored(ONE, false));
    await().until(() -> published.size() == 1);
    assertThat(published.get(0).readings()).isEmpty();
    assertThat(published.get(0).sequence()).isEqualTo(5);
  }

  @Test
  void givesUpOnceNobodyInsists() {
    insistence.end();
    refusals = 100;
    announcer.stored(ONE, false);
    assertThat(refusals).as("tries, of 100").isGreaterThan(90);
    assertThat(published).isEmpty();
  }

  @Test
  void anAnnouncementThatIsAMistakeIsAHoleToo() {
    thrown = new IllegalArgumentException("oh");
    assertThatThrownBy(() -> announcer.stored(ONE, false)).isSameAs(thrown);
    thrown = null;
    announcer.stored(NOTHING, false);
    assertThat(sequences()).containsExactly(3L);
  }
}
