package io.stripchart.api.graphql;

import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.language.SourceLocation;
import io.stripchart.api.ApiException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An error of a GraphQL answer. */
final class Failure implements GraphQLError {
  private static final long serialVersionUID = 1;

  private final String message;
  private final String code;
  private final transient Instant since;
  private final transient List<Object> path;
  private final transient List<SourceLocation> locations;

  /** Of the request as a whole. */
  Failure(String message) {
    this(message, null, null, null);
  }

  /**
   * Of a field.
   *
   * @param code for programs; null where there is none
   */
  Failure(String message, String code, List<Object> path, SourceLocation location) {
    this(message, code, null, path, location == null ? null : List.of(location));
  }

  /** That a subscription ended by. */
  Failure(ApiException cause) {
    this(cause.getMessage(), cause.code().name(), cause.since(), null, null);
  }

  private Failure(
      String message,
      String code,
      Instant since,
      List<Object> path,
      List<SourceLocation> locations) {
    this.message = message;
    this.code = code;
    this.since = since;
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
    return since == null ? Map.of("code", code) : Map.of("code", code, "since", since);
  }
}
