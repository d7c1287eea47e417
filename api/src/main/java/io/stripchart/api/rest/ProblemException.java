package io.stripchart.api.rest;

import io.stripchart.api.ApiException;
import io.stripchart.common.http.Problem;
import java.util.List;
import java.util.Map;

/** A request that is refused. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;
  private final transient Map<String, String> headers;

  /**
   * @param headers that the refusal has beside the usual ones
   */
  ProblemException(Problem problem, Map<String, String> headers) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
    this.headers = headers;
  }

  public ProblemException(Problem problem) {
    this(problem, Map.of());
  }

  /**
   * @param parameter which it is about; null where it is about none
   */
  public ProblemException(ProblemKind kind, String parameter, String detail) {
    this(new Problem(kind, detail, parameter, List.of()));
  }

  /** Of a failure whose message is for whoever asked. */
  static ProblemException of(ApiException failure) {
    var kind =
        switch (failure.code()) {
          case BAD_ARGUMENT -> ProblemKind.BAD_PARAMETER;
          case DATABASE_AWAY -> ProblemKind.DATABASE_AWAY;
          case BROKER_AWAY -> ProblemKind.BROKER_AWAY;
          case TIMEOUT -> ProblemKind.TIMEOUT;
          case BUSY -> ProblemKind.BUSY;
          case LIMIT -> ProblemKind.TOO_MUCH;
          case BEHIND, REFUSED, BEYOND_RANGE -> ProblemKind.BEYOND_RANGE;
        };
    return new ProblemException(kind, failure.argument(), failure.getMessage());
  }

  public Problem problem() {
    return problem;
  }

  Map<String, String> headers() {
    return headers;
  }
}
