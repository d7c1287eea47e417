package io.stripchart.api;

import io.stripchart.common.http.Origins;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.common.settings.Settings;
import java.time.Duration;
import java.util.Set;

/**
 * How the api serves, and how much.
 *
 * @param port of HTTP and websockets; 0 for any free one
 * @param defaultSeries what is asked for where a request names no series
 * @param timeout after which a field that waits is given up on
 * @param sockets websockets at most
 * @param origins of web pages that may use the api beside its own, like {@code https://example.org}
 */
public record ApiSettings(
    int port, String defaultSeries, Duration timeout, int sockets, Set<String> origins) {
  public static final String DEFAULT_SERIES = "satellite.temperature";

  public ApiSettings {
    origins = Set.copyOf(origins);
  }

  public static ApiSettings from(Settings settings) {
    return new ApiSettings(
        settings.port("STRIPCHART_API_PORT", 8000),
        settings.parsed(
            "STRIPCHART_DEFAULT_SERIES", DEFAULT_SERIES, "a series' name", SeriesName::check),
        settings.duration(
            "STRIPCHART_API_TIMEOUT",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(10)),
        settings.count("STRIPCHART_API_SOCKETS", 10_000, 1, 1_000_000),
        Origins.from(settings));
  }
}
