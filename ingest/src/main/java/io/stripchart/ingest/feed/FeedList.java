package io.stripchart.ingest.feed;

import io.stripchart.common.settings.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Feeds as one line of text: {@code series=url|query}, separated by commas. Commas inside of a
 * query's brackets or strings separate nothing. Without {@code |query} the query is {@value
 * FeedRequest#DEFAULT_QUERY}; with a {@code |} and nothing behind it the feed is a plain websocket.
 */
public final class FeedList {
  /** The word for no feeds at all. */
  public static final String NONE = "none";

  private FeedList() {}

  /**
   * @throws IllegalArgumentException naming the feed, and never showing its URL
   */
  public static List<Feed> parse(String text, Duration idle) {
    if (text.equalsIgnoreCase(NONE)) return List.of();
    var feeds = new ArrayList<Feed>();
    for (var entry : split(text)) {
      try {
        feeds.add(feed(entry.strip(), idle));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("feed " + (feeds.size() + 1) + ": " + e.getMessage());
      }
    }
    return feeds;
  }

  private static Feed feed(String entry, Duration idle) {
    int equals = entry.indexOf('=');
    if (equals < 0) throw new IllegalArgumentException("must be series=url, has no =");
    var series = entry.substring(0, equals).strip();
    var rest = entry.substring(equals + 1);
    int bar = rest.indexOf('|');
    var url = (bar < 0 ? rest : rest.substring(0, bar)).strip();
    var address = new FeedAddress(new Secret(url), Map.of(), null);
    return new Feed(series, address, request(bar < 0 ? null : rest.substring(bar + 1)), idle);
  }

  private static FeedRequest request(String query) {
    if (query == null) return FeedRequest.negotiated(FeedRequest.DEFAULT_QUERY);
    return query.isBlank() ? FeedRequest.plain() : FeedRequest.negotiated(query.strip());
  }

  private static List<String> split(String text) {
    var entries = new ArrayList<String>();
    int depth = 0;
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && text.charAt(Math.max(0, i - 1)) != '\\') quoted = !quoted;
      if (quoted) continue;
      if (c == '{' || c == '(' || c == '[') depth++;
      if (c == '}' || c == ')' || c == ']') depth--;
      if (c == ',' && depth == 0) {
        entries.add(text.substring(start, i));
        start = i + 1;
      }
    }
    if (depth != 0 || quoted) {
      throw new IllegalArgumentException("a bracket or a quote is not closed");
    }
    entries.add(text.substring(start));
    return entries;
  }
}
