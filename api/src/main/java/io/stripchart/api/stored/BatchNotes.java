package io.stripchart.api.stored;

import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** The notes of the transactions that stored readings within the last hour. */
public interface BatchNotes {
  /** Sequences of a process, both ends included. */
  record Heard(UUID process, long first, long last) {}

  /**
   * @param snapshot of the question: whatever it sees is noted, or older than the notes
   */
  record Unknown(Snapshot snapshot, List<NotedBatch> batches) {}

  /** What is seen at this moment. */
  Future<Snapshot> snapshot();

  /**
   * The notes that neither a snapshot saw nor anybody heard of, in the order of their transactions.
   */
  Future<Unknown> unknown(Snapshot seen, List<Heard> heard, int limit);
}
