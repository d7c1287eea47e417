package io.stripchart.ingest.push;

/** A request that is refused. */
final class PushException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  PushException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  PushException(int status, String detail) {
    this(Problem.of(status, detail));
  }

  Problem problem() {
    return problem;
  }
}
