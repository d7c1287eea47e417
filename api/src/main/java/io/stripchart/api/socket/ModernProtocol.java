package io.stripchart.api.socket;

import graphql.ExecutionResult;
import graphql.GraphQLError;
import io.stripchart.api.graphql.Missed;
import io.stripchart.api.graphql.RequestJson;
import io.stripchart.api.graphql.ResultJson;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.graphql.plain.JsonPieces;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** {@code graphql-transport-ws}, of npm's graphql-ws. */
final class ModernProtocol implements Protocol {
  static final String NAME = "graphql-transport-ws";
  private static final String ACK = "{\"type\":\"connection_ack\"}";

  @Override
  public void take(GraphQlSocket socket, String type, JsonObject message) {
    switch (type) {
      case "connection_init" -> init(socket);
      case "ping" -> pong(socket, message.getValue("payload"));
      case "pong" -> {}
      case "subscribe" -> subscribe(socket, message);
      case "complete" -> complete(socket, message);
      default -> socket.close(CloseCode.BAD_REQUEST, "Invalid message: unknown type");
    }
  }

  private static void init(GraphQlSocket socket) {
    if (socket.acknowledge()) {
      socket.send(ACK);
    } else {
      socket.close(CloseCode.TOO_MANY_INITS, "Too many initialisation requests");
    }
  }

  private static void pong(GraphQlSocket socket, Object payload) {
    var pong = new JsonObject().put("type", "pong");
    if (payload != null) pong.put("payload", payload);
    socket.send(pong.encode());
  }

  private static void subscribe(GraphQlSocket socket, JsonObject message) {
    if (!socket.isAcknowledged()) {
      socket.close(CloseCode.UNAUTHORIZED, "Unauthorized");
    } else if (!(message.getValue("id") instanceof String id) || id.isEmpty()) {
      socket.close(CloseCode.BAD_REQUEST, "Invalid message: id must be a string");
    } else if (!(message.getValue("payload") instanceof JsonObject payload)
        || !RequestJson.hasQuery(payload)) {
      socket.close(CloseCode.BAD_REQUEST, "Invalid message: payload must hold a query");
    } else if (socket.isRunning(id)) {
      socket.close(CloseCode.ALREADY_EXISTS, "Subscriber for " + id + " already exists");
    } else {
      socket.start(id, payload);
    }
  }

  private static void complete(GraphQlSocket socket, JsonObject message) {
    if (message.getValue("id") instanceof String id) {
      socket.stop(id);
    } else {
      socket.close(CloseCode.BAD_REQUEST, "Invalid message: id must be a string");
    }
  }

  @Override
  public JsonPieces next(
      AnswerBudget budget, String id, ExecutionResult result, Missed.Told missed) {
    return ResultJson.message(budget, "next", id, result, missed);
  }

  @Override
  public JsonPieces error(String id, List<GraphQLError> errors) {
    return ResultJson.errors(AnswerBudget.uncounted(), "error", id, errors);
  }

  @Override
  public String complete(String id) {
    return new JsonObject().put("id", id).put("type", "complete").encode();
  }

  @Override
  public String keepAlive() {
    return null;
  }
}
