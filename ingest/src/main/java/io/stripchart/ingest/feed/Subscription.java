package io.stripchart.ingest.feed;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.stripchart.common.operations.OneLine;
import io.stripchart.ingest.protocol.BadFrame;
import io.stripchart.ingest.protocol.Event;
import io.stripchart.ingest.protocol.FeedProtocol;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One websocket of a feed, from its dialling to its end, which is told once. Whatever fails, it
 * ends whole, and the feed makes the next one. Belongs to one context.
 */
final class Subscription implements FrameAssembler.Sink {
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);
  private static final Duration ACCEPT_PATIENCE = Duration.ofSeconds(10);

  /** Who hears of it, on the context. */
  interface Listener {
    /** Values may come from now on. */
    void accepted();

    void value(Event.Value value);

    /**
     * @param frame to be kept for a look at it; null where it was no value
     */
    void bad(Event.Bad bad, Buffer frame);

    /**
     * @param lastHeard when the last frame came
     */
    void ended(String why, Instant lastHeard);
  }

  private final Context context;
  private final Feed feed;
  private final Listener listener;
  private final FrameAssembler assembler = new FrameAssembler(this);
  private final Pulse pulse;
  private ClientWebSocket socket;
  private FeedProtocol protocol;
  private boolean paused;
  private boolean ended;
  private String closedWhy;

  private Subscription(Vertx vertx, Feed feed, Listener listener) {
    this.context = vertx.getOrCreateContext();
    this.feed = feed;
    this.listener = listener;
    this.pulse = new Pulse(vertx, feed.idle(), ACCEPT_PATIENCE, this::ping, this::end);
  }

  /**
   * @param paused whether nothing is read until {@link #resume}
   */
  static Subscription open(
      Vertx vertx, Feed feed, Dialer dialer, boolean paused, Listener listener) {
    var subscription = new Subscription(vertx, feed, listener);
    // Its pulse too: a connection_ack that is not read is not owed.
    if (paused) subscription.pause();
    dialer
        .dial(subscription::prepare)
        .onSuccess(subscription::connected)
        .onFailure(failure -> subscription.end(OneLine.of(failure)));
    return subscription;
  }

  private void prepare(ClientWebSocket dialled) {
    socket = dialled;
    dialled
        .frameHandler(this::frame)
        .pongHandler(pong -> pulse.beat())
        .exceptionHandler(this::broken)
        .closeHandler(closed -> closed());
  }

  private void connected(WebSocket open) {
    if (ended) {
      hangUp(open);
      return;
    }
    var opening = protocol().opening();
    opening.ifPresent(this::send);
    pulse.start(opening.isPresent());
    if (paused) socket.pause();
    if (opening.isEmpty()) listener.accepted();
  }

  /** What was negotiated is known before the first frame, and that may come before connected(). */
  private FeedProtocol protocol() {
    if (protocol == null) protocol = feed.request().start(socket.subProtocol());
    return protocol;
  }

  private void frame(WebSocketFrame frame) {
    if (ended) return;
    // What came along with the handshake is handed out before connected() is told.
    if (paused) socket.pause();
    pulse.beat();
    assembler.add(frame);
  }

  @Override
  public void text(Buffer text) {
    var event = protocol().read(text);
    if (event instanceof Event.Value value) {
      listener.value(value);
    } else if (event instanceof Event.Accepted accepted) {
      send(accepted.subscribe());
      pulse.accepted();
      listener.accepted();
    } else if (event instanceof Event.Reply reply) {
      send(reply.text());
    } else if (event instanceof Event.Bad bad) {
      listener.bad(bad, bad.wasValue() ? text : null);
    } else if (event instanceof Event.Ended end) {
      end("the server sent " + end.reason());
    }
  }

  @Override
  public void useless(BadFrame kind, long bytes) {
    listener.bad(new Event.Bad(kind, "a frame of " + bytes + " bytes", false), null);
  }

  private void send(String text) {
    socket.writeTextMessage(text).onFailure(failure -> end(OneLine.of(failure)));
  }

  private void ping() {
    var ping = protocol().ping();
    if (ping.isPresent()) {
      send(ping.get());
    } else {
      socket.writePing(Buffer.buffer()).onFailure(failure -> end(OneLine.of(failure)));
    }
  }

  private void broken(Throwable failure) {
    if (failure instanceof CorruptedWebSocketFrameException corrupted
        && corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
      listener.bad(new Event.Bad(BadFrame.TOO_LARGE, "a frame too long to be read", false), null);
    }
    if (closedWhy == null) closedWhy = OneLine.of(failure);
  }

  private void closed() {
    var status = socket.closeStatusCode();
    var reason = socket.closeReason();
    if (closedWhy == null) {
      closedWhy = "closed with status " + status + (reason == null ? "" : " " + OneLine.of(reason));
    }
    // Behind what was read before and waits to be handed out.
    context.runOnContext(turn -> endOnceRead());
  }

  private void endOnceRead() {
    if (!paused && closedWhy != null) end(closedWhy);
  }

  /** Reads nothing more, so that the sender is slowed down by TCP itself. */
  void pause() {
    paused = true;
    pulse.pause();
    if (protocol != null && !ended) socket.pause();
  }

  void resume() {
    paused = false;
    pulse.resume();
    if (protocol == null || ended) return;
    socket.resume();
    context.runOnContext(turn -> endOnceRead());
  }

  /** Ends it from this side; tells nobody. */
  void abandon() {
    if (ended) return;
    ended = true;
    pulse.stop();
    if (protocol != null) hangUp(socket);
  }

  private void end(String why) {
    if (ended) return;
    abandon();
    listener.ended(why, pulse.lastBeat());
  }

  /** What still waits is passed over, so that the answer to our closing can be read. */
  private static void hangUp(WebSocket open) {
    open.resume();
    open.close().onFailure(failure -> log.debug("event=hang_up_failed cause=\"{}\"", failure));
  }
}
