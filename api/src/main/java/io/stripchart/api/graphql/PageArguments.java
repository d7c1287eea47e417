package io.stripchart.api.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.stripchart.api.ApiException;
import io.stripchart.api.stored.PageRequest;
import io.stripchart.api.stored.ReadingCursor;
import java.time.Instant;

/** Reads the arguments for a page of readings. */
final class PageArguments {
  private PageArguments() {}

  static PageRequest of(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    boolean forward = environment.getArgument("first") != null;
    boolean backward = environment.getArgument("last") != null;
    if (forward == backward) {
      throw new ApiException(
          ApiException.Code.BAD_ARGUMENT,
          "first, last: exactly one of them must be given, as 1 to 10,000");
    }
    int count = arguments.count(forward ? "first" : "last", 0, 1, PageRequest.MAX_READINGS);
    return PageRequest.of(
        arguments.window("from", "to"),
        cursor(environment, "after"),
        cursor(environment, "before"),
        count,
        forward);
  }

  private static Instant cursor(DataFetchingEnvironment environment, String argument) {
    String cursor = environment.getArgument(argument);
    return cursor == null ? null : ReadingCursor.time(argument, cursor);
  }
}
