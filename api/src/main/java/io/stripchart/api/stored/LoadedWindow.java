package io.stripchart.api.stored;

import java.util.List;

/**
 * Readings as one snapshot has them, packed; in no order. To be taken once, a part at a time, as
 * there may be very many.
 */
public final class LoadedWindow {
  private final Snapshot snapshot;
  private final List<PackedReadings> packed;
  private final int size;
  private int part;
  private int index;

  LoadedWindow(Snapshot snapshot, List<PackedReadings> packed) {
    this.snapshot = snapshot;
    this.packed = List.copyOf(packed);
    this.size = packed.stream().mapToInt(PackedReadings::size).sum();
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
      while (part < packed.size() && index == packed.get(part).size()) {
        part++;
        index = 0;
      }
      if (part == packed.size()) return false;
      var readings = packed.get(part);
      taker.take(readings.time(index), readings.value(index));
      index++;
    }
    return true;
  }
}
