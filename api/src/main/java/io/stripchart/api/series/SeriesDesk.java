package io.stripchart.api.series;

import io.stripchart.api.ApiException;
import io.stripchart.api.buckets.Bucket;
import io.stripchart.api.buckets.BucketGrid;
import io.stripchart.api.buckets.BucketWidth;
import io.stripchart.api.buckets.Fill;
import io.stripchart.api.rest.Parameters;
import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.ProblemKind;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.RestHandler;
import io.stripchart.api.rest.RestPaths;
import io.stripchart.api.rest.RestRequest;
import io.stripchart.api.rest.Text;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesDescription;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.stored.Statistics;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.common.reading.SeriesPattern;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Serves {@code /series} and the paths below it, by the queries and with the limits of GraphQL.
 * Belongs to one context.
 */
public final class SeriesDesk implements RestHandler.Desk {
  public static final RestPaths PATHS =
      RestPaths.read("/series", "/series/{name}/statistics", "/series/{name}/buckets")
          .and("/series/{name}", HttpMethod.PATCH)
          .and("/series/{name}/readings", HttpMethod.DELETE);

  static final int MAX_SERIES = 1_000;
  private static final int DEFAULT_SERIES = 100;

  /** Of a stream that has no limit of its own. */
  static final int ALL = 1_000_000_000;

  private final ReadingQueries queries;
  private final SeriesDeletion deletion;

  public SeriesDesk(ReadingQueries queries, SeriesDeletion deletion) {
    this.queries = queries;
    this.deletion = deletion;
  }

  @Override
  public Future<? extends Reply> ask(RestRequest request) {
    if (request.method().equals(HttpMethod.DELETE)) return deletion.delete(request, queries);
    if (request.method().equals(HttpMethod.PATCH)) return describe(request);
    var asked = Asked.of(request);
    return switch (asked.resource()) {
      case SERIES -> series(asked);
      case DESCRIPTION -> description(asked);
      case READINGS -> new ReadingsQuestion(asked, queries).ask();
      case STATISTICS -> statistics(asked);
      case BUCKETS -> buckets(asked);
    };
  }

  private Future<? extends Reply> series(Asked asked) {
    var parameters = asked.parameters();
    var pattern = parameters.read("pattern", "#", SeriesPattern::of);
    var after = parameters.has("after") ? parameters.read("after", "", SeriesName::check) : "";
    if (asked.format().isStreamed()) {
      int count = parameters.count("first", ALL, ALL);
      var rows = new SeriesRows(queries, pattern, after, count);
      return Future.succeededFuture(new Reply.Stream<>(asked.format(), Tables.SERIES, rows));
    }
    int first = parameters.count("first", DEFAULT_SERIES, MAX_SERIES);
    return queries.series(pattern, after, first + 1).map(rows -> page(asked, rows, first));
  }

  /**
   * @param rows one more than the page holds if more follow
   */
  private static Reply page(Asked asked, List<SeriesRow> rows, int first) {
    boolean more = rows.size() > first;
    var shown = more ? rows.subList(0, first) : rows;
    var next = more ? asked.link(Map.of("after", shown.get(first - 1).name())) : null;
    var text = new StringBuilder("{\"series\":");
    Tables.SERIES.array(text, shown);
    Text.json(text.append(",\"next\":"), next);
    return Reply.Document.json(text.append('}').toString(), more ? Map.of("next", next) : Map.of());
  }

  private Future<Reply> description(Asked asked) {
    return queries
        .series(SeriesPattern.of(asked.series()), "", 1)
        .map(rows -> known(asked.series(), rows.isEmpty() ? null : rows.get(0)))
        .map(row -> Reply.Document.json(json(row)));
  }

  private Future<Reply> describe(RestRequest request) {
    request.acceptsJson();
    request.parameters(List.of());
    var name = Parameters.read("name", SeriesName::check, request.text("name", 1));
    return request
        .body()
        .map(SeriesDesk::change)
        .compose(change -> queries.describe(name, change))
        .map(row -> new Reply.Done(200, json(known(name, row)), null));
  }

  private static SeriesDescription change(JsonObject body) {
    ProblemException.checkMembers(
        body, List.of(SeriesDescription.UNIT, SeriesDescription.DESCRIPTION));
    try {
      return SeriesDescription.of(body.getMap());
    } catch (ApiException e) {
      throw ProblemException.ofBody(e.argument(), e);
    }
  }

  private static String json(SeriesRow row) {
    var text = new StringBuilder();
    Tables.SERIES.json(text, row);
    return text.toString();
  }

  /** The series that a request names. */
  static Future<SeriesRow> named(Asked asked, ReadingQueries queries) {
    return named(asked.series(), queries);
  }

  /** A series by its name. */
  static Future<SeriesRow> named(String series, ReadingQueries queries) {
    return queries.named(series).map(row -> known(series, row));
  }

  private static SeriesRow known(String series, SeriesRow row) {
    if (row != null) return row;
    throw new ProblemException(
        ProblemKind.UNKNOWN_SERIES,
        "name",
        "nothing was ever stored of the series \"" + series + "\"");
  }

  private Future<Reply> statistics(Asked asked) {
    var window = new Window(asked.parameters().time("from"), asked.parameters().time("to"));
    Parameters.checkOrder(window.after(), window.before());
    return named(asked, queries)
        .compose(row -> queries.statistics(List.of(row), window))
        .map(all -> document(asked, all.get(0)));
  }

  private static Reply document(Asked asked, Statistics statistics) {
    var text = new StringBuilder("{\"series\":");
    Text.json(text, asked.series());
    Tables.STATISTICS.members(text.append(','), statistics);
    var reasons = statistics.reasons();
    if (!reasons.isEmpty()) {
      text.append(",\"reasons\":").append(new JsonObject(new LinkedHashMap<>(reasons)).encode());
    }
    return Reply.Document.json(text.append('}').toString());
  }

  private Future<Reply> buckets(Asked asked) {
    var parameters = asked.parameters();
    var width = BucketWidth.of(parameters.required("width", "an ISO 8601 duration like PT15M"));
    var from = parameters.requiredTime("from");
    var to = parameters.requiredTime("to");
    Parameters.checkOrder(from, to);
    var grid = BucketGrid.of(from, to, width, parameters.zone("timeZone"));
    var fill = fill(parameters);
    return named(asked, queries)
        .compose(row -> queries.buckets(List.of(row), grid, fill))
        .map(all -> document(asked, all.get(0)));
  }

  private static Fill fill(Parameters parameters) {
    var text = parameters.has("fill") ? parameters.text("fill") : Fill.NONE.name();
    for (var fill : Fill.values()) {
      if (fill.name().equals(text.toUpperCase(Locale.ROOT))) return fill;
    }
    throw Parameters.bad("fill", "must be none, null, previous or linear, is", text);
  }

  /** At most {@link BucketGrid#MAX_BUCKETS}: whole, whatever the format. */
  private static Reply document(Asked asked, List<Bucket> buckets) {
    var text = new StringBuilder();
    if (asked.format().isStreamed()) {
      text.append(Tables.BUCKETS.head(asked.format()));
      Tables.BUCKETS.lines(text, asked.format(), buckets);
    } else {
      Text.json(text.append("{\"series\":"), asked.series());
      Tables.BUCKETS.array(text.append(",\"buckets\":"), buckets);
      text.append('}');
    }
    return new Reply.Document(asked.format(), text.toString(), null, Map.of());
  }
}
