package io.stripchart.api.factories.chart;

import io.stripchart.api.rest.Reply;
import io.stripchart.api.rest.Text;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A chart as it is sent. Immutable: the same instance gives the same response. Belongs to one
 * context.
 */
public final class Chart {
  private static final int CHARS_A_POINT = 24;
  private static final int CHARS = 100;

  private final int factory;
  private final String json;
  private final int size;
  private final String oldest;
  private String name;
  private Reply.Kept reply;

  private Chart(int factory, String json, int size, String oldest) {
    this.factory = factory;
    this.json = json;
    this.size = size;
    this.oldest = oldest;
  }

  static Chart of(int factory, ChartPoints points) {
    var json = new StringBuilder(points.size() * CHARS_A_POINT + CHARS);
    ChartText.append(json, points);
    if (!points.hasOlder()) return new Chart(factory, json.toString(), points.size(), null);
    var oldest = new StringBuilder();
    ChartText.time(oldest, points.time(0));
    return new Chart(factory, json.toString(), points.size(), oldest.toString());
  }

  /** How many points it has. */
  public int size() {
    return size;
  }

  /**
   * The time of its oldest point, in seconds of the epoch, if there are points before it that are
   * not in it; else null.
   */
  public String oldest() {
    return oldest;
  }

  /**
   * The factory and its chart: {@code {"factory":{"id":1,"name":"Factory 1","chart_data":{…}}}}.
   *
   * @param factoryName its current name
   */
  public void append(StringBuilder text, String factoryName) {
    text.append("{\"factory\":{\"id\":").append(factory).append(",\"name\":");
    Text.json(text, factoryName);
    text.append(",\"chart_data\":").append(json).append("}}");
  }

  /** The same as a text of its own. */
  public String text(String factoryName) {
    var text = new StringBuilder(json.length() + CHARS + factoryName.length());
    append(text, factoryName);
    return text.toString();
  }

  /**
   * The same as an answer, which is put together once.
   *
   * @param links of the chart, which are the same each time
   */
  public Reply.Kept reply(String factoryName, Supplier<Map<String, String>> links) {
    if (!factoryName.equals(name)) {
      reply = Reply.Kept.of(text(factoryName), links.get());
      name = factoryName;
    }
    return reply;
  }
}
