package io.stripchart.compose.load;

import io.stripchart.common.reading.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a file that is loaded at once: some readings, and the factories of these and of later
 * ones.
 */
final class Chunk {
  static final int MAX_READINGS = 5_000;
  private static final int MAX_FACTORIES = 500;

  private final List<Reading> readings = new ArrayList<>();
  private final Map<Integer, String> factories = new LinkedHashMap<>();

  void add(FactoryEntry factory) {
    factories.putIfAbsent(factory.id(), factory.name());
  }

  void add(Reading reading) {
    readings.add(reading);
  }

  boolean isFull() {
    return readings.size() >= MAX_READINGS || factories.size() >= MAX_FACTORIES;
  }

  boolean isEmpty() {
    return readings.isEmpty() && factories.isEmpty();
  }

  List<Reading> readings() {
    return readings;
  }

  /** Names by id. */
  Map<Integer, String> factories() {
    return factories;
  }
}
