package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.reading.Reading;
import io.stripchart.persist.store.PartitionRange;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class GatheringTest {
  private final List<List<Received>> batches = new ArrayList<>();
  private final List<Promise<Void>> settling = new ArrayList<>();
  private final List<Long> acked = new ArrayList<>();
  private final List<Long> ackedAlone = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Long> decoded = new ArrayList<>();
  private final List<Promise<Void>> restarts = new ArrayList<>();
  private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
  private final List<Long> pauses = new ArrayList<>();
  private final ArrayDeque<Runnable> paused = new ArrayDeque<>();

  /** Of each look at the clock. */
  private long step = 1_000_000_000;

  private long now;
  private RuntimeException thrown;
  private final Gathering gathering =
      new Gathering(
          new WaitingMessages(5, 20, this::decode),
          this::settle,
          new Upstream(),
          new Loop(),
          new PersistMetrics(registry, () -> 0));

  private final class Upstream implements Gathering.Origin {
    @Override
    public void ackThrough(Delivery last) {
      acked.add(last.tag());
    }

    @Override
    public void ack(Delivery one) {
      ackedAlone.add(one.tag());
    }

    @Override
    public Future<Void> restart() {
      restarts.add(Promise.promise());
      return restarts.get(restarts.size() - 1).future();
    }
  }

  private final class Loop implements Gathering.Turns {
    @Override
    public void later(Runnable task) {
      turns.add(task);
    }

    @Override
    public void after(long millis, Runnable task) {
      pauses.add(millis);
      paused.add(task);
    }

    @Override
    public long nanoTime() {
      return now += step;
    }
  }

  /** The body's length is how many readings it stands for. */
  private Received decode(Arrived message) {
    decoded.add(message.delivery().tag());
    var readings =
        Collections.nCopies(message.delivery().body().length, new Reading("a", Instant.EPOCH, 1));
    return new Received(message.delivery(), message.at(), readings, null);
  }

  private Future<Void> settle(List<Received> batch) {
    if (thrown != null) throw thrown;
    batches.add(batch);
    settling.add(Promise.promise());
    return settling.get(settling.size() - 1).future();
  }

  private static Arrived message(Object origin, long tag, int readings) {
    var delivery = new Delivery(origin, tag, "x", "a", new byte[readings], null, Map.of(), false);
    return new Arrived(delivery, Instant.EPOCH, null, Instant.EPOCH, null);
  }

  private static List<Arrived> messages(int from, int to) {
    return IntStream.range(from, to).mapToObj(tag -> message("one", tag, 1)).toList();
  }

  private List<Long> tags(int batch) {
    return batches.get(batch).stream().map(received -> received.delivery().tag()).toList();
  }

  private double waiting() {
    return registry.get("stripchart.persist.gathered").gauge().value();
  }

  @Test
  void settlesTheFirstAtOnceAndGathersMeanwhile() {
    gathering.add(messages(1, 2));
    gathering.add(messages(2, 3));
    gathering.add(messages(3, 5));
    assertThat(batches).hasSize(1);
    assertThat(waiting()).isEqualTo(3);
    settling.get(0).complete();
    assertThat(tags(1)).containsExactly(2L, 3L, 4L);
    assertThat(acked).containsExactly(1L);
    settling.get(1).complete();
    assertThat(acked).containsExactly(1L, 4L);
    assertThat(waiting()).isZero();
  }

  @Test
  void takesNoMoreReadingsThanItsLimit() {
    gathering.add(messages(1, 13));
    assertThat(tags(0)).containsExactly(1L, 2L, 3L, 4L, 5L);
    settling.get(0).complete();
    settling.get(1).complete();
    assertThat(tags(2)).containsExactly(11L, 12L);
  }

  @Test
  void aMessageOfMoreReadingsThanTheLimitGetsABatchOfItsOwn() {
    gathering.add(List.of(message("one", 1, 1), message("one", 2, 99), message("one", 3, 0)));
    settling.get(0).complete();
    settling.get(1).complete();
    assertThat(List.of(tags(0), tags(1), tags(2)))
        .containsExactly(List.of(1L), List.of(2L), List.of(3L));
  }

  @Test
  void forgetsWhatComesAgainButNotWhatIsBeingSettled() {
    gathering.add(messages(1, 10));
    gathering.removeIf(delivery -> delivery.origin().equals("one"));
    gathering.add(List.of(message("two", 1, 1)));
    settling.get(0).complete();
    assertThat(tags(1)).containsExactly(1L);
    assertThat(batches.get(1).get(0).delivery().origin()).isEqualTo("two");
  }

  @Test
  void decodesNoMoreThanABatchNeedsAndEachOnce() {
    gathering.add(List.of(message("one", 1, 3), message("one", 2, 3), message("one", 3, 1)));
    assertThat(decoded).containsExactly(1L, 2L);
    settling.get(0).complete();
    assertThat(decoded).containsExactly(1L, 2L, 3L);
    assertThat(tags(1)).containsExactly(2L, 3L);
  }

  private void takeTurns() {
    while (!turns.isEmpty()) turns.poll().run();
  }

  @Test
  void decodesTheNextBatchInTurnsOfItsOwnWhileOneIsSettled() {
    gathering.add(messages(1, 20));
    assertThat(decoded).hasSize(6);
    takeTurns();
    assertThat(decoded).hasSize(11);
    settling.get(0).complete();
    assertThat(tags(1)).containsExactly(6L, 7L, 8L, 9L, 10L);
    takeTurns();
    assertThat(decoded).hasSize(16).doesNotHaveDuplicates();
    assertThat(waiting()).isEqualTo(9);
    settling.get(1).complete();
    assertThat(tags(2)).containsExactly(11L, 12L, 13L, 14L, 15L);
  }

  @Test
  void gathersOnForAShortWhileWhereManyCome() {
    step = 0;
    gathering.add(messages(1, 5));
    settling.get(0).complete();
    gathering.add(messages(5, 6));
    gathering.add(messages(6, 7));
    assertThat(pauses).containsExactly(2L);
    assertThat(batches).hasSize(1);
    takeTurns();
    assertThat(decoded).hasSize(6);
    now += 2_000_000;
    paused.poll().run();
    assertThat(tags(1)).containsExactly(5L, 6L);
  }

  @Test
  void waitsNoLongerThanUntilABatchIsFull() {
    step = 0;
    gathering.add(messages(1, 5));
    settling.get(0).complete();
    gathering.add(messages(5, 9));
    assertThat(batches).hasSize(1);
    gathering.add(messages(9, 10));
    assertThat(tags(1)).containsExactly(5L, 6L, 7L, 8L, 9L);
    paused.poll().run();
    assertThat(batches).hasSize(2);
  }

  @Test
  void waitsNoLongerThanUntilABatchIsFoundToBeFull() {
    step = 0;
    gathering.add(messages(1, 5));
    settling.get(0).complete();
    gathering.add(List.of(message("one", 5, 7)));
    assertThat(batches).hasSize(1);
    takeTurns();
    assertThat(tags(1)).containsExactly(5L);
  }

  private Gathering another(int maxReadings, int maxMessages) {
    return new Gathering(
        new WaitingMessages(maxReadings, maxMessages, this::decode),
        this::settle,
        new Upstream(),
        new Loop(),
        new PersistMetrics(new SimpleMeterRegistry(), () -> 0));
  }

  @Test
  void decodesAFewTurnByTurn() {
    var large = another(200, 1_000);
    large.add(messages(1, 2));
    large.add(messages(2, 122));
    assertThat(decoded).hasSize(1);
    for (int size : new int[] {51, 101, 121}) {
      turns.poll().run();
      assertThat(decoded).hasSize(size);
    }
    assertThat(turns).isEmpty();
  }

  @Test
  void waitsForNoMoreWhereNothingMoreIsDelivered() {
    var few = another(5, 3);
    step = 0;
    few.add(messages(1, 4));
    settling.get(0).complete();
    few.add(messages(4, 6));
    assertThat(batches).hasSize(1);
    few.add(messages(6, 7));
    assertThat(tags(1)).containsExactly(4L, 5L, 6L);
  }

  @Test
  void waitsForNoMoreWhenItIsToEnd() {
    step = 0;
    gathering.add(messages(1, 5));
    settling.get(0).complete();
    gathering.add(messages(5, 6));
    var drained = gathering.drain();
    assertThat(tags(1)).containsExactly(5L);
    settling.get(1).complete();
    assertThat(drained.succeeded()).isTrue();
  }

  @Test
  void forgetsWhatWasDecodedTooEarlyAlongWithItsConnection() {
    gathering.add(messages(1, 9));
    takeTurns();
    gathering.removeIf(delivery -> delivery.origin().equals("one"));
    assertThat(waiting()).isZero();
    gathering.add(IntStream.range(1, 13).mapToObj(tag -> message("two", tag, 1)).toList());
    takeTurns();
    settling.get(0).complete();
    assertThat(tags(1)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(batches.get(1).get(0).delivery().origin()).isEqualTo("two");
  }

  @Test
  void startsOverAndSaysSoWhereABatchCannotBeSettled() {
    thrown = new IllegalArgumentException("a\nmistake");
    gathering.add(messages(1, 4));
    assertThat(gathering.problem()).contains("a batch could not be settled: a mistake");
    assertThat(restarts).hasSize(1);
    thrown = null;
    gathering.removeIf(delivery -> delivery.origin().equals("one"));
    gathering.add(List.of(message("two", 1, 1)));
    assertThat(batches).isEmpty();
    restarts.get(0).complete();
    assertThat(batches).hasSize(1);
    assertThat(gathering.problem()).isPresent();
    settling.get(0).complete();
    assertThat(gathering.problem()).isEmpty();
    assertThat(acked).containsExactly(1L);
  }

  @Test
  void acknowledgesNothingBehindWhatIsNotSettled() {
    gathering.add(messages(1, 10));
    settling.get(0).fail("closing");
    gathering.add(messages(10, 12));
    assertThat(batches).hasSize(1);
    assertThat(acked).isEmpty();
    assertThat(restarts).hasSize(1);
  }

  @Test
  void isDrainedWhenWhatItHoldsIsLeftToOthers() {
    gathering.add(messages(1, 10));
    var drained = gathering.drain();
    settling.get(0).fail("closing");
    assertThat(drained.isComplete()).isTrue();
    assertThat(restarts).isEmpty();
    assertThat(acked).isEmpty();
  }

  @Test
  void isDrainedWhenAllIsSettled() {
    gathering.add(messages(1, 8));
    var drained = gathering.drain();
    settling.get(0).complete();
    assertThat(drained.isComplete()).isFalse();
    settling.get(1).complete();
    assertThat(drained.succeeded()).isTrue();
    assertThat(acked).containsExactly(5L, 7L);
  }

  @Test
  void triesWhatIsAsideInTurnsWithWhatWaits() {
    var always = new AtomicLong();
    var aside = new SetAside(10, () -> always.addAndGet(30_000_000_000L));
    var with =
        new Gathering(
            new WaitingMessages(5, 20, this::decode),
            aside,
            this::settle,
            new Upstream(),
            new Loop(),
            new PersistMetrics(new SimpleMeterRegistry(), () -> 0));
    var partition = new PartitionRange(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));
    var locked = new PgException("locked", "ERROR", "55P03", null);
    var stuck = decode(message("one", 1, 1));
    assertThat(aside.fail(partition, List.of(stuck), locked)).isEmpty();
    with.add(messages(2, 13));
    for (int trial = 0; trial < 6; trial += 2) {
      assertThat(tags(trial)).containsExactly(1L);
      assertThat(aside.fail(partition, List.of(stuck), locked)).isEmpty();
      settling.get(trial).complete();
      assertThat(tags(trial + 1)).doesNotContain(1L);
      settling.get(trial + 1).complete();
    }
    assertThat(ackedAlone).hasSize(11).doesNotContain(1L);
    assertThat(acked).isEmpty();
  }

  @Test
  void isDrainedAtOnceWhereNothingWaits() {
    assertThat(gathering.drain().succeeded()).isTrue();
  }

  @Test
  void acknowledgesNoMessageThatStopsWaitingBeforeItsBatchIsSettled() {
    var aside = new SetAside(10, () -> 0);
    var gathering =
        new Gathering(
            new WaitingMessages(5, 20, this::decode),
            aside,
            this::settle,
            new Upstream(),
            new Loop(),
            new PersistMetrics(new SimpleMeterRegistry(), () -> 0));
    gathering.add(messages(1, 3));
    assertThat(aside.await(batches.get(0).subList(0, 1))).isEmpty();
    gathering.release(message -> false);
    settling.get(0).complete();
    assertThat(ackedAlone).containsExactly(2L);
    assertThat(acked).isEmpty();
    assertThat(tags(1)).containsExactly(1L);
    settling.get(1).complete();
    assertThat(acked).containsExactly(1L);
  }
}
