package io.stripchart.ingest.protocol;

import io.stripchart.common.reading.EpochPrecision;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;

/** How a feed is spoken to. */
public enum Subprotocol {
  /** The protocol of npm graphql-ws. */
  MODERN("graphql-transport-ws"),
  /** The protocol of npm subscriptions-transport-ws, whose name confuses to this day. */
  LEGACY("graphql-ws"),
  /** JSON values on a websocket without a subprotocol. */
  PLAIN("plain");

  /** Subprotocols offered to a server, in order of preference. */
  public static final List<Subprotocol> GRAPHQL = List.of(MODERN, LEGACY);

  private final String id;

  Subprotocol(String id) {
    this.id = id;
  }

  /** Its name in the websocket handshake and in settings. */
  public String id() {
    return id;
  }

  /**
   * @param id the server's selection; null or "" if there is none
   */
  public static Subprotocol picked(String id) {
    return Arrays.stream(values()).filter(known -> known.id.equals(id)).findFirst().orElse(PLAIN);
  }

  /**
   * One side of a conversation.
   *
   * @param init payload of connection_init; null if there is none
   * @param subscription payload of the subscription; not used if the protocol is plain
   * @param precision of numeric times; null if they are not allowed
   */
  public FeedProtocol start(JsonObject init, JsonObject subscription, EpochPrecision precision) {
    return switch (this) {
      case MODERN -> new ModernProtocol(init, subscription, precision);
      case LEGACY -> new LegacyProtocol(init, subscription, precision);
      case PLAIN -> new PlainProtocol(precision);
    };
  }
}
