package io.stripchart.common.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;
import java.net.URLDecoder;

/** A part of a URL's path, between its slashes. */
public final class PathSegment {
  private PathSegment() {}

  /**
   * Its text, percent-decoded. A plus is a plus here, not a space.
   *
   * @throws MalformedReadingException if a percent sign encodes nothing
   */
  public static String decode(String segment) {
    if (segment.indexOf('%') < 0) return segment;
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MalformedReadingException("each % must have two hexadecimal digits behind it");
    }
  }

  /**
   * Its text as one word of a series name.
   *
   * @param what its meaning, for the message: {@code room}
   * @throws MalformedReadingException which names the invalid character
   */
  public static String word(String what, String segment) {
    return SeriesName.checkWord(what, decode(segment));
  }
}
