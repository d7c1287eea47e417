package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.persist.store.AdvisoryLocks;
import io.stripchart.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Answers of the api while writers (also of late readings), closing, rolling up and repairing run.
 * As readings are only added, an answer requested between two scans that saw the same readings must
 * equal theirs; between two that differ, it must lie between them.
 */
@Tag("brokerless")
@Timeout(180)
class AnswersAmidAllIT {
  private static final int MINUTES = 3 * 24 * 60;
  private static final int SERIES = 3;
  private static final int BATCHES = 400;

  /** Batches that all writers together may store for each requested answer. */
  private static final int BATCHES_AN_ANSWER = 8;

  /** To come, so that only this test closes it. */
  private final Instant begin = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(2, ChronoUnit.DAYS);

  private static final String SCAN =
      """
      select count(*), coalesce(min(value), 0), coalesce(max(value), 0), coalesce(sum(value), 0),
        coalesce(sum(value * value), 0), coalesce(min(time), 'epoch'), coalesce(max(time), 'epoch')
      from reading join series on id = series_id
      where name like ? and time >= ? and time < ?""";

  private record Scan(
      long count, double min, double max, double sum, double squares, Instant first, Instant last) {
    static Scan of(List<Object> row) {
      return new Scan(
          (long) row.get(0),
          (double) row.get(1),
          (double) row.get(2),
          (double) row.get(3),
          (double) row.get(4),
          (Instant) row.get(5),
          (Instant) row.get(6));
    }
  }

  @RegisterExtension final TestDatabase database = TestDatabase.create();

  /** Writers hold it in shared mode; the exclusive holder queries while no writer runs. */
  private final ReentrantReadWriteLock writing = new ReentrantReadWriteLock(true);

  /** So that writers continue for as long as answers are requested. */
  private final Semaphore due = new Semaphore(0);

  private final AtomicInteger stored = new AtomicInteger();
  private final AtomicInteger repeated = new AtomicInteger();
  private StoredAnswers answers;

  @BeforeEach
  void open() {
    answers = new StoredAnswers(database.directUri());
  }

  @AfterEach
  void close() {
    answers.close();
  }

  @Test
  void areThoseOfAScan() throws Exception {
    var threads = Executors.newCachedThreadPool();
    try {
      var work = new ArrayList<Future<?>>();
      work.add(threads.submit(() -> write(new Random(1))));
      work.add(threads.submit(() -> write(new Random(2))));
      work.add(threads.submit(this::closeMinutes));
      var random = new Random(3);
      while (stored.get() < 2 * BATCHES) {
        due.release(BATCHES_AN_ANSWER);
        compare(random);
        for (var one : work) if (one.isDone()) one.get();
      }
      for (var one : work) one.get();
    } finally {
      threads.shutdownNow();
    }
    for (int i = 0; i < 20; i++) compare(new Random(i));
    assertThat(repeated.get()).isGreaterThan(40);
    assertThat(database.number("select count(*) from reading_hour")).isPositive();
    assertThat(database.number("select count(*) from reading_day")).isPositive();
  }

  /** The newest ones about where it is closed, and others late, more and more of them. */
  private void write(Random random) {
    var writer = answers.writer();
    for (int batch = 0; batch < BATCHES; batch++) {
      due.acquireUninterruptibly();
      int now = Math.max(1, MINUTES * stored.get() / (2 * BATCHES));
      var readings = new ArrayList<Reading>();
      for (int i = 0; i < 20; i++) {
        int minute = random.nextInt(4) == 0 ? random.nextInt(now) : now + random.nextInt(4);
        var time = minute(minute).plusMillis(random.nextInt(60_000));
        readings.add(new Reading("s." + random.nextInt(SERIES), time, random.nextInt(1_000) - 500));
      }
      writing.readLock().lock();
      try {
        var unused = writer.apply(readings);
      } finally {
        writing.readLock().unlock();
        stored.incrementAndGet();
      }
    }
  }

  private Instant minute(int minute) {
    return begin.plus(Duration.ofMinutes(minute));
  }

  /** As persist does, but for a future time. */
  private void closeMinutes() {
    while (stored.get() < 2 * BATCHES) {
      var until = minute(MINUTES * stored.get() / (2 * BATCHES));
      try (var connection = database.sql().connect();
          var statement = connection.createStatement()) {
        statement.execute(
            "begin; select pg_advisory_xact_lock(%s); update rollup set closed_until = '%s' where closed_until < '%s'; commit"
                .formatted(AdvisoryLocks.CLOSING, until, until));
      } catch (java.sql.SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void compare(Random random) {
    var one = time(random);
    var other = random.nextInt(3) == 0 ? minute(MINUTES * 2) : time(random);
    var window =
        one.isBefore(other) ? new Window(one, other) : new Window(other, one.plusSeconds(1));
    int series = random.nextInt(SERIES + 1);
    var pattern = series == SERIES ? "s.*" : "s." + series;
    boolean alone = random.nextBoolean();
    if (alone) writing.writeLock().lock();
    try {
      compare(pattern, window, alone);
    } finally {
      if (alone) writing.writeLock().unlock();
    }
  }

  private Instant time(Random random) {
    var time = minute(random.nextInt(MINUTES)).plusMillis(random.nextInt(60_000));
    return switch (random.nextInt(4)) {
      case 0 -> time.truncatedTo(ChronoUnit.DAYS);
      case 1 -> time.truncatedTo(ChronoUnit.HOURS);
      default -> time;
    };
  }

  private Scan scan(String pattern, Window window) {
    var name = pattern.replace('*', '%');
    return Scan.of(database.query(SCAN, name, window.after(), window.before()).get(0));
  }

  private void compare(String pattern, Window window, boolean alone) {
    var before = scan(pattern, window);
    var told = answers.ask(queries -> queries.statistics(SeriesPattern.of(pattern), window));
    var after = scan(pattern, window);
    var place = pattern + " " + window + " " + before + " " + after;
    assertThat(told.count()).as(place).isBetween(before.count(), after.count());
    if (alone) assertThat(after).isEqualTo(before);
    if (!after.equals(before) || before.count() == 0) return;
    repeated.incrementAndGet();
    assertThat(told.min()).as(place).isEqualTo(before.min());
    assertThat(told.max()).as(place).isEqualTo(before.max());
    assertThat(told.sum()).as(place).isCloseTo(before.sum(), within(1e-6));
    double mean = before.sum() / before.count();
    assertThat(told.m2())
        .as(place)
        .isCloseTo(before.squares() - mean * before.sum(), within(1e-8 * (1 + before.squares())));
    assertThat(told.first().time()).as(place).isEqualTo(before.first());
    assertThat(told.last().time()).as(place).isEqualTo(before.last());
  }
}
