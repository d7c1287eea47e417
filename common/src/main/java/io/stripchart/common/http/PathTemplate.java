package io.stripchart.common.http;

import java.util.List;

/**
 * The path of a resource as OpenAPI writes it, like {@code /api/rooms/{room}}: braces stand for any
 * one segment, also an empty one.
 */
public final class PathTemplate {
  private final String text;
  private final List<String> segments;

  /**
   * @param text begins with a slash
   */
  public PathTemplate(String text) {
    this.text = text;
    this.segments = segments(text);
  }

  /**
   * The segments of a path; of {@code /a/} "a" and "".
   *
   * @param path begins with a slash
   */
  public static List<String> segments(String path) {
    return List.of(path.substring(1).split("/", -1));
  }

  /**
   * @param path its segments, as they were sent
   */
  public boolean matches(List<String> path) {
    if (path.size() != segments.size()) return false;
    for (int i = 0; i < segments.size(); i++) {
      var expected = segments.get(i);
      if (!expected.startsWith("{") && !expected.equals(path.get(i))) return false;
    }
    return true;
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }
}
