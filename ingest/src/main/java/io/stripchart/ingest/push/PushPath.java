package io.stripchart.ingest.push;

import io.stripchart.common.http.PathSegment;
import io.stripchart.common.reading.MalformedReadingException;
import io.stripchart.common.reading.SeriesName;
import java.util.function.Supplier;

/** What a path takes. */
final class PushPath {
  private static final String SERIES = "/readings/";

  private PushPath() {}

  /**
   * @param path as it was sent, percent-encoded; may be null
   * @throws PushException where there is nothing, or a name in it is none
   */
  static PushForm form(String path) {
    if (path == null || !path.startsWith("/")) throw unknown();
    if (path.startsWith(SERIES) && path.length() > SERIES.length()) {
      var name = path.substring(SERIES.length());
      return new PushForm.OfSeries(
          named("series", () -> SeriesName.check(PathSegment.decode(name))));
    }
    var words = path.substring(1).split("/", -1);
    if (words.length == 1 && words[0].equals("temperature")) return RoomForm.FLAT;
    if (words.length == 4 && words[0].equals("api") && words[1].equals("rooms")) {
      return room(null, words[2], words[3]);
    }
    if (words.length == 6
        && words[0].equals("api")
        && words[1].equals("buildings")
        && words[3].equals("rooms")) {
      return room(word("building", words[2]), words[4], words[5]);
    }
    throw unknown();
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
    return new PushException(
        PushProblem.UNKNOWN_PATH,
        "there are /readings/{series}, /api/rooms/{room}/{quantity},"
            + " /api/buildings/{building}/rooms/{room}/{quantity} and /temperature");
  }
}
