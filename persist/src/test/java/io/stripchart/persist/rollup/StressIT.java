package io.stripchart.persist.rollup;

import static io.stripchart.persist.rollup.Rollups.await;
import static io.stripchart.persist.rollup.Rollups.hour;
import static io.stripchart.persist.rollup.Rollups.minute;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("brokerless")
@Timeout(180)
class StressIT {
  private static final int HOURS = 48;
  private static final int SERIES = 6;

  @RegisterExtension final TestDatabase database = TestDatabase.create();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Rollups rollups;

  @BeforeEach
  void open() {
    rollups = new Rollups(database);
  }

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdownNow();
    rollups.close();
    assertThat(threads.awaitTermination(60, SECONDS)).isTrue();
  }

  /** Late more and more often, as hours are being closed meanwhile. */
  private static List<Reading> readings(Random random, int count) {
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < count; i++) {
      var time = hour(random.nextInt(HOURS)).plusMillis(random.nextInt(3_600) * 1_000L);
      readings.add(new Reading("room." + random.nextInt(SERIES), time, random.nextInt(100)));
    }
    return readings;
  }

  /** Of one of few hours of a series, so many that its minutes are made while late ones come. */
  private static List<Reading> dense(Random random) {
    var hour = hour(HOURS / 4 * random.nextInt(4));
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < 300; i++) {
      var time = hour.plusMillis(random.nextInt(3_600) * 1_000L);
      readings.add(new Reading("room.0", time, random.nextInt(100)));
    }
    return readings;
  }

  @Test
  void answersAreExactWhileAllWorkAtOnce() throws Exception {
    int writers = 3;
    int batches = 120;
    var stored = new AtomicInteger();
    var keys = ConcurrentHashMap.<String>newKeySet();
    var work = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < writers; i++) {
      int seed = i;
      work.add(() -> write(new Random(seed), batches, stored, keys));
    }
    int all = writers * batches;
    work.add(() -> closeAndRoll(stored, all));
    work.add(() -> until(stored, all, () -> rollups.repair()));
    work.add(() -> until(stored, all, () -> rollups.refine()));
    // A second process, that takes turns with the first.
    work.add(() -> until(stored, all, () -> rollups.roll()));
    for (int i = 0; i < 2; i++) {
      work.add(() -> until(stored, all, () -> rollups.assertExact("amid all")));
    }
    for (var done : threads.invokeAll(work)) assertThat(done.get()).isPositive();
    assertThat(rollups.metrics.repaired.count()).isPositive();
    rollups.close(HOURS);
    rollups.roll();
    rollups.repair();
    rollups.refine();
    rollups.assertComplete(HOURS);
    assertThat(rollups.metrics.refined.count()).isGreaterThan(1);
    assertThat(database.number("select sum(count) from reading_hour")).isEqualTo(keys.size());
  }

  private int write(Random random, int batches, AtomicInteger stored, Set<String> keys) {
    var writer = rollups.writer();
    int batch = 0;
    try {
      for (; batch < batches; batch++) {
        var readings = batch % 10 == 0 ? dense(random) : readings(random, 30);
        writer.stored(readings);
        for (var reading : readings) keys.add(reading.series() + "@" + reading.time());
        stored.incrementAndGet();
      }
    } finally {
      // Who fails lets the others end.
      if (batch < batches) stored.addAndGet(1_000_000);
    }
    return batches;
  }

  private int closeAndRoll(AtomicInteger stored, int all) {
    return until(
        stored,
        all,
        () -> {
          rollups.close(minute(Math.min(HOURS * 60, HOURS * 60 * stored.get() / all)));
          rollups.roll();
        });
  }

  /** At least once, and for as long as there are writers. */
  private static int until(AtomicInteger stored, int all, Runnable step) {
    int rounds = 0;
    do {
      step.run();
      rounds++;
    } while (stored.get() < all);
    return rounds;
  }

  @Test
  void writersOfTheSameLateHoursInOppositeOrderDoNotBlockEachOther() throws Exception {
    rollups.close(HOURS);
    rollups.roll();
    var one = rollups.writer();
    var other = rollups.writer();
    var repairing = new Repairing(new Turn(rollups.pool), rollups.metrics);
    for (int round = 0; round < 40; round++) {
      var forth = new ArrayList<Reading>();
      var back = new ArrayList<Reading>();
      for (int i = 0; i < SERIES * HOURS; i++) {
        var time = hour(i % HOURS).plusMillis(round * 10L);
        var series = "room." + i / HOURS;
        forth.add(new Reading(series, time, 1));
        // In some rounds the same readings, at which they meet before they come to the marks.
        back.add(new Reading(series, round % 4 == 0 ? time : time.plusMillis(1), 1));
      }
      Collections.reverse(back);
      // A deadlock would fail one of them.
      await(Future.all(one.store(forth), other.store(back), repairing.run()));
      rollups.assertExact("round " + round);
    }
    rollups.repair();
    rollups.assertComplete(HOURS);
    assertThat(new HashSet<>(database.query("select hour from reading_hour"))).hasSize(HOURS);
  }
}
