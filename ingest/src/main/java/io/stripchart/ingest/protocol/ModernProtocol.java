package io.stripchart.ingest.protocol;

import io.stripchart.common.reading.EpochPrecision;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The subprotocol {@code graphql-transport-ws}, of npm graphql-ws. */
final class ModernProtocol extends GraphQlProtocol {
  private static final String VALUE_TYPE = "next";
  private static final String PING = "{\"type\":\"ping\"}";
  private static final String PONG = "{\"type\":\"pong\"}";

  ModernProtocol(JsonObject init, JsonObject subscription, EpochPrecision precision) {
    super(init, subscription, precision, VALUE_TYPE);
  }

  @Override
  String subscribeType() {
    return "subscribe";
  }

  @Override
  Event read(String type, JsonObject message) {
    return switch (type) {
      case VALUE_TYPE -> answer(message);
      case "ping" -> new Event.Reply(PONG);
      case "pong" -> new Event.Alive();
      case "error" -> ended(error(message), message);
      case "complete" -> ended("complete", message);
      // Of a server that picked this protocol and speaks the legacy one.
      case "connection_error" -> refused(message);
      case "ka" -> new Event.Alive();
      default -> unknown(type);
    };
  }

  @Override
  public Optional<String> ping() {
    return Optional.of(PING);
  }
}
