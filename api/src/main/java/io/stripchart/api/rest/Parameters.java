package io.stripchart.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.api.ApiException;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.ReadingTime;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Validated parameters of a URL; errors have the name and what is expected. */
public final class Parameters {
  private static final int MAX_SHOWN = 40;
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,18}");

  private final Map<String, String> values;

  private Parameters(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @param known names
   * @throws ProblemException if there are others, or one is given twice
   */
  static Parameters of(HttpServerRequest request, List<String> known) {
    var values = new LinkedHashMap<String, String>();
    if (request.query() == null) return new Parameters(values);
    try {
      for (var entry : request.params(true)) {
        if (!known.contains(entry.getKey())) throw unknown(entry.getKey(), known);
        if (values.put(entry.getKey(), entry.getValue()) != null) {
          throw bad(entry.getKey(), "must be given once");
        }
      }
    } catch (IllegalArgumentException e) {
      throw bad(null, "the URL: each % must have two hexadecimal digits behind it");
    }
    return new Parameters(values);
  }

  private static ProblemException unknown(String name, List<String> known) {
    return new ProblemException(
        ProblemKind.UNKNOWN_PARAMETER,
        shortened(name),
        shortened(name)
            + ": there are "
            + (known.isEmpty() ? "no parameters" : String.join(", ", known))
            + " here");
  }

  /**
   * @param parameter null if it is about none
   */
  public static ProblemException bad(String parameter, String problem) {
    // Some checks name the parameter themselves.
    boolean isNamed = parameter == null || problem.startsWith(parameter + ": ");
    return new ProblemException(
        ProblemKind.BAD_PARAMETER, parameter, isNamed ? problem : parameter + ": " + problem);
  }

  public static ProblemException bad(String parameter, String problem, String value) {
    return bad(parameter, problem + " \"" + shortened(value) + "\"");
  }

  private static String shortened(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Null if it is not given. */
  public String text(String name) {
    return values.get(name);
  }

  /** As text that must be there. */
  public String required(String name, String range) {
    var text = values.get(name);
    if (text == null) throw bad(name, "must be given, as " + range);
    return text;
  }

  /** A whole number from 1 to {@code max}. */
  public int count(String name, int defaultCount, int max) {
    var text = values.get(name);
    if (text == null) return defaultCount;
    // Not whatever else Java reads as a number: signs, and the digits of other scripts.
    if (WHOLE_NUMBER.matcher(text).matches()) {
      long count = Long.parseLong(text);
      if (count >= 1 && count <= max) return (int) count;
    }
    throw bad(name, String.format(Locale.ROOT, "must be 1 to %,d, is", max), text);
  }

  /** Null if it is not given. */
  public Instant time(String name) {
    var text = values.get(name);
    if (text == null) return null;
    try {
      return ReadingTime.parse(text);
    } catch (MalformedReadingException e) {
      var hint = text.indexOf(' ') >= 0 ? "; in a URL, + is written %2B" : "";
      throw bad(name, e.getMessage().replaceFirst("^time: ", "") + hint);
    }
  }

  /**
   * Sees to it that a window has a length.
   *
   * @param from null if it is open
   * @param to likewise
   * @throws ProblemException if it ends before it begins, or at once
   */
  public static void checkOrder(Instant from, Instant to) {
    if (from == null || to == null || from.isBefore(to)) return;
    throw bad("to", "must be after from, which is " + from + ", is " + to);
  }

  public Instant requiredTime(String name) {
    required(name, "a time like 2026-11-21T02:41:48Z");
    return time(name);
  }

  /** A length of time, of whole microseconds. */
  public Duration duration(String name, Duration defaultDuration, Duration min, Duration max) {
    var text = values.get(name);
    if (text == null) return defaultDuration;
    try {
      var duration = Duration.parse(text);
      boolean inside = duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0;
      if (inside && duration.toNanosPart() % 1_000 == 0) return duration;
    } catch (DateTimeException e) {
      // Reported below.
    }
    throw bad(
        name, "must be an ISO 8601 duration of " + min + " to " + max + ", like PT15M, is", text);
  }

  /** UTC if it is not given. */
  public ZoneId zone(String name) {
    var text = values.getOrDefault(name, "UTC");
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw bad(
          name, "must be a zone's name like Europe/Berlin, or an offset like +05:30, is", text);
    }
  }

  /**
   * A name, a pattern or the like.
   *
   * @param read throws {@link MalformedReadingException} if it is none
   */
  public <T> T read(String name, String defaultText, Function<String, T> read) {
    return read(name, read, values.getOrDefault(name, defaultText));
  }

  public static <T> T read(String name, Function<String, T> read, String text) {
    try {
      return read.apply(text);
    } catch (MalformedReadingException e) {
      throw new ProblemException(
          ProblemKind.BAD_PARAMETER, name, ApiException.about(name, e.getMessage()));
    }
  }

  /**
   * The query of a URL with these parameters.
   *
   * @param changed others than here; null if one is not to be given
   */
  public String query(Map<String, String> changed) {
    var all = new LinkedHashMap<>(values);
    all.putAll(changed);
    var pairs = new ArrayList<String>();
    all.forEach(
        (name, value) -> {
          if (value != null) pairs.add(name + "=" + URLEncoder.encode(value, UTF_8));
        });
    return "?" + String.join("&", pairs);
  }
}
