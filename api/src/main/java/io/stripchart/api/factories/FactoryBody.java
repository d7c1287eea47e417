package io.stripchart.api.factories;

import io.stripchart.api.ApiException;
import io.stripchart.api.rest.ProblemException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;

/**
 * A factory as a client sends it.
 *
 * @param id null if it is not given
 * @param name likewise
 */
record FactoryBody(Integer id, String name) {
  /**
   * @param known allowed members
   * @throws ProblemException if a member is invalid or unknown
   */
  static FactoryBody of(JsonObject json, List<String> known) {
    ProblemException.checkMembers(json, known);
    return new FactoryBody(id(json.getValue("id")), name(json.getValue("name")));
  }

  private static Integer id(Object json) {
    if (json == null) return null;
    if (json instanceof Integer || json instanceof Long) {
      return checked("id", () -> Factory.checkId(((Number) json).longValue()));
    }
    throw ProblemException.ofBody("id", "must be a whole number from 0 to " + Integer.MAX_VALUE);
  }

  private static String name(Object json) {
    if (json == null) return null;
    if (json instanceof String text) return checked("name", () -> Factory.checkName(text));
    throw ProblemException.ofBody("name", "must be a string");
  }

  private static <T> T checked(String field, Supplier<T> check) {
    try {
      return check.get();
    } catch (ApiException e) {
      throw ProblemException.ofBody(field, e);
    }
  }

  /**
   * @throws ProblemException if it is not given
   */
  String requiredName() {
    if (name != null) return name;
    throw ProblemException.ofBody("name", "must be given");
  }
}
