package io.stripchart.compose.building;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts the outcomes of simulated readings. */
final class BuildingMetrics {
  /** A tag. */
  enum Outcome {
    ACCEPTED,
    /** Ingest answered otherwise than with 202. */
    REFUSED,
    /** There was no answer. */
    FAILED,
    /** Not sent, as too many requests were under way, or ingest had asked to wait. */
    SKIPPED
  }

  private final Map<Outcome, Counter> readings = new EnumMap<>(Outcome.class);

  BuildingMetrics(MeterRegistry registry) {
    for (var outcome : Outcome.values()) {
      readings.put(
          outcome,
          Counter.builder("stripchart.simulated.readings")
              .description("Readings of the simulated building")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  void count(Outcome outcome) {
    readings.get(outcome).increment();
  }
}
