package io.stripchart.api.stored;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;

/**
 * Readings' times and values in one column, as a row of each costs more than all else of it.
 *
 * @param bytes 16 of each, as the protocol has them
 */
public record PackedReadings(Buffer bytes) {
  public static final PackedReadings NONE = new PackedReadings(Buffer.buffer());

  /** Of rows of {@code time} and {@code value}, in their order; null if there are none. */
  static final String AGGREGATE =
      "string_agg(timestamptz_send(time) || float8send(value), ''::bytea)";

  /** Of the database's times, which count from 2000. */
  private static final long EPOCH_MICROS = TimeUnit.SECONDS.toMicros(946_684_800);

  private static final int BYTES = Long.BYTES + Double.BYTES;

  public int size() {
    return bytes.length() / BYTES;
  }

  /** In microseconds of the epoch. */
  public long time(int index) {
    return bytes.getLong(index * BYTES) + EPOCH_MICROS;
  }

  public double value(int index) {
    return bytes.getDouble(index * BYTES + Long.BYTES);
  }
}
