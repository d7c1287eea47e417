package io.stripchart.api.stream;

import io.stripchart.api.stored.Snapshot;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.TimeStretches;
import java.util.List;
import java.util.UUID;

/**
 * The readings of one transaction, at a position in the stream. The readings of an older batch are
 * no longer in memory; the rest suffices to read exactly them again: rows in its time ranges whose
 * {@code xmin} is the transaction.
 *
 * @param position in the stream, counted from 0
 * @param process which stored it; null if unknown
 * @param sequence its number in the process, which is never used for another batch
 * @param transaction its id in the database, 64 bits; 0 if unknown, as for a persist process of an
 *     earlier version
 * @param times ranges of its readings
 * @param count number of its readings
 * @param readings in the order of their series and times; null if not in memory
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

  /** Whether its readings can be identified in the database. */
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
