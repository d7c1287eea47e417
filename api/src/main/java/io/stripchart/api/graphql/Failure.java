package io.stripchart.api.graphql;

import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.language.SourceLocation;
import io.stripchart.api.ApiException;
import io.stripchart.common.reading.ReadingTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An error of a GraphQL answer. */
final class Failure implements GraphQLError {
  private static final long serialVersionUID = 1;

  private final String message;
  private final String code;
  private final transient Instant since;
  private final transient Map<String, Object> more;
  private final transient List<Object> path;
  private final transient List<SourceLocation> locations;

  /** Of the request as a whole. */
  Failure(String message) {
    this(message, null, null, null, null, null);
  }

  /**
   * Of a field.
   *
   * @param code for programs; null if there is none
   */
  Failure(String message, String code, List<Object> path, SourceLocation location) {
    this(message, code, null, null, path, location == null ? null : List.of(location));
  }

  /** Of a request or a subscription as a whole. */
  Failure(ApiException cause) {
    this(cause.getMessage(), cause.code().name(), cause.since(), null, null, null);
  }

  /**
   * Of the request as a whole.
   *
   * @param code for programs
   */
  Failure(String message, String code) {
    this(message, code, null, null, null, null);
  }

  /** That a request costs more than the limit. */
  static Failure tooExpensive(String message, long cost, long limit) {
    var more = Map.<String, Object>of("cost", cost, "limit", limit);
    return new Failure(message, ApiException.Code.LIMIT.name(), null, more, null, null);
  }

  private Failure(
      String message,
      String code,
      Instant since,
      Map<String, Object> more,
      List<Object> path,
      List<SourceLocation> locations) {
    this.message = message;
    this.code = code;
    this.since = since;
    this.more = more;
    this.path = path;
    this.locations = locations;
  }

  @Override
  public String getMessage() {
    return message;
  }

  @Override
  public List<SourceLocation> getLocations() {
    return locations;
  }

  @Override
  public ErrorClassification getErrorType() {
    return code == null ? ErrorType.ValidationError : ErrorType.DataFetchingException;
  }

  @Override
  public List<Object> getPath() {
    return path;
  }

  @Override
  public Map<String, Object> getExtensions() {
    if (code == null) return null;
    var extensions = new LinkedHashMap<String, Object>();
    extensions.put("code", code);
    if (since != null) extensions.put("since", ReadingTime.format(since));
    if (more != null) extensions.putAll(more);
    return extensions;
  }
}
