package io.stripchart.api.graphql;

import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.language.SourceLocation;
import java.util.List;
import java.util.Map;

/** An error of a GraphQL answer. */
final class Failure implements GraphQLError {
  private static final long serialVersionUID = 1;

  private final String message;
  private final String code;
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
    this.message = message;
    this.code = code;
    this.path = path;
    this.locations = location == null ? null : List.of(location);
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
    return code == null ? null : Map.of("code", code);
  }
}
