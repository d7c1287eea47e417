package io.stripchart.api.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The media types of answers, and which of them a client wants. */
enum MediaType {
  /** Errors of the request are told by the status too. */
  GRAPHQL_RESPONSE("application/graphql-response+json"),
  /** Where the request was well-formed the status is 200 whatever comes of it. */
  JSON("application/json");

  private final String text;

  MediaType(String text) {
    this.text = text;
  }

  String contentType() {
    return text + "; charset=utf-8";
  }

  private record Range(String type, double quality, int specificity) {}

  /**
   * Chooses by an Accept header. Where both are as good, JSON is what clients of any age read,
   * unless the other one is named.
   *
   * @param accept null where there is none
   * @return null where neither is accepted
   */
  static MediaType negotiate(String accept) {
    if (accept == null || accept.isBlank() || accept.equals("*/*")) return JSON;
    var ranges = ranges(accept);
    double graphql = quality(ranges, GRAPHQL_RESPONSE);
    double json = quality(ranges, JSON);
    if (graphql <= 0 && json <= 0) return null;
    boolean named = ranges.stream().anyMatch(range -> range.type.equals(GRAPHQL_RESPONSE.text));
    if (graphql == json) return named ? GRAPHQL_RESPONSE : JSON;
    return graphql > json ? GRAPHQL_RESPONSE : JSON;
  }

  private static double quality(List<Range> ranges, MediaType type) {
    Range best = null;
    for (var range : ranges) {
      if (!matches(range.type, type.text)) continue;
      if (best == null || range.specificity > best.specificity) best = range;
    }
    return best == null ? 0 : best.quality;
  }

  private static boolean matches(String range, String type) {
    return range.equals("*/*") || range.equals("application/*") || range.equals(type);
  }

  private static List<Range> ranges(String accept) {
    var ranges = new ArrayList<Range>();
    for (var part : accept.toLowerCase(Locale.ROOT).split(",", 64)) {
      var words = part.split(";", -1);
      var type = words[0].strip();
      double quality = 1;
      boolean readable = true;
      for (int i = 1; i < words.length; i++) {
        var parameter = words[i].strip();
        if (parameter.startsWith("q=")) quality = number(parameter.substring(2));
        if (parameter.startsWith("charset=")) readable = isUtf8(parameter.substring(8));
      }
      int specificity = type.equals("*/*") ? 0 : type.endsWith("/*") ? 1 : 2;
      if (readable) ranges.add(new Range(type, quality, specificity));
    }
    return ranges;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Whether a body of this Content-Type is JSON in UTF-8. */
  static boolean isReadableJson(String contentType) {
    if (contentType == null) return false;
    if (contentType.equals(JSON.text)) return true;
    var words = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!words[0].strip().equals(JSON.text)) return false;
    for (int i = 1; i < words.length; i++) {
      var parameter = words[i].strip();
      if (parameter.startsWith("charset=") && !isUtf8(parameter.substring(8))) return false;
    }
    return true;
  }

  private static boolean isUtf8(String charset) {
    var name = charset.replace("\"", "").strip();
    return name.equals("utf-8") || name.equals("utf8");
  }
}
