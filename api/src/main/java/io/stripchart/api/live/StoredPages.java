package io.stripchart.api.live;

import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What subscribers read from the database, a page at a time. Belongs to one context. */
interface StoredPages {
  /** Pages, one behind the other. */
  interface Pages {
    /**
     * The next page; asked for again where it failed.
     *
     * @param wanted whether its answer is still waited for; else it need not be read
     * @return empty where there is nothing in this step
     */
    Future<List<Reading>> next(BooleanSupplier wanted);

    /** Whether there is a page to be asked for. */
    boolean hasMore();

    /** The least time that a reading of the pages to come may have, in microseconds. */
    long least();

    /** Whether fewer readings were found than there were. */
    default boolean isShort() {
      return false;
    }
  }

  /** What is seen at this moment. */
  Future<Snapshot> snapshot();

  /** The readings of series that match with a later time which a snapshot saw, in time order. */
  Pages history(SeriesPattern pattern, Instant since, Snapshot snapshot);

  /** The readings of series that match which some batches hold, in time order. */
  Pages batches(SeriesPattern pattern, List<Batch> batches);
}
