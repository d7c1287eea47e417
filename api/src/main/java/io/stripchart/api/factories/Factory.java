package io.stripchart.api.factories;

import io.stripchart.api.ApiException;

/**
 * A factory.
 *
 * @param id 0 or more
 * @param name 1 to {@link #MAX_NAME} characters, none of them a control character
 */
public record Factory(int id, String name) {
  public static final int MAX_NAME = 255;

  /** Default name. */
  static String defaultName(int id) {
    return "Factory " + id;
  }

  /**
   * @throws ApiException if it is not a valid name
   */
  public static String checkName(String name) {
    int length = name.codePointCount(0, name.length());
    if (length < 1 || length > MAX_NAME) {
      throw ApiException.badArgument("name", "1 to " + MAX_NAME + " characters, has " + length);
    }
    if (name.codePoints().anyMatch(Factory::isNoCharacter)) {
      throw ApiException.badArgument("name", "text without control characters");
    }
    return name;
  }

  /** The database has no place for half a character, nor for U+0000. */
  private static boolean isNoCharacter(int c) {
    return Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE;
  }

  /**
   * @throws ApiException if it is not a valid id
   */
  public static int checkId(long id) {
    return checkId("id", id);
  }

  /**
   * @param argument name of its argument
   * @throws ApiException if it is not a valid id
   */
  public static int checkId(String argument, long id) {
    if (id >= 0 && id <= Integer.MAX_VALUE) return (int) id;
    throw ApiException.badArgument(argument, "0 to " + Integer.MAX_VALUE + ", is " + id);
  }
}
