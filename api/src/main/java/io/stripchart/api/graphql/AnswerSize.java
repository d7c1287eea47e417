package io.stripchart.api.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.stripchart.api.ApiException;
import java.util.Locale;

/** How many rows one answer asks for, so that its memory is bounded. Belongs to one context. */
final class AnswerSize {
  static final int MAX_ROWS = 100_000;

  private long rows;

  static AnswerSize of(DataFetchingEnvironment environment) {
    return environment.getGraphQlContext().get(AnswerSize.class);
  }

  /**
   * @param each rows of each series, at most
   * @throws ApiException where the answer would become too large
   */
  void add(String field, int series, int each) {
    rows += (long) series * each;
    if (rows > MAX_ROWS) {
      throw new ApiException(
          ApiException.Code.LIMIT,
          String.format(
              Locale.ROOT,
              "%s: an answer has at most %,d readings and buckets, and could have %,d;"
                  + " ask for fewer of each series, or for fewer series",
              field,
              MAX_ROWS,
              rows));
    }
  }
}
