package io.stripchart.ingest.protocol;

import io.stripchart.common.reading.EpochPrecision;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The common part of both GraphQL protocols: messages with a type, and one subscription. */
abstract sealed class GraphQlProtocol implements FeedProtocol
    permits LegacyProtocol, ModernProtocol {
  private static final String ID = "1";

  private final JsonObject init;
  private final JsonObject subscription;
  private final UsualAnswer usual;
  private final Answer answers;
  private boolean accepted;

  /**
   * @param precision of times that are numbers; null if there must be none
   * @param valueType the type of the messages that carry a value
   */
  GraphQlProtocol(
      JsonObject init, JsonObject subscription, EpochPrecision precision, String valueType) {
    this.answers = new Answer(precision);
    this.usual = new UsualAnswer(ID, valueType);
    this.init = init;
    this.subscription = subscription;
  }

  /** The type of the message that subscribes. */
  abstract String subscribeType();

  /** Reads a message that is not the acknowledgement of the connection. */
  abstract Event read(String type, JsonObject message);

  @Override
  public final Optional<String> opening() {
    var message = new JsonObject().put("type", "connection_init");
    if (init != null) message.put("payload", init);
    return Optional.of(message.encode());
  }

  @Override
  public final Event read(Buffer text) {
    if (accepted) {
      var value = usual.read(text);
      if (value.isPresent()) return new Event.Value(value.getAsDouble(), null);
    }
    return readWhole(text);
  }

  private Event readWhole(Buffer text) {
    Object json;
    try {
      json = Json.decodeValue(text);
    } catch (DecodeException e) {
      // Dead-lettered, because a NaN as a value makes the whole frame invalid JSON.
      return new Event.Bad(BadFrame.NOT_JSON, "the frame is no JSON", true);
    }
    if (!(json instanceof JsonObject message)) {
      return accepted ? unexpected("a frame that is no object") : new Event.Plain();
    }
    if (!accepted && message.containsKey("value")) return new Event.Plain();
    if (!(message.getValue("type") instanceof String type)) {
      return unexpected("an object without a type");
    }
    return type.equals("connection_ack") ? acknowledged() : read(type, message);
  }

  private Event acknowledged() {
    // A second subscription would double every reading.
    if (accepted) return unexpected("a second connection_ack");
    accepted = true;
    return new Event.Accepted(
        new JsonObject()
            .put("id", ID)
            .put("type", subscribeType())
            .put("payload", subscription)
            .encode());
  }

  /** A message that carries a value. */
  final Event answer(JsonObject message) {
    if (!accepted) return unexpected("a value ahead of connection_ack");
    if (!isOurs(message)) return unexpected("a value for a subscription that is not ours");
    return answers.ofGraphQl(message.getValue("payload"));
  }

  /** A message that ends the subscription. */
  final Event ended(String how, JsonObject message) {
    if (!isOurs(message)) return unexpected("an end of a subscription that is not ours");
    return new Event.Ended(how);
  }

  /** A message of the legacy protocol that refuses the connection. */
  static Event refused(JsonObject message) {
    return new Event.Ended("connection_" + error(message));
  }

  static Event unexpected(String what) {
    return new Event.Bad(BadFrame.UNEXPECTED, "unexpected: " + what, false);
  }

  static Event unknown(String type) {
    return unexpected("a message of type " + Answer.message(type));
  }

  static String error(JsonObject message) {
    return "error: " + Answer.message(message.getValue("payload"));
  }

  private static boolean isOurs(JsonObject message) {
    var id = message.getValue("id");
    return id != null && id.toString().equals(ID);
  }
}
