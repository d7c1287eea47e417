package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.ApiException.Code;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.SeriesSet;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The past of the series that match. Of one series, the index has the order; of several, a slice of
 * time at a time is read and sorted, which is made longer or shorter so that it fills about a page.
 */
final class HistoryPages implements StoredPages.Pages {
  private static final Duration FIRST_SLICE = Duration.ofSeconds(10);
  private static final Duration MIN_SLICE = Duration.ofMillis(1);
  private static final Duration MAX_SLICE = Duration.ofDays(3_650);

  private final DatabasePages database;
  private final SeriesPattern pattern;
  private final Snapshot snapshot;
  private SeriesSet series;
  private Place place;
  private Duration slice = FIRST_SLICE;
  private boolean isJump;
  private boolean done;

  HistoryPages(DatabasePages database, SeriesPattern pattern, Instant since, Snapshot snapshot) {
    this.database = database;
    this.pattern = pattern;
    this.snapshot = snapshot;
    this.place = Place.after(since);
  }

  /** Series that came after the snapshot have nothing that it sees, so they do no harm. */
  @Override
  public Future<List<Reading>> next(BooleanSupplier wanted) {
    if (series != null) return read(wanted);
    return database
        .series(pattern, wanted)
        .compose(
            found -> {
              series = found;
              return read(wanted);
            });
  }

  private Future<List<Reading>> read(BooleanSupplier wanted) {
    if (isJump) return jump(wanted);
    boolean isSingle = series.ids().length <= 1;
    int limit = database.limit(series);
    var to = isSingle ? Reading.LATEST : end(slice);
    return database
        .read(wanted, () -> database.queries().history(series, place, to, limit, snapshot))
        .map(page -> taken(page, to, limit))
        .onFailure(this::shorten);
  }

  private Instant end(Duration length) {
    boolean isBeyond = Duration.between(place.time(), Reading.LATEST).compareTo(length) < 0;
    return isBeyond ? Reading.LATEST : place.time().plus(length);
  }

  private List<Reading> taken(StreamPage page, Instant to, int limit) {
    if (page.isFull()) {
      place = page.end();
      slice = atLeast(slice.dividedBy(2));
    } else {
      place = Place.after(to);
      done = !to.isBefore(Reading.LATEST);
      isJump = page.end() == null;
      if (page.readings().size() < limit / 2) slice = atMost(slice.multipliedBy(2));
    }
    return page.readings();
  }

  /** Over a time without readings. */
  private Future<List<Reading>> jump(BooleanSupplier wanted) {
    return database
        .read(wanted, () -> database.queries().next(series, place.time()))
        .map(
            next -> {
              isJump = false;
              if (next == null) {
                done = true;
              } else {
                place = Place.before(next);
              }
              return List.of();
            });
  }

  private void shorten(Throwable failure) {
    if (failure instanceof ApiException known && known.code() == Code.TIMEOUT) {
      slice = atLeast(slice.dividedBy(4));
    }
  }

  private static Duration atLeast(Duration length) {
    return length.compareTo(MIN_SLICE) < 0 ? MIN_SLICE : length;
  }

  private static Duration atMost(Duration length) {
    return length.compareTo(MAX_SLICE) > 0 ? MAX_SLICE : length;
  }

  @Override
  public boolean hasMore() {
    return !done;
  }

  @Override
  public long least() {
    if (done) return Long.MAX_VALUE;
    long time = Batch.micros(place.time());
    return place.isBehindAllOfItsTime() ? time + 1 : time;
  }
}
