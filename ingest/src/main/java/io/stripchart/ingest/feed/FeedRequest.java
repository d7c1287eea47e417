package io.stripchart.ingest.feed;

import io.stripchart.common.reading.EpochPrecision;
import io.stripchart.common.settings.Secret;
import io.stripchart.ingest.protocol.FeedProtocol;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.json.JsonObject;

/**
 * What to request from a feed, and how.
 *
 * @param protocol the one to speak; null if it is to be detected, see {@link ProtocolSearch}
 * @param query a GraphQL subscription
 * @param variables of the query, a JSON object as text; null if there are none
 * @param init payload of connection_init, a JSON object as text, which often holds a token; null if
 *     there is none
 * @param precision of numeric times; null if they are not allowed
 */
public record FeedRequest(
    Subprotocol protocol, String query, String variables, Secret init, EpochPrecision precision) {
  public static final String DEFAULT_QUERY = "subscription { temperature }";

  /** A query, in the protocol that the server speaks. */
  public static FeedRequest negotiated(String query) {
    return new FeedRequest(null, query, null, null, null);
  }

  /** Whatever the server sends by itself. */
  public static FeedRequest plain() {
    return new FeedRequest(Subprotocol.PLAIN, DEFAULT_QUERY, null, null, null);
  }

  /** One side of a conversation. */
  FeedProtocol start(Subprotocol speaking) {
    var subscription = new JsonObject().put("query", query);
    if (variables != null) subscription.put("variables", new JsonObject(variables));
    var payload = init == null ? null : new JsonObject(init.reveal());
    return speaking.start(payload, subscription, precision);
  }
}
