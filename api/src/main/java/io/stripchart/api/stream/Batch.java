package io.stripchart.api.stream;

import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;
import java.util.List;

/**
 * What one transaction stored, at its place in the stream. The readings of an older one are no
 * longer in memory; what is left is enough to read exactly them again: rows with a time from {@code
 * first} to {@code last} whose {@code xmin} is the transaction.
 *
 * @param position in the stream, counted from 0
 * @param transaction its id in the database, all 64 bits of it; 0 where it is not known, as with a
 *     persist process of an earlier version
 * @param first the least time of its readings, in microseconds of the epoch
 * @param last the greatest one
 * @param count how many readings it has
 * @param readings in the order of their series and times; null where they are not in memory
 */
public record Batch(
    long position, long transaction, long first, long last, int count, List<Reading> readings) {

  /** Of readings that are in memory. */
  static Batch of(long position, long transaction, List<Reading> readings) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (var reading : readings) {
      long time = micros(reading.time());
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    return new Batch(position, transaction, first, last, readings.size(), readings);
  }

  public boolean isInMemory() {
    return readings != null;
  }

  /** Whether its readings can be told from those of others in the database. */
  public boolean isReadable() {
    return transaction != 0;
  }

  Batch withoutReadings() {
    return new Batch(position, transaction, first, last, count, null);
  }

  /** Microseconds of the epoch. */
  public static long micros(Instant time) {
    return ReadingTime.micros(time);
  }

  /** The time of so many microseconds of the epoch. */
  public static Instant time(long micros) {
    return ReadingTime.ofMicros(micros);
  }
}
