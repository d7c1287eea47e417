package io.stripchart.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.ApiException;
import io.stripchart.api.live.FollowedLoop.Given;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class FollowingTest {
  private static final Instant SINCE = Instant.ofEpochSecond(500);

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  /** One run of everything that may happen, in a random order. */
  private static final class Run {
    private final Random random;
    private final FollowedLoop loop;
    private final Map<Long, List<Reading>> running = new HashMap<>();
    private final List<Long> unannounced = new ArrayList<>();
    private int seconds;

    private Run(long seed) {
      random = new Random(seed);
      loop = new FollowedLoop(random, 20, 100_000);
    }

    /** Mostly of about now, some of long ago; of several series at the same time too. */
    private List<Reading> readings() {
      var readings = new ArrayList<Reading>();
      for (var series : List.of("a.b", "a.c", "x")) {
        for (int i = random.nextInt(4); i > 0; i--) {
          int unique = seconds + i;
          long time = random.nextInt(4) == 0 ? random.nextInt(1_000) : unique;
          var micros = Instant.ofEpochSecond(time).plusNanos(unique * 1_000L);
          readings.add(new Reading(series, micros, unique));
        }
      }
      seconds += 4;
      return readings;
    }

    private void step() {
      switch (random.nextInt(6)) {
        case 0 -> {
          var readings = readings();
          if (!readings.isEmpty()) running.put(loop.store.begin(), readings);
        }
        case 1 -> commitOne();
        case 2 -> announceOne();
        default -> loop.step();
      }
    }

    private void commitOne() {
      if (running.isEmpty()) return;
      var all = new ArrayList<>(running.keySet());
      long transaction = all.get(random.nextInt(all.size()));
      loop.store.commit(transaction, running.remove(transaction));
      unannounced.add(transaction);
    }

    /** In any order, and some as found again after their announcement was lost. */
    private void announceOne() {
      if (unannounced.isEmpty()) return;
      long transaction = unannounced.remove(random.nextInt(unannounced.size()));
      var readings = loop.store.committed().get(transaction);
      if (random.nextInt(5) == 0) {
        var times =
            readings.stream().mapToLong(one -> ReadingTime.micros(one.time())).summaryStatistics();
        loop.stream.appendUnread(
            List.of(
                new Batch(0, transaction, times.getMin(), times.getMax(), readings.size(), null)));
      } else {
        loop.stream.append(null, 0, transaction, readings);
      }
    }

    private void finish() {
      while (!running.isEmpty()) commitOne();
      while (!unannounced.isEmpty()) announceOne();
    }

    /** The extensions of each event are valid then: everything outstanding and known is later. */
    private void check(Given given, String pattern, long from, boolean past) {
      var matching = SeriesPattern.of(pattern);
      given.check =
          event -> {
            var done = new HashSet<>(given.readings);
            for (var owed : owed(matching, from, loop.desk.position(), past)) {
              if (!done.contains(owed)) assertThat(owed.time()).isAfter(given.since);
            }
          };
    }

    private List<Reading> owed(SeriesPattern pattern, long from, long to, boolean past) {
      var seen = past ? loop.store.lastSnapshot() : null;
      var owed = new ArrayList<Reading>();
      if (seen != null) {
        loop.store
            .committed()
            .forEach(
                (transaction, readings) -> {
                  if (!seen.sees(transaction)) return;
                  for (var reading : readings) {
                    if (reading.time().isAfter(SINCE)) owed.add(reading);
                  }
                });
      }
      for (long position = from; position < to; position++) {
        var batch = loop.stream.at(position);
        if (seen != null && seen.sees(batch.transaction())) continue;
        owed.addAll(loop.store.committed().get(batch.transaction()));
      }
      return owed.stream().filter(one -> pattern.matches(one.series())).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void givesEachReadingOnceWhateverTheOrder(int seed) {
    var run = new Run(seed);
    var pattern = List.of("a.b", "a.*", "#").get(seed % 3);
    boolean past = seed % 2 == 0;
    for (int i = run.random.nextInt(200); i > 0; i--) run.step();
    long from = run.loop.desk.position();
    var given = run.loop.follow(pattern, past ? SINCE : null);
    run.check(given, pattern, from, past);
    for (int i = 0; i < 600; i++) {
      run.step();
      if (run.random.nextInt(8) == 0) given.following.request(1 + run.random.nextInt(4));
    }
    run.finish();
    given.following.request(Long.MAX_VALUE);
    run.loop.settle();
    var owed = run.owed(SeriesPattern.of(pattern), from, run.loop.stream.next(), past);
    assertThat(given.failure).isNull();
    assertThat(given.readings).containsExactlyInAnyOrderElementsOf(owed).isNotEmpty();
    assertThat(given.gaps).isZero();
    assertThat(run.loop.metrics.behind()).hasValue(0);
  }

  private final FollowedLoop loop = new FollowedLoop(new Random(1), 10, 50);

  private static Reading reading(int second) {
    return new Reading("a", Instant.ofEpochSecond(second), second);
  }

  private long store(int... seconds) {
    long transaction = loop.store.begin();
    var readings = IntStream.of(seconds).mapToObj(FollowingTest::reading).toList();
    loop.store.commit(transaction, readings);
    loop.stream.append(null, 0, transaction, readings);
    loop.settle();
    return transaction;
  }

  @Test
  void readsNothingForWhoKeepsUp() {
    var given = loop.follow("a", null);
    for (int second = 0; second < 200; second++) {
      given.following.request(1);
      store(second);
      assertThat(given.readings).hasSize(second + 1);
      assertThat(given.since).isEqualTo(Instant.ofEpochSecond(second));
    }
    assertThat(loop.store.pagesRead()).isZero();
  }

  @Test
  void resumesBeforeALateReadingThatWasNotGivenYet() {
    var given = loop.follow("a", null);
    store(100);
    store(101, 102, 103);
    store(40);
    given.following.request(2);
    loop.settle();
    assertThat(given.since).isEqualTo(Instant.ofEpochSecond(40).minusNanos(1_000));
    given.following.request(10);
    loop.settle();
    assertThat(given.since).isEqualTo(Instant.ofEpochSecond(103));
  }

  @Test
  void staysWhereItCanBeResumedWhileBatchesMayBeMissing() {
    var given = loop.follow("a", null);
    given.following.request(100);
    store(100);
    loop.stream.doubt();
    store(200);
    assertThat(given.since).isEqualTo(Instant.ofEpochSecond(100));
    loop.stream.whole();
    store(201);
    assertThat(given.since).isEqualTo(Instant.ofEpochSecond(201));
  }

  @Test
  void endsAndSaysFromWhereToResumeWhenItIsTooFarBehind() {
    var given = loop.follow("a", null);
    given.following.request(1);
    for (int second = 0; second < 100; second++) store(second);
    given.following.request(100);
    loop.settle();
    assertThat(given.readings).hasSizeLessThan(10);
    assertThat(given.failure)
        .isInstanceOfSatisfying(
            ApiException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ApiException.Code.BEHIND);
              var last = given.readings.get(given.readings.size() - 1).time();
              assertThat(failure.since()).isEqualTo(last);
              assertThat(failure).hasMessageContaining("subscribe again with since");
            });
    assertThat(loop.desk.isEmpty()).isTrue();
    assertThat(loop.metrics.behind()).hasValue(0);
  }

  @Test
  void endsTheSlowestWhereSlowSubscribersHoldTooManyReadings() {
    var quick = loop.follow("a", null);
    quick.following.request(Long.MAX_VALUE);
    var slow = new ArrayList<Given>();
    int second = 0;
    for (int i = 0; i < 4; i++, second += 300) {
      // Each holds a batch of its own, as it has no room for the next one.
      slow.add(loop.follow("a", null));
      slow.get(i).following.request(1);
      store(IntStream.range(second, second + 300).toArray());
      assertThat(loop.held.total()).isLessThanOrEqualTo(FollowedLoop.MAX_HELD);
    }
    assertThat(slow.get(0).failure)
        .isInstanceOfSatisfying(
            ApiException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ApiException.Code.BEHIND);
              assertThat(failure.since()).isEqualTo(slow.get(0).readings.get(0).time());
            });
    assertThat(quick.readings).hasSize(second);
    slow.get(1).following.request(Long.MAX_VALUE);
    loop.settle();
    assertThat(slow.get(1).readings).hasSize(second - 300);
    slow.forEach(one -> one.following.cancel());
    assertThat(loop.held.total()).isZero();
  }

  @Test
  void endsWhenBatchesAreLostThatNobodyCanName() {
    var given = loop.follow("a", null);
    given.following.request(10);
    store(1);
    loop.stream.lose();
    loop.deliverOne();
    assertThat(given.failure).hasMessageContaining("1970-01-01T00:00:01.000000Z");
  }

  @Test
  void tellsThatReadingsWereDeletedBeforeItCameToThem() {
    var given = loop.follow("#", null);
    var transactions = new ArrayList<Long>();
    for (int second = 0; second < 40; second++) transactions.add(store(second));
    loop.store.drop(transactions.get(10));
    given.following.request(100);
    loop.settle();
    assertThat(given.readings).hasSize(39);
    assertThat(given.gaps).isOne();
  }

  @Test
  void goesOnAfterAFewPagesThatTakeTooLong() {
    store(600);
    loop.store.slow(Following.MAX_TIMEOUTS);
    var given = loop.follow("a", SINCE);
    given.following.request(10);
    loop.settle();
    assertThat(given.readings).hasSize(1);
    assertThat(given.failure).isNull();
  }

  @Test
  void endsWhereTheDatabaseNeverAnswersInTime() {
    store(600);
    loop.store.slow(Integer.MAX_VALUE);
    var given = loop.follow("a", SINCE);
    given.following.request(10);
    // The store is unavailable at times, which is not a timeout and resets the count.
    loop.settle();
    assertThat(given.failure)
        .isInstanceOfSatisfying(
            ApiException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ApiException.Code.TIMEOUT);
              assertThat(failure.since()).isEqualTo(SINCE);
              assertThat(failure).hasMessageContaining("subscribe again with since");
            });
    assertThat(loop.desk.isEmpty()).isTrue();
    assertThat(loop.metrics.behind()).hasValue(0);
  }

  @Test
  void endsWithAReasonWhereItWaitsForTheDatabaseTooLong() {
    store(600);
    var given = loop.follow("a", SINCE);
    given.following.request(10);
    given.following.checkSilence();
    assertThat(given.failure).isNull();
    loop.nanos += Following.MAX_SILENCE.toNanos();
    given.following.checkSilence();
    assertThat(given.failure)
        .isInstanceOfSatisfying(
            ApiException.class,
            failure -> assertThat(failure.code()).isEqualTo(ApiException.Code.DATABASE_AWAY));
    loop.settle();
    assertThat(loop.metrics.behind()).hasValue(0);
    assertThat(loop.desk.isEmpty()).isTrue();
  }

  @Test
  void waitsForEverWhereItWaitsForNothingOfTheDatabase() {
    var given = loop.follow("a", null);
    given.following.request(10);
    loop.nanos += Following.MAX_SILENCE.toNanos() * 10;
    given.following.checkSilence();
    assertThat(given.failure).isNull();
  }

  @Test
  void letsGoOfEverythingWhenItIsCancelledWhileItReads() {
    var given = loop.follow("a", SINCE);
    given.following.request(1);
    assertThat(loop.metrics.behind()).hasValue(1);
    given.following.cancel();
    loop.settle();
    store(600);
    assertThat(given.readings).isEmpty();
    assertThat(loop.metrics.behind()).hasValue(0);
    assertThat(loop.desk.isEmpty()).isTrue();
  }
}
