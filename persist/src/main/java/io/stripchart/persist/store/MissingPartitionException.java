package io.stripchart.persist.store;

import io.stripchart.common.reading.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Some of the readings have no partition: it is still to be made, or cannot be. Nothing was sent to
 * the database.
 */
public final class MissingPartitionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient NavigableMap<Instant, String> refused = new TreeMap<>();
  private final transient Set<Instant> waiting = new TreeSet<>();

  /**
   * @param refused times for which no partition can be made, with the reason
   * @param waiting times whose partition is still to be made
   */
  MissingPartitionException(Map<Instant, String> refused, Set<Instant> waiting) {
    super(
        refused.isEmpty()
            ? "partitions are still to be made: " + waiting.size()
            : refused.values().iterator().next(),
        null,
        false,
        false);
    this.refused.putAll(refused);
    this.waiting.addAll(waiting);
  }

  /** Why these readings cannot be stored, where any of them is among the refused ones. */
  public Optional<String> refusal(List<Reading> readings) {
    if (refused.isEmpty()) return Optional.empty();
    return readings.stream()
        .map(reading -> refused.get(reading.time()))
        .filter(reason -> reason != null)
        .findFirst();
  }

  /** Whether any of these readings has to wait for its partition. */
  public boolean isAwaited(List<Reading> readings) {
    if (waiting.isEmpty()) return false;
    return readings.stream().anyMatch(reading -> waiting.contains(reading.time()));
  }
}
