package io.stripchart.api.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.stripchart.api.ApiException;
import io.stripchart.api.stored.Window;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;
import io.stripchart.common.reading.SeriesPattern;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.function.Function;

/** Validated arguments of a field; errors have the name and the range of the argument. */
final class Arguments {
  private final DataFetchingEnvironment environment;

  Arguments(DataFetchingEnvironment environment) {
    this.environment = environment;
  }

  /**
   * @throws ApiException if it is not a series name
   */
  String series(String defaultSeries) {
    String name = environment.getArgument("series");
    return name == null ? defaultSeries : named("series", name, SeriesName::check);
  }

  /**
   * @throws ApiException if it is not a pattern
   */
  SeriesPattern pattern(String argument) {
    String text = environment.getArgument(argument);
    return named(argument, text == null ? "#" : text, SeriesPattern::of);
  }

  /**
   * One word of series' names; null if it is not given.
   *
   * @throws ApiException if it is none
   */
  String word(String argument) {
    String word = environment.getArgument(argument);
    if (word == null) return null;
    return named(argument, word, text -> SeriesName.checkWord(argument, text));
  }

  /**
   * @param read throws {@link MalformedReadingException} if it is none
   * @throws ApiException then
   */
  static <T> T named(String argument, String text, Function<String, T> read) {
    try {
      return read.apply(text);
    } catch (MalformedReadingException e) {
      throw new ApiException(
          ApiException.Code.BAD_ARGUMENT, ApiException.about(argument, e.getMessage()));
    }
  }

  /** A whole number from {@code min} to {@code max}. */
  int count(String argument, int defaultCount, int min, int max) {
    Integer count = environment.getArgument(argument);
    if (count == null) return defaultCount;
    if (count < min || count > max) {
      throw ApiException.badArgument(
          argument, String.format(Locale.ROOT, "%,d to %,d, is %d", min, max, count));
    }
    return count;
  }

  /**
   * The window between two times.
   *
   * @throws ApiException if it does not end after it begins
   */
  Window window(String from, String to) {
    return Window.of(from, time(from), to, time(to));
  }

  /** Null if it is not given. */
  Instant time(String argument) {
    return environment.getArgument(argument);
  }

  /** As the schema demands it, from {@code min} to {@code max}. */
  Duration duration(String argument, Duration min, Duration max) {
    Duration duration = environment.getArgument(argument);
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw ApiException.badArgument(argument, min + " to " + max + ", is " + duration);
    }
    return duration;
  }

  /**
   * The time zone, by its name or offset.
   *
   * @throws ApiException if there is none of that name
   */
  ZoneId timeZone() {
    String name = environment.getArgument("timeZone");
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      var shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
      throw ApiException.badArgument(
          "timeZone",
          "a zone's name like Europe/Berlin, or an offset like +05:30, is \"" + shown + "\"");
    }
  }

  /** "" if it is not given. */
  String cursor(String argument) {
    String cursor = environment.getArgument(argument);
    return cursor == null || cursor.isEmpty() ? "" : named(argument, cursor, SeriesName::check);
  }

  /** As the schema demands it, so never null. */
  <T> T required(String argument, Class<T> type) {
    return type.cast(environment.getArgument(argument));
  }
}
