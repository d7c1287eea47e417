package io.stripchart.api.socket;

import graphql.ExecutionResult;
import graphql.GraphQLError;
import io.stripchart.api.graphql.Missed;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.graphql.plain.JsonPieces;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Differences of the subprotocols: names of messages, and violations. */
interface Protocol {
  /** A message of the client. */
  void take(GraphQlSocket socket, String type, JsonObject message);

  /**
   * An answer of an operation, one of several if it is a subscription.
   *
   * @throws io.stripchart.api.ApiException if it is too large
   */
  JsonPieces next(AnswerBudget budget, String id, ExecutionResult result, Missed.Told missed);

  /** That an operation cannot be executed, or ended by a failure; nothing follows. */
  JsonPieces error(String id, List<GraphQLError> errors);

  /** That nothing follows. */
  String complete(String id);

  /** A message that shows that the server lives; null if websocket pings do. */
  String keepAlive();
}
