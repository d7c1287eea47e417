package io.stripchart.persist.rollup;

import io.stripchart.common.settings.Settings;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.Optional;

/**
 * Settings of rollups and retention.
 *
 * @param interval between two rounds
 * @param retention how long readings are kept; for ever if empty
 * @param resume how long the log of batches is kept
 */
public record RollupSettings(
    Duration interval, Optional<TemporalAmount> retention, Duration resume) {
  private static final String FOR_EVER = "none";
  private static final LocalDateTime ANY_DAY = LocalDateTime.of(2026, 11, 21, 0, 0);

  public static RollupSettings from(Settings settings) {
    return new RollupSettings(
        settings.duration(
            "STRIPCHART_ROLLUP_INTERVAL",
            Duration.ofMinutes(1),
            Duration.ofMillis(100),
            Duration.ofHours(1)),
        settings.parsed(
            "STRIPCHART_RETENTION", FOR_EVER, "P1D to P1000Y, or none", RollupSettings::retention),
        settings.duration(
            "STRIPCHART_RESUME", Duration.ofDays(1), Duration.ofHours(1), Duration.ofDays(366)));
  }

  private static Optional<TemporalAmount> retention(String text) {
    if (text.equals(FOR_EVER)) return Optional.empty();
    TemporalAmount amount = text.contains("T") ? Duration.parse(text) : Period.parse(text);
    if (ANY_DAY.plus(amount).isBefore(ANY_DAY.plusDays(1)))
      throw new IllegalArgumentException("is less than a day");
    if (ANY_DAY.plus(amount).isAfter(ANY_DAY.plusYears(1_000)))
      throw new IllegalArgumentException("is more than 1000 years");
    return Optional.of(amount);
  }
}
