package io.stripchart.ingest.push;

import io.stripchart.common.http.PathSegment;
import io.stripchart.common.http.PathTemplate;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A path that is pushed to, and what it takes.
 *
 * @param take reads the segments of such a path, as they were sent
 */
record PushPath(PathTemplate template, Function<List<String>, PushForm> take) {
  /** Nothing else is pushed to. */
  static final List<PushPath> ALL =
      List.of(
          of("/readings/{series}", segments -> series(segments.get(1))),
          of(
              "/api/rooms/{room}/{quantity}",
              segments -> room(null, segments.get(2), segments.get(3))),
          of(
              "/api/buildings/{building}/rooms/{room}/{quantity}",
              segments ->
                  room(word("building", segments.get(2)), segments.get(4), segments.get(5))),
          of("/temperature", segments -> RoomForm.FLAT));

  private static PushPath of(String template, Function<List<String>, PushForm> take) {
    return new PushPath(new PathTemplate(template), take);
  }

  /**
   * @param path as it was sent, percent-encoded; may be null
   * @throws PushException where there is nothing, or a name in it is none
   */
  static PushForm form(String path) {
    if (path == null || !path.startsWith("/")) throw unknown();
    var segments = PathTemplate.segments(path);
    for (var known : ALL) {
      if (known.template.matches(segments)) return known.take.apply(segments);
    }
    throw unknown();
  }

  private static PushForm series(String segment) {
    if (segment.isEmpty()) throw unknown();
    return new PushForm.OfSeries(
        named("series", () -> SeriesName.check(PathSegment.decode(segment))));
  }

  private static RoomForm room(String building, String room, String quantity) {
    var itsRoom = word("room", room);
    var itsQuantity = word("quantity", quantity);
    return named("room", () -> RoomForm.of(building, itsRoom, itsQuantity));
  }

  private static String word(String parameter, String segment) {
    return named(parameter, () -> PathSegment.word(parameter, segment));
  }

  /** What a part of the path names, or the refusal that says which part it is. */
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
