package io.stripchart.api.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An Accept header. Types with another charset than UTF-8 are left out. */
public final class Accept {
  private static final int MAX_RANGES = 64;

  private final List<Range> ranges;

  private Accept(List<Range> ranges) {
    this.ranges = ranges;
  }

  private record Range(String type, double quality) {
    int specificity() {
      return type.equals("*/*") ? 0 : type.endsWith("/*") ? 1 : 2;
    }

    boolean matches(String other) {
      if (specificity() == 2) return type.equals(other);
      return specificity() == 0 || other.startsWith(type.substring(0, type.length() - 1));
    }
  }

  /** The Accept headers of a request, as one; null if there is none. */
  public static String header(HttpServerRequest request) {
    var all = request.headers().getAll(HttpHeaders.ACCEPT);
    return all.isEmpty() ? null : String.join(",", all);
  }

  /**
   * @param header null if there is none, which accepts everything
   */
  public static Accept of(String header) {
    if (header == null || header.isBlank()) return new Accept(List.of(new Range("*/*", 1)));
    var ranges = new ArrayList<Range>();
    for (var part : header.toLowerCase(Locale.ROOT).split(",", MAX_RANGES)) {
      var words = part.split(";", -1);
      double quality = 1;
      boolean readable = true;
      for (int i = 1; i < words.length; i++) {
        var parameter = words[i].strip();
        if (parameter.startsWith("q=")) quality = number(parameter.substring(2));
        if (parameter.startsWith("charset=")) readable = MediaType.isUtf8(parameter.substring(8));
      }
      if (readable) ranges.add(new Range(words[0].strip(), quality));
    }
    return new Accept(ranges);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** How much a media type is wanted; 0 if it is not accepted. */
  public double quality(String type) {
    Range best = null;
    for (var range : ranges) {
      if (!range.matches(type)) continue;
      if (best == null || range.specificity() > best.specificity()) best = range;
    }
    return best == null ? 0 : best.quality;
  }

  /** Whether a media type is named, and not only covered by a wildcard. */
  public boolean names(String type) {
    return ranges.stream().anyMatch(range -> range.type.equals(type));
  }
}
