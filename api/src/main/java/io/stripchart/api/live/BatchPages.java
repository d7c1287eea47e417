package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.live.DatabasePages.PageOfBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The readings of some batches, read again. What takes too long is divided: by batches, and then by
 * time.
 */
final class BatchPages implements StoredPages.Pages {
  /** Of several batches together. */
  private static final int MAX_STRETCHES = 64;

  /** Whose readings can be counted, as every one of a batch matches. */
  private static final SeriesPattern ALL = SeriesPattern.of("#");

  private final DatabasePages database;
  private final SeriesPattern pattern;
  private final long lastPosition;
  private final ArrayDeque<Part> parts = new ArrayDeque<>();
  private long missing;

  /**
   * @param times where the readings of the batches lie, or those of them that belong to this part
   */
  private record Part(List<Batch> batches, TimeStretches times, Place place) {
    static Part of(List<Batch> batches) {
      var times = union(batches);
      return new Part(batches, times, Place.before(ReadingTime.ofMicros(times.first())));
    }

    private static TimeStretches union(List<Batch> batches) {
      return TimeStretches.union(batches.stream().map(Batch::times).toList(), MAX_STRETCHES);
    }

    List<Part> halves() {
      int half = batches.size() / 2;
      if (half == 0) return halvesOfTime();
      var earlier = batches.subList(0, half);
      var later = batches.subList(half, batches.size());
      // Each of them goes on where both were.
      return List.of(
          new Part(earlier, union(earlier), place), new Part(later, union(later), place));
    }

    private List<Part> halvesOfTime() {
      var halves = times.from(place.time()).halves();
      if (halves.size() == 1) return List.of(this);
      var later = halves.get(1);
      return List.of(
          new Part(batches, halves.get(0), place),
          new Part(batches, later, Place.before(ReadingTime.ofMicros(later.first()))));
    }

    Part from(Place end) {
      return new Part(batches, times, end);
    }
  }

  BatchPages(DatabasePages database, SeriesPattern pattern, List<Batch> batches) {
    this.database = database;
    this.pattern = pattern;
    this.lastPosition = batches.get(batches.size() - 1).position();
    this.missing = batches.stream().mapToLong(Batch::count).sum();
    parts.add(Part.of(batches));
  }

  @Override
  public Future<List<Reading>> next(BooleanSupplier wanted) {
    var part = parts.getFirst();
    var transactions = part.batches.stream().map(Batch::transaction).toList();
    var page = new PageOfBatches(pattern, transactions, part.times, part.place);
    return database
        .series(pattern, lastPosition)
        .compose(series -> database.page(page, series))
        .map(this::taken)
        .onFailure(this::divide);
  }

  private List<Reading> taken(StreamPage page) {
    missing -= page.readings().size();
    database.reread(page.readings().size());
    var part = parts.removeFirst();
    if (page.isFull()) parts.addFirst(part.from(page.end()));
    return page.readings();
  }

  private void divide(Throwable failure) {
    if (!ApiException.isTimeout(failure)) return;
    var halves = parts.removeFirst().halves();
    for (int i = halves.size() - 1; i >= 0; i--) parts.addFirst(halves.get(i));
  }

  @Override
  public boolean hasMore() {
    return !parts.isEmpty();
  }

  @Override
  public long least() {
    return parts.stream()
        .mapToLong(part -> ReadingTime.micros(part.place.time()))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public boolean isShort() {
    return pattern.equals(ALL) && missing > 0;
  }
}
