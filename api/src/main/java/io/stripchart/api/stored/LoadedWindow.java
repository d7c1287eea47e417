package io.stripchart.api.stored;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Readings as one snapshot has them, packed; in no order. To be taken once, a part at a time, as
 * there may be very many.
 */
public final class LoadedWindow {
  /** Of the database's times, which count from 2000. */
  private static final long EPOCH_MICROS = TimeUnit.SECONDS.toMicros(946_684_800);

  private static final int BYTES = Long.BYTES + Double.BYTES;

  private final Snapshot snapshot;
  private final List<Buffer> packed;
  private final int size;
  private int buffer;
  private int offset;

  LoadedWindow(Snapshot snapshot, List<Buffer> packed) {
    this.snapshot = snapshot;
    this.packed = List.copyOf(packed);
    this.size = packed.stream().mapToInt(Buffer::length).sum() / BYTES;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** How many readings there are. */
  public int size() {
    return size;
  }

  /** Takes readings one by one. */
  public interface Taker {
    /**
     * @param time in microseconds of the epoch
     */
    void take(long time, double value);
  }

  /**
   * Gives the next ones.
   *
   * @return whether there may be more
   */
  public boolean give(int count, Taker taker) {
    for (int given = 0; given < count; given++) {
      while (buffer < packed.size() && offset == packed.get(buffer).length()) {
        buffer++;
        offset = 0;
      }
      if (buffer == packed.size()) return false;
      var bytes = packed.get(buffer);
      taker.take(bytes.getLong(offset) + EPOCH_MICROS, bytes.getDouble(offset + Long.BYTES));
      offset += BYTES;
    }
    return true;
  }
}
