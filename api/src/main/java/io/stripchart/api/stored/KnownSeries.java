package io.stripchart.api.stored;

import java.time.Instant;

/** A series whose id is known. Belongs to one context. */
final class KnownSeries {
  private final int id;
  private final String name;
  private Instant latest = Instant.EPOCH;

  KnownSeries(int id, String name) {
    this.id = id;
    this.name = name;
  }

  int id() {
    return id;
  }

  String name() {
    return name;
  }

  /**
   * A time that the latest reading was seen to have at least, so that the partitions before it need
   * not be opened; the epoch if nothing is known. Right until readings are deleted.
   */
  Instant latest() {
    return latest;
  }

  void seen(Instant time) {
    latest = time;
  }

  void forgetLatest() {
    latest = Instant.EPOCH;
  }
}
