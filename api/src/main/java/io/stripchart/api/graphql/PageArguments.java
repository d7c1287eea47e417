package io.stripchart.api.graphql;

import graphql.schema.DataFetchingEnvironment;
import io.stripchart.api.ApiException;
import io.stripchart.api.stored.Window;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Which page of readings is asked for.
 *
 * @param window within which it lies: between the times and between the cursors
 * @param forward whether it begins where the window does, and not ends where the window does
 * @param behind whether a cursor stands at that end
 */
record PageArguments(Window window, int count, boolean forward, boolean behind) {
  static final int MAX_READINGS = 10_000;

  static PageArguments of(DataFetchingEnvironment environment) {
    var arguments = new Arguments(environment);
    boolean forward = environment.getArgument("first") != null;
    boolean backward = environment.getArgument("last") != null;
    if (forward == backward) {
      throw new ApiException(
          ApiException.Code.BAD_ARGUMENT,
          "first, last: exactly one of them must be given, as 1 to 10,000");
    }
    int count = arguments.count(forward ? "first" : "last", 0, 1, MAX_READINGS);
    var after = cursor(environment, "after");
    var before = cursor(environment, "before");
    var begin = after == null ? null : after.plus(1, ChronoUnit.MICROS);
    var window =
        new Window(later(arguments.time("from"), begin), earlier(arguments.time("to"), before));
    return new PageArguments(window, count, forward, (forward ? after : before) != null);
  }

  private static Instant cursor(DataFetchingEnvironment environment, String argument) {
    String cursor = environment.getArgument(argument);
    return cursor == null ? null : ReadingCursor.time(argument, cursor);
  }

  private static Instant later(Instant one, Instant other) {
    if (one == null || other == null) return one == null ? other : one;
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    if (one == null || other == null) return one == null ? other : one;
    return one.isBefore(other) ? one : other;
  }
}
