package io.stripchart.ingest.push;

import io.stripchart.common.http.Problem;
import java.util.List;

/** A request that is refused. */
final class PushException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  PushException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  PushException(PushProblem kind, String detail) {
    this(new Problem(kind, detail));
  }

  /** A name in the path is wrong. */
  static PushException parameter(String name, String detail) {
    return new PushException(new Problem(PushProblem.BAD_PARAMETER, detail, name, List.of()));
  }

  Problem problem() {
    return problem;
  }
}
