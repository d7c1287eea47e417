package io.stripchart.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.ApiException;
import io.stripchart.api.ApiMetrics;
import io.stripchart.api.stored.BatchNotes;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.NotedBatch;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.StoredBatch;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StoredListenerTest {
  private static final UUID PROCESS = UUID.randomUUID();
  private static final List<Reading> READINGS = List.of(new Reading("a", Instant.EPOCH, 1));

  private final StoredStream stream = new StoredStream(100, 5);
  private final FakeNotes notes = new FakeNotes();
  private final List<Timer> timers = new ArrayList<>();
  private long nanos;
  private final StoredListener listener =
      new StoredListener(
          stream,
          notes,
          new ApiMetrics(new SimpleMeterRegistry()),
          new Timers((delay, task) -> timers.add(new Timer(delay, task)), () -> nanos));

  private record Timer(Duration delay, Runnable task) {}

  /** Notes of transactions; each question is answered when the test says so. */
  private static final class FakeNotes implements BatchNotes {
    private final List<NotedBatch> noted = new ArrayList<>();
    private final Queue<Runnable> unanswered = new ArrayDeque<>();
    private long next = 1_000;
    private boolean away;

    /** A transaction, noted under a number. */
    private long commit(UUID process, long sequence) {
      noted.add(new NotedBatch(process, sequence, next, TimeStretches.between(0, 1_000_000), 1, 0));
      return next++;
    }

    private <T> Future<T> later(java.util.function.Supplier<T> answer) {
      var promise = Promise.<T>promise();
      unanswered.add(
          () -> {
            if (away) {
              promise.fail(new ApiException(ApiException.Code.DATABASE_AWAY, "away"));
            } else {
              promise.complete(answer.get());
            }
          });
      return promise.future();
    }

    /** The union of all noted batches. */
    private Moment moment() {
      var numbers = new HashMap<UUID, Long>();
      noted.forEach(note -> numbers.merge(note.process(), note.sequence(), Math::max));
      return new Moment(
          new Snapshot(next, next, Set.of(), numbers), KnownBatches.before(0), "a database");
    }

    @Override
    public Future<Moment> now() {
      return later(this::moment);
    }

    @Override
    public Future<Unknown> unknown(Snapshot seen, List<Heard> heard, int limit) {
      return later(
          () ->
              new Unknown(
                  moment(),
                  noted.stream()
                      .filter(
                          note ->
                              !seen.sees(note.transaction())
                                  || seen.isDoubtful(
                                      note.process(), note.sequence(), note.transaction()))
                      .filter(note -> heard.stream().noneMatch(one -> covers(one, note)))
                      .limit(limit)
                      .toList()));
    }

    private static boolean covers(Heard heard, NotedBatch note) {
      return heard.process().equals(note.process())
          && heard.first() <= note.sequence()
          && note.sequence() <= heard.last();
    }
  }

  private void answer() {
    notes.unanswered.remove().run();
  }

  /** Runs the one timer with this delay. */
  private void pass(Duration delay) {
    var due = timers.stream().filter(timer -> timer.delay().equals(delay)).toList();
    assertThat(due).hasSize(1);
    timers.removeAll(due);
    due.get(0).task().run();
  }

  private void begin() {
    listener.consuming();
    answer();
  }

  private void hear(long sequence, long transaction) {
    listener.take(new StoredBatch(PROCESS.toString(), sequence, transaction, READINGS));
  }

  private List<Long> transactions() {
    return LongStream.range(stream.first(), stream.next())
        .mapToObj(position -> stream.at(position).transaction())
        .toList();
  }

  @Test
  void isReadyOnceItKnowsWhatWasStoredBefore() {
    notes.commit(PROCESS, 1);
    assertThat(stream.isReady()).isFalse();
    listener.consuming();
    assertThat(stream.isReady()).isFalse();
    answer();
    assertThat(stream.isReady()).isTrue();
    notes.commit(PROCESS, 2);
    hear(3, notes.commit(PROCESS, 3));
    answer();
    // Batches stored before the beginning are not looked for, and later ones are found.
    assertThat(transactions()).containsExactly(1_002L, 1_001L);
  }

  @Test
  void looksForWhatIsMissingAndIsNotWholeMeanwhile() {
    begin();
    hear(1, notes.commit(PROCESS, 1));
    notes.commit(PROCESS, 2);
    hear(3, notes.commit(PROCESS, 3));
    assertThat(stream.isWhole(stream.next())).isFalse();
    answer();
    assertThat(transactions()).containsExactly(1_000L, 1_002L, 1_001L);
    assertThat(stream.at(2).isInMemory()).isFalse();
    assertThat(stream.isWhole(2)).isFalse();
    assertThat(stream.isWhole(3)).isTrue();
  }

  @Test
  void findsABatchOnceThatIsHeardOfWhileItLooks() {
    begin();
    hear(2, notes.commit(PROCESS, 2));
    long late = notes.commit(PROCESS, 1);
    hear(1, late);
    answer();
    hear(1, late);
    assertThat(transactions()).containsExactly(1_000L, late);
  }

  @Test
  void looksAgainForWhatIsMissedWhileItLooks() {
    begin();
    hear(2, notes.commit(PROCESS, 2));
    hear(4, notes.commit(PROCESS, 4));
    answer();
    assertThat(stream.isWhole(stream.next())).isFalse();
    notes.commit(PROCESS, 3);
    answer();
    assertThat(transactions()).hasSize(3);
    assertThat(stream.isWhole(stream.next())).isTrue();
    assertThat(notes.unanswered).isEmpty();
  }

  @Test
  void looksOnceTheConnectionIsBack() {
    begin();
    listener.lost();
    notes.commit(PROCESS, 1);
    assertThat(stream.isWhole(stream.next())).isFalse();
    listener.consuming();
    answer();
    assertThat(transactions()).containsExactly(1_000L);
    assertThat(stream.isWhole(stream.next())).isTrue();
  }

  @Test
  void isNotWholeWhenTheConnectionIsLostWhileItLooks() {
    begin();
    hear(2, notes.commit(PROCESS, 2));
    listener.lost();
    answer();
    assertThat(stream.isWhole(stream.next())).isFalse();
  }

  @Test
  void triesAgainWhenTheDatabaseIsAway() {
    begin();
    notes.away = true;
    hear(2, notes.commit(PROCESS, 2));
    notes.commit(PROCESS, 1);
    answer();
    assertThat(notes.unanswered).isEmpty();
    notes.away = false;
    // The first one is for the next look from time to time.
    timers.remove(1).task().run();
    answer();
    assertThat(transactions()).hasSize(2);
  }

  @Test
  void beginsAnewWhereItWasAwayForLongerThanNotesAreKept() {
    begin();
    hear(1, notes.commit(PROCESS, 1));
    long place = stream.next();
    listener.lost();
    notes.commit(PROCESS, 2);
    nanos += Duration.ofMinutes(51).toNanos();
    listener.consuming();
    answer();
    assertThat(stream.first()).isGreaterThan(place);
    assertThat(transactions()).isEmpty();
    hear(3, notes.commit(PROCESS, 3));
    assertThat(transactions()).containsExactly(1_002L);
  }

  @Test
  void losesWhatTheDatabaseWasAwayForLongerThanNotesAreKept() {
    begin();
    long place = stream.next();
    notes.away = true;
    hear(2, notes.commit(PROCESS, 2));
    answer();
    nanos += Duration.ofMinutes(51).toNanos();
    notes.away = false;
    timers.remove(1).task().run();
    answer();
    assertThat(stream.first()).isGreaterThan(place);
    assertThat(stream.isWhole(stream.next())).isTrue();
  }

  @Test
  void countsTheAgeOfADoubtFromTheLastAnswer() {
    begin();
    hear(2, notes.commit(PROCESS, 2));
    nanos += Duration.ofMinutes(40).toNanos();
    hear(4, notes.commit(PROCESS, 4));
    answer();
    nanos += Duration.ofMinutes(40).toNanos();
    answer();
    assertThat(transactions()).hasSize(2);
    assertThat(stream.isWhole(stream.next())).isTrue();
  }

  @Test
  void findsWhatNobodyAnnouncedAndNoHoleTellsOf() {
    begin();
    hear(1, notes.commit(PROCESS, 1));
    notes.commit(PROCESS, 2);
    pass(Lookout.EVERY);
    answer();
    assertThat(stream.isWhole(stream.next())).isTrue();
    pass(Lookout.PATIENCE);
    assertThat(stream.isWhole(stream.next())).isFalse();
    answer();
    assertThat(transactions()).containsExactly(1_000L, 1_001L);
    assertThat(stream.isWhole(stream.next())).isTrue();
  }

  @Test
  void doubtsNothingForWhatIsOnItsWay() {
    begin();
    long late = notes.commit(PROCESS, 1);
    pass(Lookout.EVERY);
    answer();
    hear(1, late);
    pass(Lookout.PATIENCE);
    assertThat(stream.isWhole(stream.next())).isTrue();
    assertThat(notes.unanswered).isEmpty();
    assertThat(transactions()).containsExactly(late);
    // And it looks on.
    pass(Lookout.EVERY);
    answer();
    assertThat(timers).extracting(Timer::delay).containsExactly(Lookout.EVERY);
  }

  @Test
  void doubtsNothingWhileAProcessIsStillHeardOf() {
    begin();
    long first = notes.commit(PROCESS, 1);
    long second = notes.commit(PROCESS, 2);
    pass(Lookout.EVERY);
    answer();
    hear(1, first);
    pass(Lookout.PATIENCE);
    assertThat(notes.unanswered).isEmpty();
    assertThat(stream.isWhole(stream.next())).isTrue();
    hear(2, second);
    assertThat(transactions()).containsExactly(first, second);
  }

  @Test
  void looksOnWhereTheDatabaseIsAwayWithoutADoubt() {
    begin();
    notes.away = true;
    pass(Lookout.EVERY);
    answer();
    assertThat(stream.isWhole(stream.next())).isTrue();
    notes.away = false;
    notes.commit(PROCESS, 1);
    pass(Lookout.EVERY);
    answer();
    pass(Lookout.PATIENCE);
    answer();
    assertThat(transactions()).containsExactly(1_000L);
  }

  @Test
  void leavesWhatIsLookedForAlreadyToThatLook() {
    begin();
    notes.commit(PROCESS, 1);
    pass(Lookout.EVERY);
    answer();
    listener.lost();
    pass(Lookout.PATIENCE);
    assertThat(notes.unanswered).isEmpty();
    pass(Lookout.EVERY);
    assertThat(notes.unanswered).isEmpty();
    listener.consuming();
    answer();
    assertThat(transactions()).containsExactly(1_000L);
  }

  @Test
  void endsWhereMoreWasMissedThanItHolds() {
    begin();
    long place = stream.next();
    for (int sequence = 1; sequence <= 6; sequence++) notes.commit(PROCESS, sequence);
    hear(8, notes.commit(PROCESS, 8));
    answer();
    assertThat(stream.first()).isGreaterThan(place);
    assertThat(stream.isWhole(stream.next())).isTrue();
  }

  /** The second batch has the number of a transaction that was rolled back before a crash. */
  @Test
  void findsABatchWhoseTransactionHasANumberThatWasGivenOutBefore() {
    notes.commit(PROCESS, 1);
    notes.next += 10;
    begin();
    notes.next -= 5;
    long again = notes.commit(PROCESS, 2);
    pass(Lookout.EVERY);
    answer();
    pass(Lookout.PATIENCE);
    answer();
    assertThat(transactions()).containsExactly(again);
  }

  @Test
  void looksFromTimeToTimeWhileItHearsNothing() {
    begin();
    listener.lost();
    notes.commit(PROCESS, 1);
    pass(Recovery.DEAF_LOOK);
    answer();
    assertThat(transactions()).containsExactly(1_000L);
    assertThat(stream.isWhole(stream.next())).isFalse();
    notes.commit(PROCESS, 2);
    pass(Recovery.DEAF_LOOK);
    answer();
    assertThat(transactions()).containsExactly(1_000L, 1_001L);
  }

  @Test
  void losesTheStreamOfADatabaseThatLacksWhatWasSeenOfIt() {
    notes.commit(PROCESS, 1);
    notes.commit(PROCESS, 2);
    begin();
    long place = stream.next();
    notes.noted.remove(1);
    pass(Lookout.EVERY);
    answer();
    answer();
    assertThat(stream.first()).isGreaterThan(place);
    assertThat(stream.isWhole(stream.next())).isTrue();
    // And it continues with the current database.
    hear(3, notes.commit(PROCESS, 3));
    assertThat(transactions()).containsExactly(1_002L);
  }

  @Test
  void losesTheStreamOfADatabaseThatLacksWhatWasAnnounced() {
    notes.commit(PROCESS, 1);
    begin();
    hear(2, notes.commit(PROCESS, 2));
    // For the hole before it.
    answer();
    long place = stream.next();
    notes.noted.remove(1);
    listener.databaseChanged(false);
    assertThat(stream.isSuspect()).isTrue();
    answer();
    assertThat(stream.isSuspect()).isFalse();
    assertThat(stream.first()).isGreaterThan(place);
  }

  @Test
  void losesNothingWhereTheServerOnlyStartedAgain() {
    begin();
    hear(1, notes.commit(PROCESS, 1));
    listener.databaseChanged(false);
    answer();
    assertThat(transactions()).containsExactly(1_000L);
    assertThat(stream.isSuspect()).isFalse();
  }

  @Test
  void beginsAnewWithAnotherDatabase() {
    begin();
    hear(1, notes.commit(PROCESS, 1));
    long place = stream.next();
    listener.databaseChanged(true);
    notes.noted.clear();
    answer();
    assertThat(stream.first()).isGreaterThan(place);
    hear(2, notes.commit(PROCESS, 2));
    assertThat(transactions()).containsExactly(1_001L);
  }

  @Test
  void appendsABatchOfAnEarlierVersionsProcess() {
    begin();
    hear(1, 0);
    hear(2, 0);
    assertThat(transactions()).containsExactly(0L, 0L);
    assertThat(stream.at(stream.first()).isReadable()).isFalse();
  }
}
