package io.stripchart.persist.store;

import io.stripchart.common.Backoff;
import io.stripchart.common.operations.LogLimit;
import io.stripchart.common.operations.OneLine;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of {@code reading}, made as they are needed, beside the storing of readings that
 * have theirs. Belongs to one context.
 */
final class PartitionStore {
  private static final Logger log = LoggerFactory.getLogger(PartitionStore.class);

  /** Made in one transaction at most: each holds some of the server's locks until its end. */
  private static final int AT_ONCE = 10;

  /** For so long a range for which no partition could be made is not tried again. */
  private static final long REFUSED_NANOS = Duration.ofSeconds(10).toNanos();

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  /** One process at a time makes partitions; inserts go on. */
  private static final String LOCK =
      """
      set local lock_timeout = '5s';
      select pg_advisory_xact_lock(%s)"""
          .formatted(AdvisoryLocks.PARTITIONS);

  /**
   * Attached rather than made in its place, which would wait for every query that runs on {@code
   * reading}, and let none begin meanwhile.
   */
  private static final String CREATE =
      """
      create table %1$s (like reading including all);
      alter table reading attach partition %1$s for values from (%2$s) to (%3$s)""";

  private final Pool pool;
  private final PartitionSettings settings;
  private final PartitionGrid grid;
  private final boolean patient;
  private final PartitionProgress progress;
  private final Clock clock = Clock.systemUTC();
  private final LogLimit complaints = new LogLimit();

  private NavigableMap<Instant, PartitionRange> known = new TreeMap<>();

  /** What was known when it was forgotten. */
  private NavigableMap<Instant, PartitionRange> remembered = new TreeMap<>();

  /** A time of each range that is still to be made, by the range's beginning. */
  private final NavigableMap<Instant, Instant> wanted = new TreeMap<>();

  private final Map<PartitionRange, Refusal> refused = new HashMap<>();

  /** When partitions were made within the last minute, by {@link System#nanoTime}. */
  private final ArrayDeque<Long> made = new ArrayDeque<>();

  private boolean making;
  private Promise<Void> round = Promise.promise();
  private boolean closed;

  private record Refusal(String reason, long at) {}

  /**
   * @param patient whether {@link #cover} waits for partitions instead of failing; these all have
   *     the width of the grid, and there is no limit
   */
  PartitionStore(
      Pool pool, PartitionSettings settings, boolean patient, PartitionProgress progress) {
    this.pool = pool;
    this.settings = settings;
    this.grid = settings.grid();
    this.patient = patient;
    this.progress = progress;
  }

  /**
   * Completes when there is a partition for each of the readings; fails with {@link
   * MissingPartitionException} if some are still to be made, or cannot be.
   */
  Future<Void> cover(List<Reading> readings) {
    if (missing(readings).isEmpty()) return Future.succeededFuture();
    return refreshed(readings).compose(looked -> coverMissing(readings));
  }

  /** The catalog is read if an unknown partition is missing. */
  private Future<Void> refreshed(List<Reading> readings) {
    boolean asked =
        missing(readings).stream().allMatch(time -> isAskedFor(grid.free(time, known, near())));
    return asked ? Future.succeededFuture() : pool.withConnection(this::look);
  }

  private boolean isAskedFor(PartitionRange range) {
    return wanted.containsKey(range.from()) || refusal(range) != null;
  }

  private Future<Void> look(SqlConnection connection) {
    return PartitionCatalog.read(connection)
        .map(
            found -> {
              known = ranges(found);
              return null;
            });
  }

  private Future<Void> coverMissing(List<Reading> readings) {
    var refusals = new HashMap<Instant, String>();
    var waiting = new HashSet<Instant>();
    for (var time : missing(readings)) {
      var range = grid.free(time, known, near());
      var refusal = refusal(range);
      if (refusal != null) {
        refusals.put(time, refusal);
      } else {
        wanted.putIfAbsent(range.from(), time);
        waiting.add(time);
      }
    }
    if (refusals.isEmpty() && waiting.isEmpty()) return Future.succeededFuture();
    make();
    if (patient && refusals.isEmpty()) return round.future().compose(done -> cover(readings));
    return Future.failedFuture(new MissingPartitionException(refusals, waiting));
  }

  private String refusal(PartitionRange range) {
    var refusal = refused.get(range);
    if (refusal == null) return null;
    if (System.nanoTime() - refusal.at < REFUSED_NANOS) return refusal.reason;
    refused.remove(range);
    return null;
  }

  /** Whether one of the readings waits for a partition that is still to be made. */
  boolean isAwaited(List<Reading> readings) {
    if (wanted.isEmpty()) return false;
    return missing(readings).stream()
        .anyMatch(time -> wanted.containsKey(grid.free(time, known, near()).from()));
  }

  /** How many partitions are still to be made. */
  int wanted() {
    return wanted.size();
  }

  void forget() {
    if (!known.isEmpty()) remembered = known;
    known = new TreeMap<>();
  }

  /** The partition of a time, as it was when the catalog was read last, or as it would be made. */
  PartitionRange around(Instant time) {
    var ranges = known.isEmpty() ? remembered : known;
    var found = holding(time, ranges);
    return found == null ? grid.free(time, ranges, near()) : found;
  }

  /** Makes nothing more. */
  void close() {
    closed = true;
  }

  private PartitionGrid.Near near() {
    return patient ? PartitionGrid.Near.ALWAYS : settings.near(clock.instant());
  }

  /** The times that have no partition, as far as is known. */
  private Set<Instant> missing(List<Reading> readings) {
    var missing = new TreeSet<Instant>();
    PartitionRange last = null;
    for (var reading : readings) {
      var time = reading.time();
      if (last != null && last.contains(time)) continue;
      last = holding(time, known);
      if (last == null) missing.add(time);
    }
    return missing;
  }

  private static PartitionRange holding(
      Instant time, NavigableMap<Instant, PartitionRange> ranges) {
    var before = ranges.floorEntry(time);
    return before != null && before.getValue().contains(time) ? before.getValue() : null;
  }

  private void make() {
    if (making || closed || wanted.isEmpty()) return;
    making = true;
    makeNext(0);
  }

  private void makeNext(int failures) {
    int free = free();
    if (free == 0) {
      after(nextFreeMillis(), () -> makeNext(failures));
      return;
    }
    var times = wanted.values().stream().limit(Math.min(free, AT_ONCE)).toList();
    makeAll(times)
        .onSuccess(done -> madeSome())
        .onFailure(
            failure -> {
              if (complaints.admit().isPresent())
                log.warn(
                    "event=partition_not_made wanted={} cause=\"{}\"; trying again, and readings of"
                        + " other partitions are stored meanwhile",
                    wanted.size(),
                    OneLine.of(failure));
              if (patient) fail(failure);
              else
                after(
                    BACKOFF.delay(failures, ThreadLocalRandom.current()).toMillis(),
                    () -> makeNext(failures + 1));
            });
  }

  private void madeSome() {
    wanted
        .values()
        .removeIf(
            time ->
                holding(time, known) != null || refusal(grid.free(time, known, near())) != null);
    var done = round;
    round = Promise.promise();
    making = false;
    done.complete();
    progress.changed();
    make();
  }

  /** These readings are not set aside: the caller tries again. */
  private void fail(Throwable failure) {
    var done = round;
    round = Promise.promise();
    making = false;
    wanted.clear();
    done.fail(failure);
  }

  private void after(long millis, Runnable task) {
    if (closed) return;
    Vertx.currentContext().owner().setTimer(Math.max(1, millis), due -> unlessClosed(task));
  }

  private void unlessClosed(Runnable task) {
    if (!closed) task.run();
  }

  private int free() {
    long now = System.nanoTime();
    while (!made.isEmpty() && now - made.peek() >= MINUTE_NANOS) made.poll();
    return patient ? AT_ONCE : Math.max(0, settings.perMinute() - made.size());
  }

  private long nextFreeMillis() {
    long left = MINUTE_NANOS - (System.nanoTime() - made.element());
    return TimeUnit.NANOSECONDS.toMillis(left) + 1;
  }

  /** If one of several cannot be made, each is tried alone. */
  private Future<Void> makeAll(List<Instant> times) {
    return make(times)
        .recover(
            failure -> {
              if (!PartitionRefusal.isOne(failure)) return Future.failedFuture(failure);
              if (times.size() == 1) return refuse(times.get(0), failure);
              var each = Future.<Void>succeededFuture();
              for (var time : times) each = each.compose(done -> makeAll(List.of(time)));
              return each;
            });
  }

  private Future<Void> make(List<Instant> times) {
    return pool.withTransaction(connection -> lockAndMake(connection, times))
        .map(
            found -> {
              // Not earlier, because uncommitted partitions must not be relied on.
              known = found;
              return null;
            });
  }

  private Future<Void> refuse(Instant time, Throwable failure) {
    var range = grid.free(time, known, near());
    if (PartitionRefusal.isByDefaultPartition(failure)) {
      // It holds readings of this range, and takes those that come.
      known.put(range.from(), range);
      log.info(
          "event=partition_left_to_default from={} to={} cause=\"{}\"",
          range.from(),
          range.to(),
          OneLine.of(failure));
      return Future.succeededFuture();
    }
    var reason = PartitionRefusal.reason(range, failure);
    refused.put(range, new Refusal(reason, System.nanoTime()));
    log.warn("event=partition_refused table={} reason=\"{}\"", range.tableName(), reason);
    return Future.succeededFuture();
  }

  private Future<NavigableMap<Instant, PartitionRange>> lockAndMake(
      SqlConnection connection, List<Instant> times) {
    return connection
        .query(LOCK)
        .execute()
        .compose(locked -> PartitionCatalog.read(connection))
        .compose(
            partitions -> {
              var found = ranges(partitions);
              var names = new HashSet<String>();
              for (var partition : partitions) names.add(partition.table());
              var done = Future.<Void>succeededFuture();
              for (var time : times) {
                done = done.compose(earlier -> makeOne(connection, time, found, names));
              }
              return done.map(all -> found);
            });
  }

  private Future<Void> makeOne(
      SqlConnection connection,
      Instant time,
      NavigableMap<Instant, PartitionRange> found,
      Set<String> names) {
    if (holding(time, found) != null) return Future.succeededFuture();
    var range = grid.free(time, found, near());
    var table = freeName(range.tableName(), names);
    var sql = CREATE.formatted(table, range.fromLiteral(), range.toLiteral());
    return connection
        .query(sql)
        .execute()
        .map(
            done -> {
              found.put(range.from(), range);
              names.add(table);
              made.add(System.nanoTime());
              progress.made();
              log.info(
                  "event=partition_made table={} from={} to={}", table, range.from(), range.to());
              return null;
            });
  }

  /** Another partition may have the name, as its bounds were chosen by hand. */
  private static String freeName(String name, Set<String> names) {
    var free = name;
    for (int i = 2; names.contains(free); i++) free = name + "_" + i;
    return free;
  }

  /** A default partition does not count: it cannot be relied on. */
  private static NavigableMap<Instant, PartitionRange> ranges(List<Partition> partitions) {
    var ranges = new TreeMap<Instant, PartitionRange>();
    for (var partition : partitions) {
      if (partition.isDefault()) continue;
      ranges.put(partition.from(), new PartitionRange(partition.from(), partition.to()));
    }
    return ranges;
  }
}
