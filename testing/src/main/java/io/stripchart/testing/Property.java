package io.stripchart.testing;

import java.util.Optional;

/** System properties that say where the integration tests run; the build passes them on. */
final class Property {
  private Property() {}

  /** Its value, unless it is missing or empty, which mean the same. */
  static Optional<String> value(String name) {
    return Optional.ofNullable(System.getProperty(name)).filter(value -> !value.isBlank());
  }
}
