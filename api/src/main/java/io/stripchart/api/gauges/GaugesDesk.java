package io.stripchart.api.gauges;

import io.stripchart.api.rest.Format;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.RestHandler;
import io.stripchart.api.rest.RestPaths;
import io.stripchart.api.rest.RestRequest;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * Answers {@value #PATH}: the latest readings of series as Prometheus reads gauges, each with the
 * time at which it was measured. Belongs to one context.
 */
public final class GaugesDesk implements RestHandler.Desk {
  public static final String PATH = "/metrics/readings";

  public static final RestPaths PATHS = RestPaths.read(PATH);

  /** Series at most. */
  static final int MAX_SERIES = 10_000;

  private static final String SERIES = "series";
  private static final int LINE = 80;

  private final ReadingQueries queries;

  public GaugesDesk(ReadingQueries queries) {
    this.queries = queries;
  }

  @Override
  public Future<? extends Reply> ask(RestRequest request) {
    var parameters = request.parameters(List.of(SERIES));
    parameters.required(SERIES, "a pattern like room.#, whose # is written %23 in a URL");
    var pattern = parameters.read(SERIES, "", SeriesPattern::of);
    return queries.latest(pattern, MAX_SERIES).map(GaugesDesk::document);
  }

  private static Reply document(List<Reading> readings) {
    return new Reply.Document(Format.PROMETHEUS, text(readings), null, Map.of());
  }

  /** Names of series hold nothing that would have to be escaped. */
  static String text(List<Reading> readings) {
    var text = new StringBuilder(2 * LINE + LINE * readings.size());
    text.append("# HELP stripchart_reading The latest reading of a series, in the series' unit.\n");
    text.append("# TYPE stripchart_reading gauge\n");
    for (var reading : readings) {
      text.append("stripchart_reading{series=\"").append(reading.series()).append("\"} ");
      text.append(reading.value()).append(' ');
      text.append(reading.time().toEpochMilli()).append('\n');
    }
    return text.toString();
  }
}
