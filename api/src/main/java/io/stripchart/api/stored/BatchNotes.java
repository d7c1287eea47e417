package io.stripchart.api.stored;

import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** The notes of the transactions that stored readings lately. */
public interface BatchNotes {
  /** Sequences of a process, both ends included. */
  record Heard(UUID process, long first, long last) {}

  /**
   * A snapshot of the log.
   *
   * @param batches those that the snapshot sees
   * @param database its identity
   */
  record Moment(Snapshot snapshot, KnownBatches batches, String database) {}

  /**
   * @param moment of the question: whatever it sees is noted, or older than the notes
   */
  record Unknown(Moment moment, List<NotedBatch> batches) {}

  /** The current snapshot. */
  Future<Moment> now();

  /**
   * Entries that no snapshot saw and no announcement reported, in the order of their transactions.
   */
  Future<Unknown> unknown(Snapshot seen, List<Heard> heard, int limit);
}
