package io.stripchart.api.series;

import io.stripchart.api.rest.Format;
import java.util.List;
import java.util.Locale;

/** What there is, with its parameters and formats. */
enum Resource {
  SERIES,
  READINGS,
  STATISTICS,
  BUCKETS;

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
   */
  static Resource ofASeries(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
