package io.stripchart.compose.satellite;

import io.stripchart.common.settings.Settings;
import java.time.Duration;

/**
 * How the simulated satellite is reached, and how often it measures.
 *
 * @param port of its websocket; 0 is any free one
 * @param interval between two values; at least a millisecond
 */
public record SatelliteSettings(int port, Duration interval) {
  public static SatelliteSettings from(Settings settings) {
    return new SatelliteSettings(
        settings.port("STRIPCHART_SATELLITE_PORT", 4000),
        settings.duration(
            "STRIPCHART_SATELLITE_INTERVAL",
            Duration.ofMillis(500),
            Duration.ofMillis(1),
            Duration.ofHours(1)));
  }
}
