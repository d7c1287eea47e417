package io.stripchart.api.series;

import io.stripchart.api.rest.Format;
import java.util.List;
import java.util.Locale;

/** What can be read, with its parameters and formats. */
enum Resource {
  SERIES,
  DESCRIPTION,
  READINGS,
  STATISTICS,
  BUCKETS;

  List<String> parameters() {
    return switch (this) {
      case SERIES -> List.of("pattern", "first", "after", "format");
      case DESCRIPTION -> List.of("format");
      case READINGS -> List.of("from", "to", "first", "last", "after", "before", "format");
      case STATISTICS -> List.of("from", "to", "format");
      case BUCKETS -> List.of("from", "to", "width", "fill", "timeZone", "format");
    };
  }

  List<Format> formats() {
    return switch (this) {
      case DESCRIPTION, STATISTICS -> Format.JSON_ALONE;
      case SERIES, READINGS, BUCKETS -> Format.ALL;
    };
  }

  /**
   * @param path segments of a path of {@link SeriesDesk#PATHS}
   */
  static Resource of(List<String> path) {
    return switch (path.size()) {
      case 1 -> SERIES;
      case 2 -> DESCRIPTION;
      default -> valueOf(path.get(2).toUpperCase(Locale.ROOT));
    };
  }
}
