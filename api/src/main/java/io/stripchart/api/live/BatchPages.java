package io.stripchart.api.live;

import io.stripchart.api.ApiException;
import io.stripchart.api.live.DatabasePages.PageOfBatches;
import io.stripchart.api.live.ResumeCursor.Part;
import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.SeriesSet;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.SeriesPattern;
import io.stripchart.common.reading.TimeStretches;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The readings of some batches, read again. A read that takes too long is divided: by batches, and
 * then by time.
 */
final class BatchPages implements StoredPages.Pages {
  /** Of several batches together. */
  private static final int MAX_STRETCHES = 64;

  /** Whose readings can be counted, as every one of a batch matches. */
  private static final SeriesPattern ALL = SeriesPattern.of("#");

  private final DatabasePages database;
  private final SeriesPattern pattern;
  private final Supplier<Future<SeriesSet>> series;
  private final Bounds bounds;
  private final ArrayDeque<Slice> slices = new ArrayDeque<>();
  private KnownBatches given;
  private Slice read;
  private long missing;

  /**
   * The requested part of the batches, and the progress reported with it.
   *
   * @param given delivered before these batches
   * @param begin what lies before it was delivered; null if nothing was
   * @param history what lies behind it is not requested; null if everything is
   * @param others batches that are delivered in part as well, and are read later
   */
  record Bounds(KnownBatches given, Place begin, Place history, List<Part> others) {}

  /**
   * @param times where the readings of the batches lie, or those of them that belong to this slice
   */
  private record Slice(List<Batch> batches, TimeStretches times, Place place) {
    static Slice of(List<Batch> batches, Place place) {
      return new Slice(batches, union(batches), place);
    }

    private static TimeStretches union(List<Batch> batches) {
      return TimeStretches.union(batches.stream().map(Batch::times).toList(), MAX_STRETCHES);
    }

    List<Slice> halves() {
      int half = batches.size() / 2;
      if (half == 0) return halvesOfTime();
      var earlier = batches.subList(0, half);
      var later = batches.subList(half, batches.size());
      // Each of them goes on where both were.
      return List.of(
          new Slice(earlier, union(earlier), place), new Slice(later, union(later), place));
    }

    private List<Slice> halvesOfTime() {
      var halves = times.from(place.time()).halves();
      if (halves.size() == 1) return List.of(this);
      var later = halves.get(1);
      return List.of(
          new Slice(batches, halves.get(0), place),
          new Slice(batches, later, Place.before(ReadingTime.ofMicros(later.first()))));
    }

    Slice from(Place end) {
      return new Slice(batches, times, end);
    }
  }

  /**
   * @param series those that match
   */
  BatchPages(
      DatabasePages database,
      SeriesPattern pattern,
      Supplier<Future<SeriesSet>> series,
      List<Batch> batches,
      Bounds bounds) {
    this.database = database;
    this.pattern = pattern;
    this.series = series;
    this.bounds = bounds;
    this.given = bounds.given;
    this.missing = batches.stream().mapToLong(Batch::count).sum();
    var all = Slice.of(batches, bounds.begin);
    var earliest = Place.before(ReadingTime.ofMicros(all.times.first()));
    slices.add(bounds.begin == null ? all.from(earliest) : all);
  }

  @Override
  public Future<StreamPage> next(BooleanSupplier wanted) {
    while (isLong(slices.getFirst())) divide(slices.removeFirst().halvesOfTime());
    var slice = slices.getFirst();
    var transactions = slice.batches.stream().map(Batch::transaction).toList();
    var page = new PageOfBatches(pattern, transactions, slice.times, slice.place);
    return series
        .get()
        .compose(found -> database.page(page, found))
        .map(this::taken)
        .onFailure(this::divide);
  }

  private boolean isLong(Slice slice) {
    var rest = slice.times.from(slice.place.time());
    return !rest.isEmpty()
        && database.spansManyPartitions(
            ReadingTime.ofMicros(rest.first()), ReadingTime.ofMicros(rest.last()));
  }

  private StreamPage taken(StreamPage page) {
    missing -= page.readings().size();
    database.reread(page.readings().size());
    if (read != null && !slices.getFirst().equals(read)) finish(read);
    read = slices.removeFirst();
    if (page.isFull()) {
      read = read.from(page.end());
      slices.addFirst(read);
    }
    var history = bounds.history;
    return history == null ? page : page.only(place -> place.compareTo(history) <= 0);
  }

  /** If no other slice has its batches, all of them are given. */
  private void finish(Slice done) {
    for (var batch : done.batches) {
      boolean elsewhere = slices.stream().anyMatch(slice -> slice.batches.contains(batch));
      if (!elsewhere && batch.process() != null) {
        given = given.with(batch.process(), batch.sequence());
      }
    }
  }

  private void divide(Throwable failure) {
    if (!ApiException.isTimeout(failure)) return;
    divide(slices.removeFirst().halves());
  }

  private void divide(List<Slice> halves) {
    for (int i = halves.size() - 1; i >= 0; i--) slices.addFirst(halves.get(i));
  }

  @Override
  public Progress progress(StreamPage page, int database) {
    var parts = new ArrayList<Part>();
    parts.add(new Part(numbers(read.batches), null));
    // Of slices of the same batches, the first one is the earliest.
    var listed = new HashSet<>(read.batches);
    for (var slice : slices) {
      var others = slice.batches.stream().filter(listed::add).toList();
      if (!others.isEmpty()) parts.add(new Part(numbers(others), slice.place));
    }
    parts.addAll(bounds.others);
    return Progress.ofPage(page, ResumeCursor.parts(database, given, parts, bounds.history));
  }

  private static KnownBatches numbers(List<Batch> batches) {
    var numbers = KnownBatches.NONE.builder();
    for (var batch : batches) {
      if (batch.process() != null) {
        numbers.add(batch.process(), batch.sequence(), batch.sequence());
      }
    }
    return numbers.build();
  }

  @Override
  public boolean hasMore() {
    return !slices.isEmpty();
  }

  @Override
  public long least() {
    return slices.stream()
        .mapToLong(slice -> ReadingTime.micros(slice.place.time()))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public boolean isShort() {
    return pattern.equals(ALL) && missing > 0 && bounds.begin == null && bounds.history == null;
  }
}
