package io.stripchart.api.factories.chart;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;

/**
 * Readings of a series as the database packs them, in the order of their times.
 *
 * @param bytes of each reading its time and its value, 8 bytes each
 */
record PackedReadings(Buffer bytes) {
  static final PackedReadings NONE = new PackedReadings(Buffer.buffer());

  /** Of the database's times, which count from 2000. */
  private static final long EPOCH_MICROS = TimeUnit.SECONDS.toMicros(946_684_800);

  private static final int BYTES = Long.BYTES + Double.BYTES;

  int size() {
    return bytes.length() / BYTES;
  }

  /** In microseconds of the epoch. */
  long time(int index) {
    return bytes.getLong(index * BYTES) + EPOCH_MICROS;
  }

  double value(int index) {
    return bytes.getDouble(index * BYTES + Long.BYTES);
  }
}
