package io.stripchart.common.control;

import static java.util.Objects.requireNonNull;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * Status of a feed. Published to the control exchange under {@link #ROUTING_KEY}, every second and
 * at each change; a feed without a status for {@value #STALE_SECONDS} s has no process. Processes
 * of other versions send more or fewer fields: unknown ones are ignored, and nullable ones are null
 * if missing.
 *
 * @param feed the feed's series
 * @param url without credentials
 * @param since when it came into this state
 * @param received readings that arrived since the process started
 * @param gaps times that its connection was lost since the process started
 * @param lastReading when the last reading arrived; null if none did since the process started
 * @param protocol in use: graphql-transport-ws, graphql-ws or plain; null while not connected
 * @param lastFailure the last failed or lost connection; null if there was none
 */
public record FeedStatus(
    String feed,
    String url,
    State state,
    Instant since,
    long received,
    long gaps,
    Instant lastReading,
    String protocol,
    Failure lastFailure) {
  public static final String ROUTING_KEY = "feed.status";
  public static final int STALE_SECONDS = 10;

  public enum State {
    OFF,
    CONNECTING,
    CONNECTED
  }

  /**
   * Why a connection could not be made, or ended.
   *
   * @param reason for people, one line without secrets
   */
  public record Failure(String reason, Instant time) {
    public Failure {
      requireNonNull(reason, "reason");
      requireNonNull(time, "time");
    }
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
        .put("lastReading", lastReading == null ? null : lastReading.toString())
        .put("protocol", protocol)
        .put("lastFailure", encode(lastFailure))
        .toBuffer()
        .getBytes();
  }

  private static JsonObject encode(Failure failure) {
    if (failure == null) return null;
    return new JsonObject().put("reason", failure.reason).put("time", failure.time.toString());
  }

  /**
   * @throws io.stripchart.common.reading.MalformedReadingException if the body is not such a status
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
                json.getLong("gaps"),
                time(json.getString("lastReading")),
                json.getString("protocol"),
                failure(json.getJsonObject("lastFailure"))));
  }

  private static Failure failure(JsonObject json) {
    return json == null
        ? null
        : new Failure(json.getString("reason"), time(json.getString("time")));
  }

  private static Instant time(String text) {
    return text == null ? null : Instant.parse(text);
  }
}
