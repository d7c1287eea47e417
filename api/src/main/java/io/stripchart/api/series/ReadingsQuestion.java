package io.stripchart.api.series;

import io.stripchart.api.rest.Parameters;
import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.Rows;
import io.stripchart.api.rest.Text;
import io.stripchart.api.stored.PageRequest;
import io.stripchart.api.stored.ReadingCursor;
import io.stripchart.api.stored.ReadingPage;
import io.stripchart.api.stored.ReadingQueries;
import io.stripchart.api.stored.SeriesRow;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A question for readings: a page as JSON, or a stream of all that a window has. */
final class ReadingsQuestion {
  private static final int DEFAULT_READINGS = 1_000;

  private final Asked asked;
  private final ReadingQueries queries;
  private final PageRequest page;

  /**
   * @throws ProblemException if a parameter is wrong
   * @throws io.stripchart.api.ApiException likewise
   */
  ReadingsQuestion(Asked asked, ReadingQueries queries) {
    this.asked = asked;
    this.queries = queries;
    this.page = page(asked);
  }

  private static PageRequest page(Asked asked) {
    var parameters = asked.parameters();
    boolean forward = !parameters.has("last");
    if (!forward && parameters.has("first")) {
      throw Parameters.bad("last", "must not be given beside first");
    }
    boolean isStreamed = asked.format().isStreamed();
    int count =
        forward
            ? parameters.count(
                "first",
                isStreamed ? SeriesDesk.ALL : DEFAULT_READINGS,
                isStreamed ? SeriesDesk.ALL : PageRequest.MAX_READINGS)
            : parameters.count("last", 1, PageRequest.MAX_READINGS);
    var window = new Window(parameters.time("from"), parameters.time("to"));
    Parameters.checkOrder(window.after(), window.before());
    return PageRequest.of(
        window, cursor(parameters, "after"), cursor(parameters, "before"), count, forward);
  }

  private static Instant cursor(Parameters parameters, String name) {
    return parameters.has(name) ? ReadingCursor.time(name, parameters.text(name)) : null;
  }

  Future<? extends Reply> ask() {
    return SeriesDesk.named(asked, queries)
        .compose(series -> asked.format().isStreamed() ? stream(series) : document(series));
  }

  private Future<Reply> stream(SeriesRow series) {
    Rows<Reading> rows =
        page.forward()
            ? new ReadingRows(queries, series.name(), page.window(), page.count())
            : () -> answered(series).map(last -> new Rows.Page<>(last.readings(), true));
    return Future.succeededFuture(new Reply.Stream<>(asked.format(), Tables.READINGS, rows));
  }

  private Future<ReadingPage> answered(SeriesRow series) {
    return queries
        .pages(List.of(series), page.window(), page.count(), page.forward())
        .map(pages -> pages.get(0));
  }

  private Future<Reply> document(SeriesRow series) {
    return answered(series).map(this::document);
  }

  private Reply document(ReadingPage answered) {
    var links = links(answered);
    var text = new StringBuilder(64 + 64 * answered.readings().size());
    Text.json(text.append("{\"series\":"), asked.series());
    Tables.READINGS.array(text.append(",\"readings\":"), answered.readings());
    Text.json(text.append(",\"next\":"), links.get("next"));
    Text.json(text.append(",\"previous\":"), links.get("prev"));
    return Reply.Document.json(text.append('}').toString(), links);
  }

  private Map<String, String> links(ReadingPage answered) {
    var links = new LinkedHashMap<String, String>();
    var readings = answered.readings();
    if (readings.isEmpty()) return links;
    if (page.hasNext(answered)) {
      var cursor = ReadingCursor.of(readings.get(readings.size() - 1));
      links.put("next", asked.link(towards("first", "after", cursor)));
    }
    if (page.hasPrevious(answered)) {
      var cursor = ReadingCursor.of(readings.get(0));
      links.put("prev", asked.link(towards("last", "before", cursor)));
    }
    return links;
  }

  /** The cursor that this page began at is not the other one's end. */
  private Map<String, String> towards(String count, String place, String cursor) {
    var changed = new HashMap<String, String>();
    boolean turns = page.forward() != count.equals("first");
    changed.put("first", null);
    changed.put("last", null);
    if (turns) changed.put(place.equals("after") ? "before" : "after", null);
    changed.put(count, Integer.toString(page.count()));
    changed.put(place, cursor);
    return changed;
  }
}
