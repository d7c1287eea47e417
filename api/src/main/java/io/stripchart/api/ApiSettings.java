package io.stripchart.api;

import io.stripchart.api.turns.Subscriptions;
import io.stripchart.common.http.Origins;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.common.settings.Settings;
import java.time.Duration;
import java.util.Set;

/**
 * Settings of the api.
 *
 * @param port of HTTP and websockets; 0 for any free one
 * @param defaultSeries series of requests that name none
 * @param timeout time limit of a field
 * @param sockets maximum number of websockets
 * @param answers limits of responses
 * @param subscriptions maximum number of subscriptions
 * @param origins of other web pages that may use the api, like {@code https://example.org}
 */
public record ApiSettings(
    int port,
    String defaultSeries,
    Duration timeout,
    int sockets,
    Set<String> origins,
    AnswerSettings answers,
    Subscriptions.Limits subscriptions) {
  public static final String DEFAULT_SERIES = "satellite.temperature";

  /**
   * Limits of requests.
   *
   * @param cost of a GraphQL request
   * @param bytes of one response
   * @param totalBytes of all responses that the process holds until clients have read them
   * @param persistedQueries maximum number of stored GraphQL queries; 0 for none
   */
  public record AnswerSettings(long cost, int bytes, long totalBytes, int persistedQueries) {
    public static final AnswerSettings DEFAULT =
        new AnswerSettings(1_000_000, 16 << 20, 48L << 20, 1_000);

    AnswerSettings(long cost, int bytes, long totalBytes) {
      this(cost, bytes, totalBytes, DEFAULT.persistedQueries);
    }

    static AnswerSettings from(Settings settings) {
      int bytes = settings.count("STRIPCHART_API_ANSWER", DEFAULT.bytes, 64 << 10, 1 << 30);
      return new AnswerSettings(
          settings.count("STRIPCHART_API_COST", (int) DEFAULT.cost, 100_000, 1_000_000_000),
          bytes,
          settings.count(
              "STRIPCHART_API_ANSWERS", (int) DEFAULT.totalBytes, 1 << 20, Integer.MAX_VALUE),
          settings.count("STRIPCHART_API_PERSISTED_QUERIES", DEFAULT.persistedQueries, 0, 100_000));
    }
  }

  /** With the defaults of the rest. */
  public ApiSettings(
      int port, String defaultSeries, Duration timeout, int sockets, Set<String> origins) {
    this(port, defaultSeries, timeout, sockets, origins, AnswerSettings.DEFAULT);
  }

  /** With as many subscriptions as there may be by default. */
  public ApiSettings(
      int port,
      String defaultSeries,
      Duration timeout,
      int sockets,
      Set<String> origins,
      AnswerSettings answers) {
    this(port, defaultSeries, timeout, sockets, origins, answers, Subscriptions.Limits.DEFAULT);
  }

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
        Origins.from(settings),
        AnswerSettings.from(settings),
        new Subscriptions.Limits(
            settings.count(
                "STRIPCHART_API_SUBSCRIPTIONS", Subscriptions.Limits.DEFAULT.total(), 1, 1_000_000),
            settings.count(
                "STRIPCHART_API_SUBSCRIPTIONS_OF_PATTERN",
                Subscriptions.Limits.DEFAULT.ofPattern(),
                1,
                1_000_000)));
  }
}
