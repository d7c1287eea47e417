package io.stripchart.api.graphql;

import java.util.Map;

/**
 * A request of a client, over any transport.
 *
 * @param query null if only its hash is given
 * @param hash SHA-256 of the query, if the client wants it persisted or sends the hash alone;
 *     otherwise null. If both are given, they match
 * @param operationName null if it is not given
 * @param variables never null
 */
public record GraphQlRequest(
    String query, String hash, String operationName, Map<String, Object> variables) {
  public GraphQlRequest(String query, String operationName, Map<String, Object> variables) {
    this(query, null, operationName, variables);
  }

  GraphQlRequest withQuery(String text) {
    return new GraphQlRequest(text, hash, operationName, variables);
  }
}
