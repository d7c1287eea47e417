package io.stripchart.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.Message;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StoredBatch;
import io.stripchart.persist.store.BatchNumber;
import io.stripchart.persist.store.PartitionRange;
import io.stripchart.persist.store.SeriesLimitException;
import io.stripchart.persist.store.Stored;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class StoringTest {
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Insistence insistence = new Insistence(vertx);
  private final List<Double> stored = new ArrayList<>();
  private final Set<BatchNumber> noted = new LinkedHashSet<>();
  private final List<String> dead = new ArrayList<>();
  private final List<StoredBatch> announced = new ArrayList<>();
  private Function<List<Reading>, Throwable> fault = readings -> null;
  private Consumer<Message> announcing =
      message -> announced.add(StoredBatch.decode(message.body()));
  private int deadLetterFailures;
  private final PersistMetrics metrics = new PersistMetrics(registry, () -> 0);
  private final LogLimit limit = new LogLimit();
  private final Announcer announcer = new Announcer(this::announce, insistence, metrics, limit);
  private final Storing storing =
      new Storing(
          this::store,
          new Burial(this::bury, insistence, metrics),
          announcer,
          insistence,
          new Ledger(metrics, new DatabaseWatch(Clock.systemUTC()), limit));

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Future<Stored> store(BatchNumber number, List<Reading> readings, int lockMillis) {
    var failure = fault.apply(readings);
    if (failure != null) return Future.failedFuture(failure);
    var added = readings.stream().filter(reading -> !stored.contains(reading.value())).toList();
    added.forEach(reading -> stored.add(reading.value()));
    if (!added.isEmpty()) assertThat(noted.add(number)).as("number %s again", number).isTrue();
    return Future.succeededFuture(
        new Stored(number.sequence() * 10, added, readings.size() - added.size(), List.of()));
  }

  private Future<Void> bury(Delivery delivery, Instant arrived, Enum<?> cause, String reason) {
    if (deadLetterFailures-- > 0) return Future.failedFuture("broker away");
    dead.add(reason);
    return Future.succeededFuture();
  }

  private Future<Void> announce(Message message) {
    announcing.accept(message);
    return Future.succeededFuture();
  }

  private static PgException refusal(String state) {
    return new PgException("refused", "ERROR", state, null);
  }

  private static Received message(int... values) {
    return message(false, values);
  }

  private static Received message(boolean again, int... values) {
    var delivery = new Delivery("one", values[0], "x", "a", new byte[0], null, Map.of(), again);
    var readings =
        IntStream.of(values)
            .mapToObj(value -> new Reading("a", Instant.ofEpochSecond(value), value))
            .toList();
    return new Received(delivery, Instant.EPOCH, readings, null);
  }

  private static List<Received> messages(int count) {
    return IntStream.range(0, count).mapToObj(StoringTest::message).toList();
  }

  private static boolean hold(List<Reading> readings, double value) {
    return readings.stream().anyMatch(reading -> reading.value() == value);
  }

  @Test
  void storesABatchInOneTransaction() {
    assertThat(storing.settle(messages(100)).succeeded()).isTrue();
    assertThat(announced).hasSize(1);
    assertThat(announced.get(0).sequence()).isEqualTo(2);
    assertThat(announced.get(0).transaction()).isEqualTo(20);
    assertThat(announced.get(0).readings()).hasSize(100);
  }

  @Test
  void putsAsideWhatWouldMakeTooManySeriesAndStoresTheRestInOneMoreTransaction() {
    var limit = new SeriesLimitException(Set.of("new"), 7);
    fault =
        readings -> readings.stream().anyMatch(one -> limit.refuses(one.series())) ? limit : null;
    var batch = new ArrayList<>(messages(50));
    for (int i = 0; i < 50; i++) {
      var delivery = new Delivery("one", i, "x", "new", new byte[0], null, Map.of(), false);
      var reading = new Reading("new", Instant.EPOCH, 1_000 + i);
      batch.add(new Received(delivery, Instant.EPOCH, List.of(reading), null));
    }
    assertThat(storing.settle(batch).succeeded()).isTrue();
    assertThat(stored).hasSize(50);
    assertThat(announced).hasSize(1);
    assertThat(dead).hasSize(50).allMatch(reason -> reason.contains("STRIPCHART_SERIES_MAX"));
    var counter = registry.get("stripchart.messages.dead").tag("cause", "series_limit").counter();
    assertThat(counter.count()).isEqualTo(50);
  }

  @Test
  void putsAsideOnlyTheOneThatIsRefused() {
    fault = readings -> hold(readings, 37) ? refusal("22003") : null;
    assertThat(storing.settle(messages(100)).succeeded()).isTrue();
    assertThat(stored).hasSize(99).doesNotContain(37.0).isSorted();
    assertThat(dead).hasSize(1);
  }

  @Test
  void putsAsideOnlyTheOneThatThisProgramFailsOver() {
    fault = readings -> hold(readings, 3) ? new NullPointerException("oh") : null;
    assertThat(storing.settle(messages(8)).succeeded()).isTrue();
    assertThat(stored).hasSize(7);
    assertThat(dead).singleElement().asString().contains("internal error");
  }

  @Test
  void storesInPartsWhatIsTooMuchForOneTransaction() {
    fault = readings -> readings.size() > 3 ? refusal("53200") : null;
    var large = message(IntStream.range(1_000, 1_050).toArray());
    assertThat(storing.settle(List.of(message(1), large, message(2))).succeeded()).isTrue();
    assertThat(stored).hasSize(52);
    assertThat(dead).isEmpty();
  }

  @Test
  void keepsTryingASingleReadingForWhichTheDatabaseHasNoMemory() {
    var failures = new ArrayList<>(List.of(refusal("53200"), refusal("53200"), refusal("53200")));
    fault = readings -> failures.isEmpty() ? null : failures.remove(0);
    var settled = storing.settle(messages(2));
    await().until(settled::succeeded);
    assertThat(stored).containsExactly(0.0, 1.0);
    assertThat(dead).isEmpty();
    assertThat(registry.counter("stripchart.persist.retries").count()).isEqualTo(2);
  }

  @Test
  void putsASingleReadingAsideThatIsBeyondTheDatabasesLimits() {
    fault = readings -> hold(readings, 1) ? refusal("54000") : null;
    assertThat(storing.settle(messages(2)).succeeded()).isTrue();
    assertThat(stored).containsExactly(0.0);
    assertThat(dead).hasSize(1);
  }

  @Test
  void whatFailsAfterTheCommitPutsNothingAside() {
    announcing =
        message -> {
          throw new IllegalArgumentException("cannot announce");
        };
    assertThat(storing.settle(messages(10)).succeeded()).isTrue();
    assertThat(stored).hasSize(10);
    assertThat(dead).isEmpty();
  }

  @Test
  void putsAsideAMalformedMessageAndStoresItsNeighbours() {
    var malformed =
        new Received(message(5).delivery(), Instant.EPOCH, List.of(), "value: is missing");
    assertThat(storing.settle(List.of(message(1), malformed, message(2))).succeeded()).isTrue();
    assertThat(stored).containsExactly(1.0, 2.0);
    assertThat(dead).containsExactly("value: is missing");
  }

  @Test
  void isNotSettledBeforeTheDeadLetterIsTaken() {
    deadLetterFailures = 3;
    var malformed =
        new Received(message(5).delivery(), Instant.EPOCH, List.of(), "value: is missing");
    var settled = storing.settle(List.of(message(1), malformed));
    assertThat(stored).containsExactly(1.0);
    assertThat(settled.isComplete()).isFalse();
    await().until(settled::succeeded);
    assertThat(dead).hasSize(1);
  }

  @Test
  void repeatsTheSameUntilTheDatabaseIsBackAndLeavesAHoleInTheNumbering() {
    var failures = new ArrayList<>(List.of(new IOException("reset"), refusal("57P01")));
    fault = readings -> failures.isEmpty() ? null : failures.remove(0);
    var settled = storing.settle(messages(10));
    await().until(settled::succeeded);
    assertThat(stored).hasSize(10);
    assertThat(dead).isEmpty();
    assertThat(registry.counter("stripchart.persist.retries").count()).isEqualTo(2);
    assertThat(announced.get(0).sequence()).isEqualTo(4);
  }

  @Test
  void tellsListenersOfAHoleWhereAnotherMayHaveDiedBeforeItsAnnouncement() {
    stored.add(1.0);
    assertThat(storing.settle(List.of(message(true, 1))).succeeded()).isTrue();
    assertThat(announced).singleElement().extracting(StoredBatch::sequence).isEqualTo(3L);
    assertThat(announced.get(0).readings()).isEmpty();
    assertThat(storing.settle(List.of(message(true, 1), message(2))).succeeded()).isTrue();
    assertThat(announced).extracting(StoredBatch::sequence).containsExactly(3L, 4L, 6L);
    assertThat(announced.get(1).readings()).hasSize(1);
    assertThat(announced.get(2).readings()).isEmpty();
  }

  @Test
  void isSilentOfDuplicatesThatWereSentTwiceAndOfRedeliveriesThatAreNew() {
    stored.add(1.0);
    announcer.begin();
    assertThat(storing.settle(List.of(message(1))).succeeded()).isTrue();
    assertThat(announced).extracting(StoredBatch::sequence).containsExactly(2L);
    assertThat(storing.settle(List.of(message(true, 2))).succeeded()).isTrue();
    assertThat(announced).extracting(StoredBatch::sequence).containsExactly(2L, 3L);
  }

  @Test
  void leavesTheNumberFreeWhateverBecomesOfATransaction() {
    var thrown = new NullPointerException("oh");
    for (Throwable failure : List.of(refusal("22003"), refusal("54000"), thrown)) {
      fault = readings -> failure;
      assertThat(storing.settle(messages(2)).succeeded()).isTrue();
      fault =
          readings -> {
            throw thrown;
          };
      assertThat(storing.settle(messages(2)).succeeded()).isTrue();
      int told = announced.size();
      announcer.begin();
      assertThat(announced).as("holes told of after %s", failure).hasSizeGreaterThan(told);
    }
  }

  /** Each hundred seconds is a partition. */
  private final class Partitioned implements Storing.Store {
    @Override
    public Future<Stored> store(BatchNumber number, List<Reading> readings, int lockMillis) {
      return StoringTest.this.store(number, readings, lockMillis);
    }

    @Override
    public PartitionRange partition(Instant time) {
      long from = time.getEpochSecond() / 100 * 100;
      return new PartitionRange(Instant.ofEpochSecond(from), Instant.ofEpochSecond(from + 100));
    }
  }

  private Storing with(SetAside aside, List<Received> overflow) {
    return new Storing(
        new Partitioned(),
        new Burial(this::bury, insistence, metrics),
        announcer,
        insistence,
        new Ledger(metrics, new DatabaseWatch(Clock.systemUTC()), limit),
        aside,
        message -> {
          overflow.add(message);
          return Future.succeededFuture();
        });
  }

  @Test
  void setsAsideOnlyWhatIsOfAPartitionThatIsLocked() {
    var overflow = new ArrayList<Received>();
    var aside = new SetAside(2, System::nanoTime);
    var partial = with(aside, overflow);
    fault =
        readings ->
            readings.stream().anyMatch(one -> one.value() >= 100 && one.value() < 200)
                ? refusal("55P03")
                : null;
    var spanning = message(50, 150, 250);
    var batch = List.of(message(1), spanning, message(101), message(102), message(201));
    assertThat(partial.settle(batch).succeeded()).isTrue();
    assertThat(stored).containsExactlyInAnyOrder(1.0, 50.0, 201.0, 250.0);
    assertThat(aside.count()).isEqualTo(2);
    assertThat(aside.holds(spanning)).isTrue();
    assertThat(overflow).containsExactly(batch.get(3));
    // Further ones of it without an attempt.
    int transactions = noted.size();
    assertThat(partial.settle(List.of(message(103))).succeeded()).isTrue();
    assertThat(overflow).hasSize(2);
    assertThat(noted).hasSize(transactions);
    assertThat(dead).isEmpty();
  }

  @Test
  void setsAsideWhatOnePartitionRefusesAndAnotherIsLockedFor() {
    var overflow = new ArrayList<Received>();
    var aside = new SetAside(2, System::nanoTime);
    fault =
        readings -> {
          if (hold(readings, 150)) return refusal("55P03");
          return hold(readings, 50) ? refusal("22003") : null;
        };
    var spanning = message(50, 150);
    assertThat(with(aside, overflow).settle(List.of(spanning)).succeeded()).isTrue();
    assertThat(aside.holds(spanning)).isTrue();
    assertThat(dead).isEmpty();
  }

  @Test
  void overflowsWhatFindsNoRoomAside() {
    var overflow = new ArrayList<Received>();
    var aside = new SetAside(0, System::nanoTime);
    fault = readings -> hold(readings, 101) ? refusal("55P03") : null;
    var batch = List.of(message(1), message(101));
    assertThat(with(aside, overflow).settle(batch).succeeded()).isTrue();
    assertThat(stored).containsExactly(1.0);
    assertThat(overflow).containsExactly(batch.get(1));
    assertThat(aside.holds(batch.get(1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"55P03", "57014"})
  void overflowsNothingWhileTheDatabaseStoresNothing(String state) {
    var overflow = new ArrayList<Received>();
    var aside = new SetAside(2, System::nanoTime);
    var partial = with(aside, overflow);
    fault = readings -> refusal(state);
    for (int first = 0; first < 1_000; first += 100) {
      var batch = IntStream.range(first, first + 100).mapToObj(StoringTest::message).toList();
      assertThat(partial.settle(batch).succeeded()).isTrue();
      assertThat(batch).allMatch(aside::holds);
    }
    assertThat(overflow).isEmpty();
    assertThat(stored).isEmpty();
    assertThat(dead).isEmpty();
  }

  @Test
  void leavesABatchAloneOnceNobodyInsists() {
    fault = readings -> new IOException("reset");
    insistence.end();
    assertThat(storing.settle(messages(10)).failed()).isTrue();
    assertThat(dead).isEmpty();
  }
}
