package io.stripchart.api.stream;

import io.stripchart.api.stored.Snapshot;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.TimeStretches;
import java.util.List;
import java.util.UUID;

/**
 * What one transaction stored, at its place in the stream. The readings of an older one are no
 * longer in memory; what is left is enough to read exactly them again: rows with a time in certain
 * stretches whose {@code xmin} is the transaction.
 *
 * @param position in the stream, counted from 0
 * @param process which stored it; null where that is not known
 * @param sequence its number among those of the process, which is never used for another batch
 * @param transaction its id in the database, all 64 bits of it; 0 where it is not known, as with a
 *     persist process of an earlier version
 * @param times where its readings lie
 * @param count how many readings it has
 * @param readings in the order of their series and times; null where they are not in memory
 */
public record Batch(
    long position,
    UUID process,
    long sequence,
    long transaction,
    TimeStretches times,
    int count,
    List<Reading> readings) {

  /**
   * Without a number. Its readings lie in one stretch, of which the ends are in microseconds of the
   * epoch.
   */
  public Batch(
      long position, long transaction, long first, long last, int count, List<Reading> readings) {
    this(position, null, 0, transaction, TimeStretches.between(first, last), count, readings);
  }

  /** Of readings that are in memory; its place in the stream is still to come. */
  static Batch of(UUID process, long sequence, long transaction, List<Reading> readings) {
    return new Batch(
        0, process, sequence, transaction, TimeStretches.of(readings), readings.size(), readings);
  }

  Batch at(long newPosition) {
    return new Batch(newPosition, process, sequence, transaction, times, count, readings);
  }

  /** The least time of its readings, in microseconds of the epoch. */
  public long first() {
    return times.first();
  }

  public boolean isInMemory() {
    return readings != null;
  }

  /** Whether its readings can be told from those of others in the database. */
  public boolean isReadable() {
    return transaction != 0;
  }

  /** Whether a snapshot saw it; see {@link #isDoubtful}. */
  public boolean isSeenBy(Snapshot snapshot) {
    return isReadable() && snapshot.sees(transaction);
  }

  /** As of {@link Snapshot#isDoubtful}. */
  public boolean isDoubtful(Snapshot snapshot) {
    return isReadable() && snapshot.isDoubtful(process, sequence, transaction);
  }

  public Batch withoutReadings() {
    return new Batch(position, process, sequence, transaction, times, count, null);
  }
}
