package io.stripchart.api.live;

import io.stripchart.api.live.DatabasePages.PageOfBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The readings of some batches, read again. */
final class BatchPages implements StoredPages.Pages {
  /** Whose readings can be counted, as every one of a batch matches. */
  private static final SeriesPattern ALL = SeriesPattern.of("#");

  private final DatabasePages database;
  private final SeriesPattern pattern;
  private final List<Long> transactions;
  private final long lastPosition;
  private final Instant to;
  private Place place;
  private long missing;
  private boolean done;

  BatchPages(DatabasePages database, SeriesPattern pattern, List<Batch> batches) {
    this.database = database;
    this.pattern = pattern;
    this.transactions = batches.stream().map(Batch::transaction).toList();
    this.lastPosition = batches.get(batches.size() - 1).position();
    this.place =
        Place.before(Batch.time(batches.stream().mapToLong(Batch::first).min().orElseThrow()));
    this.to = Batch.time(batches.stream().mapToLong(Batch::last).max().orElseThrow());
    this.missing = batches.stream().mapToLong(Batch::count).sum();
  }

  @Override
  public Future<List<Reading>> next(BooleanSupplier wanted) {
    return database
        .series(pattern, lastPosition)
        .compose(
            series -> database.page(new PageOfBatches(pattern, transactions, place), series, to))
        .map(this::taken);
  }

  private List<Reading> taken(StreamPage page) {
    missing -= page.readings().size();
    database.reread(page.readings().size());
    if (page.isFull()) {
      place = page.end();
    } else {
      done = true;
    }
    return page.readings();
  }

  @Override
  public boolean hasMore() {
    return !done;
  }

  @Override
  public long least() {
    return done ? Long.MAX_VALUE : Batch.micros(place.time());
  }

  @Override
  public boolean isShort() {
    return pattern.equals(ALL) && missing > 0;
  }
}
