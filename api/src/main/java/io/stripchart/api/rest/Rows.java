package io.stripchart.api.rest;

import io.vertx.core.Future;
import java.util.List;

/** Rows to be streamed, a page at a time. */
public interface Rows<T> {
  /** Rows of a page at most. */
  int MAX_PAGE = 5_000;

  /**
   * @param isLast whether no more follow
   */
  record Page<T>(List<T> rows, boolean isLast) {}

  /** The next page; called when the last one has arrived, and never after the end. */
  Future<Page<T>> next();
}
