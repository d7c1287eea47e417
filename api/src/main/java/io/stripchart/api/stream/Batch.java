package io.stripchart.api.stream;

import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.TimeStretches;
import java.util.List;

/**
 * What one transaction stored, at its place in the stream. The readings of an older one are no
 * longer in memory; what is left is enough to read exactly them again: rows with a time in certain
 * stretches whose {@code xmin} is the transaction.
 *
 * @param position in the stream, counted from 0
 * @param transaction its id in the database, all 64 bits of it; 0 where it is not known, as with a
 *     persist process of an earlier version
 * @param times where its readings lie
 * @param count how many readings it has
 * @param readings in the order of their series and times; null where they are not in memory
 */
public record Batch(
    long position, long transaction, TimeStretches times, int count, List<Reading> readings) {

  /** Whose readings lie in one stretch, of which the ends are in microseconds of the epoch. */
  public Batch(
      long position, long transaction, long first, long last, int count, List<Reading> readings) {
    this(position, transaction, TimeStretches.between(first, last), count, readings);
  }

  /** Of readings that are in memory. */
  static Batch of(long transaction, List<Reading> readings) {
    return new Batch(0, transaction, TimeStretches.of(readings), readings.size(), readings);
  }

  Batch at(long newPosition) {
    return new Batch(newPosition, transaction, times, count, readings);
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

  Batch withoutReadings() {
    return new Batch(position, transaction, times, count, null);
  }
}
