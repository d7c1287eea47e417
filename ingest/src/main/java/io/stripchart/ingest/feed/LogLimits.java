package io.stripchart.ingest.feed;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Lets one line through a minute and kind, and counts those that it held back. */
final class LogLimit<K extends Enum<K>> {
  private static final long PERIOD = Duration.ofMinutes(1).toNanos();

  private static final class Line {
    private long last;
    private long heldBack;
  }

  private final Map<K, Line> lines;
  private final LongSupplier nanoTime;

  LogLimit(Class<K> kinds, LongSupplier nanoTime) {
    this.lines = new EnumMap<>(kinds);
    this.nanoTime = nanoTime;
  }

  /**
   * @return how many were held back since the last one, where this one may be logged
   */
  OptionalLong admit(K kind) {
    long now = nanoTime.getAsLong();
    var line = lines.get(kind);
    if (line == null) {
      line = new Line();
      lines.put(kind, line);
    } else if (now - line.last < PERIOD) {
      line.heldBack++;
      return OptionalLong.empty();
    }
    long heldBack = line.heldBack;
    line.last = now;
    line.heldBack = 0;
    return OptionalLong.of(heldBack);
  }
}
