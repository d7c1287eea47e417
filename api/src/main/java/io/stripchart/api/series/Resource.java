package io.stripchart.api.series;

import io.stripchart.api.rest.Format;
import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.ProblemKind;
import java.util.List;
import java.util.Locale;

/** What there is, with its parameters and formats. */
enum Resource {
  SERIES,
  READINGS,
  STATISTICS,
  BUCKETS;

  private static final List<Resource> OF_A_SERIES = List.of(READINGS, STATISTICS, BUCKETS);

  List<String> parameters() {
    return switch (this) {
      case SERIES -> List.of("pattern", "first", "after", "format");
      case READINGS -> List.of("from", "to", "first", "last", "after", "before", "format");
      case STATISTICS -> List.of("from", "to", "format");
      case BUCKETS -> List.of("from", "to", "width", "fill", "timeZone", "format");
    };
  }

  List<Format> formats() {
    return this == STATISTICS ? List.of(Format.JSON) : Format.ALL;
  }

  /**
   * @param word of the path, behind the series' name
   * @throws ProblemException where there is no such thing
   */
  static Resource ofASeries(String word) {
    for (var resource : OF_A_SERIES) {
      if (resource.name().toLowerCase(Locale.ROOT).equals(word)) return resource;
    }
    throw unknownPath();
  }

  static ProblemException unknownPath() {
    return new ProblemException(
        ProblemKind.UNKNOWN_PATH,
        null,
        "there are /series, /series/{name}/readings, /series/{name}/statistics and"
            + " /series/{name}/buckets");
  }
}
