package io.stripchart.api.rest;

import java.util.Map;

/** What a question is answered with. */
sealed interface Reply {
  /**
   * A text, whole.
   *
   * @param links to other pages, by their relation
   */
  record Document(String text, Map<String, String> links) implements Reply {}

  /** Any number of rows. */
  record Stream<T>(Table<T> table, Rows<T> rows) implements Reply {}
}
