package io.stripchart.common.control;

import static java.util.Objects.requireNonNull;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * How a feed is doing. Published to the control exchange under {@link #ROUTING_KEY}, every second
 * and at each change; a feed that was not heard of for {@value #STALE_SECONDS} s has no process any
 * more.
 *
 * @param feed the feed's series
 * @param url without credentials
 * @param since when it came into this state
 * @param received readings that arrived since the process started
 * @param gaps times that its connection was lost since the process started
 */
public record FeedStatus(
    String feed, String url, State state, Instant since, long received, long gaps) {
  public static final String ROUTING_KEY = "feed.status";
  public static final int STALE_SECONDS = 10;

  public enum State {
    OFF,
    CONNECTING,
    CONNECTED
  }

  public FeedStatus {
    requireNonNull(feed, "feed");
    requireNonNull(url, "url");
  }

  public byte[] encode() {
    return new JsonObject()
        .put("feed", feed)
        .put("url", url)
        .put("state", state.name())
        .put("since", since.toString())
        .put("received", received)
        .put("gaps", gaps)
        .toBuffer()
        .getBytes();
  }

  /**
   * @throws io.stripchart.common.reading.MalformedReadingException where the body is no such status
   */
  public static FeedStatus decode(byte[] body) {
    return ControlJson.read(
        body,
        json ->
            new FeedStatus(
                json.getString("feed"),
                json.getString("url"),
                State.valueOf(json.getString("state")),
                Instant.parse(json.getString("since")),
                json.getLong("received"),
                json.getLong("gaps")));
  }
}
