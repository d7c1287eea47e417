package io.stripchart.api.factories;

import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.ProblemKind;

/** Response if the factory does not exist. */
final class UnknownFactory {
  private UnknownFactory() {}

  static <T> T orElse(T found, int id) {
    if (found != null) return found;
    throw new ProblemException(
        ProblemKind.UNKNOWN_FACTORY,
        "id",
        "there is no factory " + id + "; PUT " + FactoryDesk.path(id) + " makes it");
  }
}
