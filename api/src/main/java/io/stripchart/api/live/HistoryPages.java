package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.SeriesSet;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * The past of the matching series. For one series, the index has the order; for several, a time
 * range at a time is read and sorted. Its length is adapted so that it fills about a page, from the
 * density of the readings read last: readings beyond a page are sorted in vain.
 */
final class HistoryPages implements StoredPages.Pages {
  private static final Duration FIRST_SLICE = Duration.ofSeconds(10);
  private static final Duration MIN_SLICE = Duration.ofMillis(1);
  private static final Duration MAX_SLICE = Duration.ofDays(3_650);

  /** Where a longer one would span many partitions. */
  private static final Duration MAX_SLICE_OF_MANY = Duration.ofDays(60);

  /** Which a slice may hold, if readings are as dense as in the last one. */
  private static final int MAX_PAGES = 10;

  /** Of a page's rows, while statements time out. */
  private static final int MAX_HALVINGS = 6;

  private final DatabasePages database;
  private final SeriesPattern pattern;
  private final Snapshot snapshot;
  private final KnownBatches seen;

  /** Softly, as very many subscribers may each wait for a page of a pattern of its own. */
  private Reference<SeriesSet> held = new SoftReference<>(null);

  private Place place;
  private final long questions;
  private Duration slice = FIRST_SLICE;
  private Duration longest = MAX_SLICE;
  private int timeouts;
  private boolean isJump;
  private boolean canJump = true;
  private boolean done;

  /**
   * @param seen all batches that the snapshot sees
   */
  HistoryPages(
      DatabasePages database,
      SeriesPattern pattern,
      Place after,
      Snapshot snapshot,
      KnownBatches seen) {
    this.database = database;
    this.pattern = pattern;
    this.snapshot = snapshot;
    this.seen = seen;
    this.place = after;
    this.questions = database.matching().questions();
  }

  /** Series that came after the snapshot have nothing that it sees, so they do no harm. */
  @Override
  public Future<StreamPage> next(BooleanSupplier wanted) {
    var known = held.get();
    if (known != null) return read(known, wanted);
    return database
        .matching()
        .since(pattern, questions)
        .compose(
            found -> {
              held = new SoftReference<>(found);
              return read(found, wanted);
            });
  }

  private Future<StreamPage> read(SeriesSet series, BooleanSupplier wanted) {
    if (isJump) return jump(wanted);
    boolean isSingle = series.ids().length <= 1;
    int limit = Math.max(1, database.limit(series) >> timeouts);
    boolean ofMany = database.spansManyPartitions(place.time(), Reading.LATEST);
    if (ofMany && (isSingle || slice.compareTo(MAX_SLICE_OF_MANY) > 0)) slice = MAX_SLICE_OF_MANY;
    var to = isSingle && !ofMany ? Reading.LATEST : end(slice);
    return database
        .read(wanted, () -> database.queries().history(series(), place, to, limit, snapshot))
        .map(page -> taken(page, to, limit))
        .onFailure(this::shorten);
  }

  /** When its turn has come; where the series had to go meanwhile, it is tried again. */
  private SeriesSet series() {
    var series = held.get();
    if (series != null) return series;
    throw new ApiException(Code.BUSY, "memory is short; try again");
  }

  private Instant end(Duration length) {
    boolean isBeyond = Duration.between(place.time(), Reading.LATEST).compareTo(length) < 0;
    return isBeyond ? Reading.LATEST : place.time().plus(length);
  }

  private StreamPage taken(StreamPage page, Instant to, int limit) {
    timeouts = 0;
    var from = place.time();
    if (page.isFull()) {
      place = page.end();
      learn(Duration.between(from, place.time()), limit, limit);
      slice = atMost(slice.dividedBy(2));
    } else {
      place = Place.after(to);
      done = !to.isBefore(Reading.LATEST);
      isJump = page.end() == null && canJump;
      int rows = page.readings().size();
      if (page.end() == null) {
        longest = MAX_SLICE;
      } else {
        learn(Duration.between(from, to), Math.max(1, rows), limit);
      }
      if (rows < limit / 2 && !isJump) slice = atMost(slice.multipliedBy(2));
    }
    return page;
  }

  private void learn(Duration length, int rows, int limit) {
    longest = length.multipliedBy((long) MAX_PAGES * limit).dividedBy(rows);
  }

  /** Over a time without readings. */
  private Future<StreamPage> jump(BooleanSupplier wanted) {
    return database
        .read(wanted, () -> database.queries().next(series(), place.time()))
        .map(
            next -> {
              isJump = false;
              if (next == null) {
                done = true;
              } else {
                place = Place.before(next);
              }
              return StreamPage.EMPTY;
            })
        .onFailure(this::goOnWithoutJump);
  }

  /** A time without readings is then read in slices that become longer. */
  private void goOnWithoutJump(Throwable failure) {
    if (!ApiException.isTimeout(failure)) return;
    isJump = false;
    canJump = false;
  }

  private void shorten(Throwable failure) {
    if (!ApiException.isTimeout(failure)) return;
    timeouts = Math.min(timeouts + 1, MAX_HALVINGS);
    slice = atMost(slice.dividedBy(64));
  }

  private Duration atMost(Duration length) {
    var most = longest.compareTo(MAX_SLICE) > 0 ? MAX_SLICE : longest;
    var shorter = length.compareTo(most) > 0 ? most : length;
    return shorter.compareTo(MIN_SLICE) < 0 ? MIN_SLICE : shorter;
  }

  @Override
  public Progress progress(StreamPage page, int database) {
    return Progress.ofPage(page, ResumeCursor.history(database, seen));
  }

  @Override
  public boolean hasMore() {
    return !done;
  }

  @Override
  public long least() {
    if (done) return Long.MAX_VALUE;
    long time = ReadingTime.micros(place.time());
    return place.isBehindAllOfItsTime() ? time + 1 : time;
  }
}
