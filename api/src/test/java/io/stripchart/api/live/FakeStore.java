package io.stripchart.api.live;

import static java.util.Comparator.comparing;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A database in which transactions run, are committed in any order, and are seen by snapshots. It
 * responds when the test says so, and sometimes that it is unavailable.
 */
final class FakeStore implements StoredPages {
  private final Random random;
  private final Set<Long> running = new HashSet<>();
  private final Map<Long, List<Reading>> committed = new TreeMap<>();
  private final List<Runnable> unanswered = new ArrayList<>();
  private long next = 100;
  private Snapshot snapshot;
  private int pagesRead;
  private int slow;

  FakeStore(Random random) {
    this.random = random;
  }

  long begin() {
    running.add(next);
    return next++;
  }

  void commit(long transaction, List<Reading> readings) {
    running.remove(transaction);
    committed.put(transaction, readings);
  }

  /** Deletes the readings of a transaction, as if their partition were dropped. */
  void drop(long transaction) {
    committed.remove(transaction);
  }

  Map<Long, List<Reading>> committed() {
    return committed;
  }

  /** The one that was given last; null if none was. */
  Snapshot lastSnapshot() {
    return snapshot;
  }

  int pagesRead() {
    return pagesRead;
  }

  /** This number of the next pages takes too long. */
  void slow(int pages) {
    slow = pages;
  }

  boolean isAsked() {
    return !unanswered.isEmpty();
  }

  void answerOne() {
    if (isAsked()) unanswered.remove(random.nextInt(unanswered.size())).run();
  }

  private <T> Future<T> later(java.util.function.Supplier<T> answer) {
    var promise = Promise.<T>promise();
    unanswered.add(
        () -> {
          if (random.nextInt(10) == 0) {
            promise.fail(new ApiException(Code.DATABASE_AWAY, "away"));
          } else {
            promise.handle(Future.succeededFuture().map(asked -> answer.get()));
          }
        });
    return promise.future();
  }

  @Override
  public Future<Beginning> beginning() {
    return later(
        () -> {
          long xmin = running.stream().mapToLong(Long::longValue).min().orElse(next);
          snapshot = new Snapshot(xmin, next, running);
          return new Beginning(snapshot, KnownBatches.before(0), 0, 0, 1);
        });
  }

  @Override
  public Pages missed(SeriesPattern pattern, ResumeCursor after, Beginning beginning) {
    throw new AssertionError("nothing is resumed here");
  }

  @Override
  public Pages history(SeriesPattern pattern, Place after, Beginning beginning) {
    var seen = beginning.snapshot();
    var since = after.time();
    var rows = new ArrayList<Reading>();
    committed.forEach(
        (transaction, readings) -> {
          if (!seen.sees(transaction)) return;
          for (var reading : readings) {
            if (reading.time().isAfter(since)) rows.add(reading);
          }
        });
    return new FakePages(pattern, rows);
  }

  @Override
  public Pages batches(SeriesPattern pattern, List<Batch> batches, KnownBatches given) {
    var rows = new ArrayList<Reading>();
    int count = 0;
    for (var batch : batches) {
      if (batch.isInMemory()) throw new AssertionError("it is in memory");
      rows.addAll(committed.getOrDefault(batch.transaction(), List.of()));
      count += batch.count();
    }
    var pages = new FakePages(pattern, rows);
    pages.isShort = rows.size() < count;
    return pages;
  }

  private final class FakePages implements Pages {
    private final List<Reading> rest;
    private boolean isShort;

    private FakePages(SeriesPattern pattern, List<Reading> rows) {
      rest =
          new ArrayList<>(
              rows.stream()
                  .filter(row -> pattern.matches(row.series()))
                  .sorted(comparing(Reading::time).thenComparing(Reading::series))
                  .toList());
      rest.add(null);
    }

    @Override
    public Future<StreamPage> next(BooleanSupplier wanted) {
      if (slow > 0) {
        slow--;
        return later(
            () -> {
              throw new ApiException(Code.TIMEOUT, "too late");
            });
      }
      return later(
          () -> {
            pagesRead++;
            var page = rest.subList(0, Math.min(rest.size(), random.nextInt(5)));
            var readings = new ArrayList<>(page);
            page.clear();
            if (rest.isEmpty()) readings.remove(null);
            return new StreamPage(readings, Collections.nCopies(readings.size(), 1), null, false);
          });
    }

    @Override
    public Progress progress(StreamPage page, int database) {
      return Progress.unknown();
    }

    @Override
    public boolean hasMore() {
      return !rest.isEmpty();
    }

    @Override
    public long least() {
      if (rest.isEmpty() || rest.get(0) == null) return Long.MAX_VALUE;
      return ReadingTime.micros(rest.get(0).time());
    }

    @Override
    public boolean isShort() {
      return isShort;
    }
  }
}
