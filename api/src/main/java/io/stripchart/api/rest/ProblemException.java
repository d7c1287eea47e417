package io.stripchart.api.rest;

/** A request that is refused. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  ProblemException(Problem.Kind kind, String parameter, String detail) {
    super(detail, null, false, false);
    this.problem = new Problem(kind, parameter, detail);
  }

  Problem problem() {
    return problem;
  }
}
