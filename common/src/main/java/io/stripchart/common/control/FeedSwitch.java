package io.stripchart.common.control;

import io.vertx.core.json.JsonObject;

/**
 * Asks for a feed to be switched. Published to the control exchange under {@link #ROUTING_KEY}.
 *
 * @param request names this request; the answer repeats it
 * @param feed the feed's series
 * @param on whether it shall run
 */
public record FeedSwitch(String request, String feed, boolean on) {
  public static final String ROUTING_KEY = "feed.switch";

  public byte[] encode() {
    return new JsonObject()
        .put("request", request)
        .put("feed", feed)
        .put("on", on)
        .toBuffer()
        .getBytes();
  }

  /**
   * @throws io.stripchart.common.reading.MalformedReadingException if the body is not such a
   *     request
   */
  public static FeedSwitch decode(byte[] body) {
    return ControlJson.read(
        body,
        json ->
            new FeedSwitch(
                json.getString("request"), json.getString("feed"), json.getBoolean("on")));
  }
}
