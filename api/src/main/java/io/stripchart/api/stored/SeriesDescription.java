package io.stripchart.api.stored;

import io.stripchart.api.ApiException;
import java.util.Locale;
import java.util.Map;

/**
 * A change of the unit and the description of a series. What is not given stays; null removes the
 * value.
 *
 * @param hasUnit whether the unit is given, as {@code hasDescription} of the description
 */
public record SeriesDescription(
    boolean hasUnit, String unit, boolean hasDescription, String description) {
  public static final String UNIT = "unit";
  public static final String DESCRIPTION = "description";
  private static final int MAX_UNIT = 64;
  private static final int MAX_DESCRIPTION = 1_000;

  /**
   * Reads the arguments by name.
   *
   * @throws ApiException if a text is too long, blank, not a string, or has control characters
   */
  public static SeriesDescription of(Map<String, Object> sent) {
    return new SeriesDescription(
        sent.containsKey(UNIT),
        checked(UNIT, sent.get(UNIT), MAX_UNIT),
        sent.containsKey(DESCRIPTION),
        checked(DESCRIPTION, sent.get(DESCRIPTION), MAX_DESCRIPTION));
  }

  private static String checked(String argument, Object sent, int max) {
    if (sent == null) return null;
    if (!(sent instanceof String text)) {
      throw ApiException.badArgument(argument, "a string, or null to remove it");
    }
    int length = text.codePointCount(0, text.length());
    if (length > max || text.isBlank()) {
      var range = String.format(Locale.ROOT, "1 to %,d characters, or null to remove it", max);
      throw ApiException.badArgument(argument, text.isBlank() ? range : range + "; has " + length);
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw ApiException.badArgument(argument, "without control characters");
    }
    // PostgreSQL takes no half of a surrogate pair.
    if (text.codePoints().anyMatch(one -> one >= 0xD800 && one <= 0xDFFF)) {
      throw ApiException.badArgument(argument, "well-formed Unicode");
    }
    return text;
  }
}
