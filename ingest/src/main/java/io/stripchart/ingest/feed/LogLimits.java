package io.stripchart.ingest.feed;

import io.stripchart.common.operations.LogLimit;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** A {@link LogLimit} for each kind of line. */
final class LogLimits<K extends Enum<K>> {
  private final Map<K, LogLimit> limits;
  private final LongSupplier nanoTime;

  LogLimits(Class<K> kinds, LongSupplier nanoTime) {
    this.limits = new EnumMap<>(kinds);
    this.nanoTime = nanoTime;
  }

  /** See {@link LogLimit#admit}. */
  OptionalLong admit(K kind) {
    return limits.computeIfAbsent(kind, first -> new LogLimit(nanoTime)).admit();
  }
}
