package io.stripchart.api.factories;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stripchart.api.factories.chart.Chart;
import io.stripchart.api.factories.chart.Charts;
import io.stripchart.api.factories.chart.EpochSeconds;
import io.stripchart.api.rest.Parameters;
import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.RestRequest;
import io.stripchart.api.rest.Text;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.MalformedReadingException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads factories. Results are cached while they are valid. Belongs to one context. */
final class FactoryReads {
  private static final int DEFAULT_POINTS = 1_000;
  private static final int DEFAULT_FACTORIES = 100;
  private static final int MAX_FACTORIES = 1_000;

  /** Of all factories of a page together. */
  static final int MAX_PAGE_POINTS = 100_000;

  private static final List<String> OF_CHART = List.of("from", "to", "limit");
  private static final List<String> OF_PAGE = List.of("first", "after", "limit");

  private final Factories factories;
  private Cache<PageKey, Page> pages;

  private record PageKey(int after, int first, int limit) {}

  /**
   * @param shown the very objects that it was made of
   */
  private record Page(List<Factory> shown, List<Chart> charts, Reply.Kept reply) {
    boolean isOf(List<Factory> factories, List<Chart> now) {
      if (shown != factories || charts.size() != now.size()) return false;
      for (int i = 0; i < now.size(); i++) {
        if (charts.get(i) != now.get(i)) return false;
      }
      return true;
    }

    /** The body, and the text of each chart that it is made of. */
    int weight() {
      return 1_000 + 3 * reply.body().length();
    }
  }

  FactoryReads(Factories factories) {
    this.factories = factories;
  }

  /** Made when it is needed first: before, the limits of the process need not be known. */
  private Cache<PageKey, Page> pages() {
    if (pages == null) {
      pages =
          Caffeine.newBuilder()
              .maximumWeight(factories.caches().factoryPages())
              .weigher((PageKey key, Page page) -> page.weight())
              .executor(Runnable::run)
              .build();
    }
    return pages;
  }

  Future<Reply> chart(RestRequest request, int id) {
    request.acceptsJson();
    var parameters = request.parameters(OF_CHART);
    var window = window(parameters);
    int limit = parameters.count("limit", DEFAULT_POINTS, Charts.MAX_POINTS);
    return factories
        .find(id)
        .map(found -> UnknownFactory.orElse(found, id))
        .compose(
            factory ->
                factories
                    .charts()
                    .chart(id, window, limit)
                    .map(chart -> reply(factory, chart, parameters, limit)));
  }

  private static Window window(Parameters parameters) {
    var from = time(parameters, "from");
    var to = time(parameters, "to");
    if (from == null && to == null) return Charts.ALL;
    Parameters.checkOrder(from, to);
    return new Window(from, to);
  }

  private static Instant time(Parameters parameters, String name) {
    var text = parameters.text(name);
    if (text == null || !EpochSeconds.isNumber(text)) return parameters.time(name);
    try {
      return EpochSeconds.parse(text);
    } catch (MalformedReadingException e) {
      throw Parameters.bad(name, e.getMessage().replaceFirst("^time: ", ""));
    }
  }

  private static Reply reply(Factory factory, Chart chart, Parameters parameters, int limit) {
    boolean isWindow = parameters.has("from") || parameters.has("to");
    if (!isWindow) return chart.reply(factory.name(), () -> previous(chart, factory, limit));
    return Reply.Document.json(chart.text(factory.name()), previous(chart, factory, parameters));
  }

  /** The page before one of the newest points. */
  private static Map<String, String> previous(Chart chart, Factory factory, int limit) {
    if (chart.oldest() == null) return Map.of();
    var query = "?to=" + chart.oldest() + "&limit=" + limit;
    return Map.of("prev", FactoryDesk.chartPath(factory.id()) + query);
  }

  private static Map<String, String> previous(Chart chart, Factory factory, Parameters parameters) {
    if (chart.oldest() == null) return Map.of();
    var query = parameters.query(Map.of("to", chart.oldest()));
    return Map.of("prev", FactoryDesk.chartPath(factory.id()) + query);
  }

  Future<Reply> page(RestRequest request) {
    request.acceptsJson();
    var parameters = request.parameters(OF_PAGE);
    int limit = parameters.count("limit", DEFAULT_POINTS, Charts.MAX_POINTS);
    int first =
        parameters.count("first", Math.min(DEFAULT_FACTORIES, fitting(limit)), MAX_FACTORIES);
    if (first > fitting(limit)) throw tooMany(first, limit);
    int after = parameters.has("after") ? parameters.read("after", "", FactoryReads::id) : -1;
    var key = new PageKey(after, first, limit);
    // One more, to find out whether more follow.
    return factories.page(after, first + 1).compose(found -> page(request, key, found));
  }

  private static int fitting(int limit) {
    return MAX_PAGE_POINTS / limit;
  }

  private static RuntimeException tooMany(int first, int limit) {
    return Parameters.bad(
        "first",
        String.format(
            Locale.ROOT,
            "first × limit must be %,d at most, is %,d",
            MAX_PAGE_POINTS,
            (long) first * limit));
  }

  private static int id(String text) {
    if (text.matches("-?[0-9]{1,18}")) return Factory.checkId("after", Long.parseLong(text));
    throw Parameters.bad("after", "must be the id of a factory, is", text);
  }

  private Future<Reply> page(RestRequest request, PageKey key, List<Factory> found) {
    var shown = found.subList(0, Math.min(found.size(), key.first));
    var ids = shown.stream().map(Factory::id).toList();
    return factories
        .charts()
        .newest(ids, key.limit)
        .map(
            charts -> {
              var page = pages().getIfPresent(key);
              if (page != null && page.isOf(found, charts)) return page.reply;
              boolean more = found.size() > shown.size();
              var next = more ? next(request, key, ids) : null;
              var reply = reply(shown, charts, next);
              pages().put(key, new Page(found, charts, reply));
              return reply;
            });
  }

  /** However the parameters were written: equal requests get the same result. */
  private static String next(RestRequest request, PageKey key, List<Integer> ids) {
    int last = ids.get(ids.size() - 1);
    return request.path() + "?first=" + key.first + "&limit=" + key.limit + "&after=" + last;
  }

  private static Reply.Kept reply(List<Factory> shown, List<Chart> charts, String next) {
    var text = new StringBuilder("{\"factories\":[");
    for (int i = 0; i < shown.size(); i++) {
      if (i > 0) text.append(',');
      charts.get(i).append(text, shown.get(i).name());
    }
    Text.json(text.append("],\"next\":"), next);
    return Reply.Kept.of(
        text.append('}').toString(), next == null ? Map.of() : Map.of("next", next));
  }
}
