package io.stripchart.ingest.protocol;

import io.stripchart.common.reading.EpochPrecision;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The subprotocol {@code graphql-ws}, of npm subscriptions-transport-ws. */
final class LegacyProtocol extends GraphQlProtocol {
  private static final String VALUE_TYPE = "data";

  LegacyProtocol(JsonObject init, JsonObject subscription, EpochPrecision precision) {
    super(init, subscription, precision, VALUE_TYPE);
  }

  @Override
  String subscribeType() {
    return "start";
  }

  @Override
  Event read(String type, JsonObject message) {
    return switch (type) {
      case VALUE_TYPE -> answer(message);
      case "ka" -> new Event.Alive();
      case "error" -> ended(error(message), message);
      case "complete" -> ended("complete", message);
      case "connection_error" -> refused(message);
      default -> unknown(type);
    };
  }

  @Override
  public Optional<String> ping() {
    return Optional.empty();
  }
}
