package io.stripchart.api.rest;

import io.stripchart.api.ApiException;
import io.stripchart.common.http.Problem;
import io.stripchart.common.http.Problem.Flaw;
import io.vertx.core.json.JsonObject;
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
   * @param parameter which it is about; null if it is about none
   */
  public ProblemException(ProblemKind kind, String parameter, String detail) {
    this(new Problem(kind, detail, parameter, List.of()));
  }

  /**
   * A member of a JSON body is wrong.
   *
   * @param member its name; "" if it is the body as a whole
   * @param detail what would be right, without the name
   */
  public static ProblemException ofBody(String member, String detail) {
    boolean isWhole = member.isEmpty();
    return new ProblemException(
        new Problem(
            ProblemKind.BAD_BODY,
            (isWhole ? "body" : member) + ": " + detail,
            null,
            List.of(new Flaw(0, isWhole ? "#" : "#/" + member, detail))));
  }

  /** As {@link #ofBody(String, String)}, of a member that a check refused and named. */
  public static ProblemException ofBody(String member, ApiException refusal) {
    return ofBody(member, refusal.getMessage().substring(member.length() + 2));
  }

  /** Checks that an object has no members but these. */
  public static void checkMembers(JsonObject body, List<String> known) {
    for (var name : body.fieldNames()) {
      if (known.contains(name)) continue;
      throw ofBody("", "must have nothing but " + String.join(", ", known));
    }
  }

  /** Of a failure whose message the client may see. */
  static ProblemException of(ApiException failure) {
    var kind =
        switch (failure.code()) {
          case BAD_ARGUMENT -> ProblemKind.BAD_PARAMETER;
          case DATABASE_AWAY -> ProblemKind.DATABASE_AWAY;
          case BROKER_AWAY -> ProblemKind.BROKER_AWAY;
          case TIMEOUT -> ProblemKind.TIMEOUT;
          case BUSY -> ProblemKind.BUSY;
          case LIMIT -> ProblemKind.TOO_MUCH;
          case BEHIND -> ProblemKind.BEHIND;
          case REFUSED -> ProblemKind.REFUSED;
          case BEYOND_RANGE -> ProblemKind.BEYOND_RANGE;
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
