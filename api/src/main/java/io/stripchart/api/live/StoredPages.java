package io.stripchart.api.live;

import io.stripchart.api.stored.KnownBatches;
import io.stripchart.api.stored.Place;
import io.stripchart.api.stored.Snapshot;
import io.stripchart.api.stored.StreamPage;
import io.stripchart.api.stream.Batch;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Database reads of subscribers, page by page. Belongs to one context. */
interface StoredPages {
  /**
   * The beginning of a subscription.
   *
   * @param snapshot which stays valid across a crash of the database
   * @param batches that the snapshot sees
   * @param now the time of the snapshot by the database's clock, in microseconds
   * @param keptSince the log has all batches noted at this time or later
   * @param database a hash of its identity
   */
  record Beginning(
      Snapshot snapshot, KnownBatches batches, long now, long keptSince, int database) {
    /** Whether some batches are not noted, though they should be: the database is an older one. */
    boolean lacks(KnownBatches given) {
      return given.processes().stream()
          .anyMatch(
              process -> {
                long[] ends = given.stretches(process);
                return ends[ends.length - 1] > snapshot.numbers().getOrDefault(process, -1L);
              });
    }
  }

  /** Pages, one behind the other. */
  interface Pages {
    /**
     * The next page; requested again after a failure.
     *
     * @param wanted whether its result is still needed; otherwise it need not be read
     * @return empty if this step has no rows
     */
    Future<StreamPage> next(BooleanSupplier wanted);

    /** Whether there is a page to request. */
    boolean hasMore();

    /** The least time that a reading of the pages to come may have, in microseconds. */
    long least();

    /**
     * Extensions of the events of the page delivered last.
     *
     * @param database as of {@link Beginning}
     */
    Progress progress(StreamPage page, int database);

    /** Whether fewer readings were found than there were. */
    default boolean isShort() {
      return false;
    }
  }

  /** The current snapshot. */
  Future<Beginning> beginning();

  /** The readings of series that match behind a place which a snapshot saw, in time order. */
  Pages history(SeriesPattern pattern, Place after, Beginning beginning);

  /**
   * The readings of series that match which some batches hold, in time order.
   *
   * @param given before these batches
   */
  Pages batches(SeriesPattern pattern, List<Batch> batches, KnownBatches given);

  /** What a cursor leaves, as far as the beginning's snapshot saw it. */
  Pages missed(SeriesPattern pattern, ResumeCursor after, Beginning beginning);
}
