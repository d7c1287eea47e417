package io.stripchart.common.control;

import io.vertx.core.json.JsonObject;

/**
 * The answer to a {@link FeedSwitch}, once it has taken effect or cannot. Published to the control
 * exchange under {@link #ROUTING_KEY}.
 *
 * @param request of the switch that this answers
 * @param problem why it did not take effect; null if it did
 */
public record FeedSwitched(String request, String feed, boolean on, String problem) {
  public static final String ROUTING_KEY = "feed.switched";

  public byte[] encode() {
    return new JsonObject()
        .put("request", request)
        .put("feed", feed)
        .put("on", on)
        .put("problem", problem)
        .toBuffer()
        .getBytes();
  }

  /**
   * @throws io.stripchart.common.reading.MalformedReadingException if the body is not such an
   *     answer
   */
  public static FeedSwitched decode(byte[] body) {
    return ControlJson.read(
        body,
        json ->
            new FeedSwitched(
                json.getString("request"),
                json.getString("feed"),
                json.getBoolean("on"),
                json.getString("problem")));
  }
}
