package io.stripchart.api.socket;

import graphql.ExecutionResult;
import graphql.GraphQLError;
import io.stripchart.api.graphql.Missed;
import io.stripchart.api.graphql.ResultJson;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.graphql.plain.JsonPieces;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** {@code graphql-ws}, of npm's subscriptions-transport-ws, which older clients speak. */
final class LegacyProtocol implements Protocol {
  static final String NAME = "graphql-ws";
  private static final String ACK = "{\"type\":\"connection_ack\"}";
  private static final String KEEP_ALIVE = "{\"type\":\"ka\"}";

  @Override
  public void take(GraphQlSocket socket, String type, JsonObject message) {
    switch (type) {
      case "connection_init" -> init(socket);
      case "start" -> start(socket, message);
      case "stop" -> stop(socket, message);
      case "connection_terminate" -> socket.close(CloseCode.NORMAL, "terminated");
      default -> offence(socket, message, "Invalid message type");
    }
  }

  /** Clients may say it twice, without harm. */
  private static void init(GraphQlSocket socket) {
    socket.acknowledge();
    socket.send(ACK);
    socket.send(KEEP_ALIVE);
  }

  private static void start(GraphQlSocket socket, JsonObject message) {
    if (!socket.isAcknowledged()) {
      socket.send("{\"type\":\"connection_error\",\"payload\":{\"message\":\"Unauthorized\"}}");
      socket.close(CloseCode.UNAUTHORIZED, "Unauthorized");
    } else if (!(message.getValue("id") instanceof String id) || id.isEmpty()) {
      offence(socket, message, "id must be a string");
    } else if (!(message.getValue("payload") instanceof JsonObject payload)) {
      offence(socket, message, "payload must hold a query");
    } else {
      // By this protocol a second one of the same id takes the place of the first.
      socket.stop(id);
      socket.start(id, payload);
    }
  }

  private static void stop(GraphQlSocket socket, JsonObject message) {
    if (message.getValue("id") instanceof String id) socket.stop(id);
  }

  private static void offence(GraphQlSocket socket, JsonObject message, String what) {
    var error = new JsonObject().put("type", "error");
    if (message.getValue("id") instanceof String id) error.put("id", id);
    socket.send(error.put("payload", new JsonObject().put("message", what)).encode());
  }

  @Override
  public JsonPieces next(
      AnswerBudget budget, String id, ExecutionResult result, Missed.Told missed) {
    return ResultJson.message(budget, "data", id, result, missed);
  }

  /** The protocol has room for one. */
  @Override
  public JsonPieces error(String id, List<GraphQLError> errors) {
    return ResultJson.error(AnswerBudget.uncounted(), "error", id, errors.get(0));
  }

  @Override
  public String complete(String id) {
    return new JsonObject().put("id", id).put("type", "complete").encode();
  }

  @Override
  public String keepAlive() {
    return KEEP_ALIVE;
  }
}
