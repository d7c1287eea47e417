package io.stripchart.api.factories;

import io.stripchart.api.rest.ProblemException;
import io.stripchart.api.rest.ProblemKind;

/** What is answered where there is no such factory. */
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
