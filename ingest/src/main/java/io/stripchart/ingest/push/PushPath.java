package io.stripchart.ingest.push;

import io.stripchart.common.http.PathSegment;
import io.stripchart.common.http.PathTemplate;
import io.stripchart.common.reading.EpochPrecision;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A path for pushes, and its form.
 *
 * @param take reads the segments of such a path, as they were sent, and the precision of numeric
 *     times, or null
 */
record PushPath(PathTemplate template, BiFunction<List<String>, EpochPrecision, PushForm> take) {
  /** Nothing else is pushed to. */
  static final List<PushPath> ALL =
      List.of(
          of("/readings/{series}", (segments, precision) -> series(segments.get(1), precision)),
          of(
              "/api/rooms/{room}/{quantity}",
              (segments, precision) -> room(null, segments.get(2), segments.get(3), precision)),
          of(
              "/api/buildings/{building}/rooms/{room}/{quantity}",
              (segments, precision) ->
                  room(
                      word("building", segments.get(2)),
                      segments.get(4),
                      segments.get(5),
                      precision)),
          of("/temperature", (segments, precision) -> RoomForm.flat(precision)));

  private static PushPath of(
      String template, BiFunction<List<String>, EpochPrecision, PushForm> take) {
    return new PushPath(new PathTemplate(template), take);
  }

  /**
   * @param path as it was sent, percent-encoded; may be null
   * @param precision each {@code precision} of the query
   * @throws PushException if the path does not exist, or a name in it is invalid
   */
  static PushForm form(String path, List<String> precision) {
    if (path == null || !path.startsWith("/")) throw unknown();
    var segments = PathTemplate.segments(path);
    for (var known : ALL) {
      if (known.template.matches(segments)) {
        return known.take.apply(segments, precision(precision));
      }
    }
    throw unknown();
  }

  private static EpochPrecision precision(List<String> given) {
    if (given.isEmpty()) return null;
    if (given.size() > 1) {
      throw PushException.parameter("precision", "precision: must be given once");
    }
    return named("precision", () -> EpochPrecision.of(given.get(0)));
  }

  private static PushForm series(String segment, EpochPrecision precision) {
    if (segment.isEmpty()) throw unknown();
    var series = named("series", () -> SeriesName.check(PathSegment.decode(segment)));
    return new PushForm.OfSeries(series, precision);
  }

  private static RoomForm room(
      String building, String room, String quantity, EpochPrecision precision) {
    var itsRoom = word("room", room);
    var itsQuantity = word("quantity", quantity);
    return named("room", () -> RoomForm.of(building, itsRoom, itsQuantity, precision));
  }

  private static String word(String parameter, String segment) {
    return named(parameter, () -> PathSegment.word(parameter, segment));
  }

  /** A name in the path, or an error that names its part of the path. */
  private static <T> T named(String parameter, Supplier<T> read) {
    try {
      return read.get();
    } catch (MalformedReadingException e) {
      throw PushException.parameter(parameter, e.getMessage());
    }
  }

  private static PushException unknown() {
    var all =
        ALL.stream().map(known -> known.template.toString()).collect(Collectors.joining(", "));
    return new PushException(PushProblem.UNKNOWN_PATH, "there are " + all);
  }
}
