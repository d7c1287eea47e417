package io.stripchart.ingest.feed;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.stripchart.common.operations.OneLine;
import io.stripchart.ingest.feed.ProtocolSearch.Attempt;
import io.stripchart.ingest.feed.ProtocolSearch.Outcome;
import io.stripchart.ingest.protocol.BadFrame;
import io.stripchart.ingest.protocol.Event;
import io.stripchart.ingest.protocol.FeedProtocol;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One websocket of a feed, from dialling to its end, which is reported once. After any failure it
 * ends, and the feed opens the next one. Belongs to one context.
 */
final class Subscription implements FrameAssembler.Sink, Pulse.Handler {
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);
  private static final Duration ACCEPT_PATIENCE = Duration.ofSeconds(10);

  /**
   * Statuses that say that the server is not ready, or does not let us in: going away, restarting,
   * try again later, bad gateway; unauthorized, forbidden, too late, too many requests.
   */
  private static final Set<Integer> NO_MATTER_OF_PROTOCOL =
      Set.of(1001, 1012, 1013, 1014, 4401, 4403, 4408, 4429);

  /**
   * How it ended.
   *
   * @param reason for people, one line without secrets
   * @param lastHeard when the last frame came
   * @param overdue whether it was given up, rather than ended by the server
   */
  record Ending(Outcome outcome, String reason, Instant lastHeard, boolean overdue) {}

  /** Who hears of it, on the context. */
  interface Listener {
    /** The websocket is open, and this protocol is tried; called again for another protocol. */
    void speaks(Subprotocol protocol);

    /** Values may come from now on, in this protocol. */
    void accepted(Subprotocol protocol);

    /** The first reading arrived; called before {@link #value}. */
    void worked();

    void value(Event.Value value);

    /**
     * @param frame to be kept for a look at it; null if it was no value
     */
    void bad(Event.Bad bad, Buffer frame);

    void ended(Ending ending);
  }

  private final Context context;
  private final Feed feed;
  private final Dialer dialer;
  private final Attempt attempt;
  private final Listener listener;
  private final FrameAssembler assembler = new FrameAssembler(this);
  private final Pulse pulse;
  private final long dialled = System.nanoTime();
  private ClientWebSocket socket;
  private Subprotocol speaking;
  private FeedProtocol protocol;
  private boolean accepted;
  private boolean worked;
  private boolean paused;
  private boolean open;
  private boolean closed;
  private boolean ended;
  private boolean away;
  private boolean isOverdue;
  private String closedWhy;

  private Subscription(Vertx vertx, Feed feed, Dialer dialer, Attempt attempt, Listener listener) {
    this.context = vertx.getOrCreateContext();
    this.feed = feed;
    this.dialer = dialer;
    this.attempt = attempt;
    this.listener = listener;
    this.pulse = new Pulse(vertx, feed.idle(), ACCEPT_PATIENCE, this, System::nanoTime);
  }

  /**
   * @param paused whether nothing is read until {@link #resume}
   */
  static Subscription open(
      Vertx vertx, Feed feed, Dialer dialer, Attempt attempt, boolean paused, Listener listener) {
    var subscription = new Subscription(vertx, feed, dialer, attempt, listener);
    // Its pulse too: a connection_ack that is not read is not owed.
    if (paused) subscription.pause();
    dialer
        .dial(attempt, subscription::prepare)
        .map(subscription::connected)
        .onFailure(subscription::notConnected);
    return subscription;
  }

  private void prepare(ClientWebSocket prepared) {
    socket = prepared;
    prepared
        .frameHandler(this::frame)
        .pongHandler(pong -> pulse.frame())
        .exceptionHandler(this::broken)
        .closeHandler(closed -> closed());
  }

  private Subscription connected(WebSocket connected) {
    if (ended) {
      hangUp(connected);
      return this;
    }
    open = true;
    pulse.start();
    protocol().opening().ifPresent(this::send);
    if (paused) socket.pause();
    if (speaking == Subprotocol.PLAIN && isCertain()) accept();
    if (speaking == Subprotocol.PLAIN) pulse.accepted();
    return this;
  }

  private void notConnected(Throwable failure) {
    var why = dialer.explain(failure, Duration.ofNanos(System.nanoTime() - dialled));
    end(why.outcome(), why.reason());
  }

  /** Whether the protocol is configured, rather than a candidate. */
  private boolean isCertain() {
    return feed.request().protocol() != null;
  }

  /** The negotiated protocol is known before the first frame, which may precede connected(). */
  private FeedProtocol protocol() {
    if (protocol == null) speak(attempt.speaks(socket.subProtocol()));
    return protocol;
  }

  private void speak(Subprotocol spoken) {
    speaking = spoken;
    protocol = feed.request().start(spoken);
    listener.speaks(spoken);
  }

  private void accept() {
    if (accepted) return;
    accepted = true;
    pulse.accepted();
    listener.accepted(speaking);
  }

  private void frame(WebSocketFrame frame) {
    if (ended) return;
    open = true;
    // Data that arrived with the handshake is delivered before connected() is called.
    if (paused) socket.pause();
    pulse.frame();
    try {
      assembler.add(frame);
    } catch (RuntimeException e) {
      // A bug: this connection ends, and whatever the next one brings has its chance.
      log.error("event=feed_failed feed={}", feed.series(), e);
      end(how(), "failed: " + OneLine.of(e));
    }
  }

  @Override
  public void text(Buffer text) {
    take(protocol().read(text), text);
  }

  private void take(Event event, Buffer text) {
    if (event instanceof Event.Value value) {
      read(value);
    } else if (event instanceof Event.Values several) {
      for (var item : several.items()) take(item, text);
    } else if (event instanceof Event.Accepted acknowledged) {
      send(acknowledged.subscribe());
      accept();
    } else if (event instanceof Event.Reply reply) {
      send(reply.text());
    } else if (event instanceof Event.Bad bad) {
      listener.bad(bad, bad.part() != null ? bad.part() : bad.wasValue() ? text : null);
    } else if (event instanceof Event.Ended end) {
      end(worked ? Outcome.LOST : Outcome.UNANSWERED, "the server sent " + end.reason());
    } else if (event instanceof Event.Plain) {
      takePlain(text);
    }
  }

  private void takePlain(Buffer text) {
    if (isCertain()) {
      var problem = "unexpected: a value ahead of connection_ack";
      listener.bad(new Event.Bad(BadFrame.UNEXPECTED, problem, false), null);
      return;
    }
    speak(Subprotocol.PLAIN);
    pulse.accepted();
    text(text);
  }

  private void read(Event.Value value) {
    pulse.reading();
    if (!worked) {
      accept();
      worked = true;
      listener.worked();
    }
    listener.value(value);
  }

  @Override
  public void binary(Buffer bytes) {
    var problem = "a binary frame of " + bytes.length() + " bytes; readings must be text";
    listener.bad(new Event.Bad(BadFrame.BINARY, problem, true), bytes);
  }

  @Override
  public void useless(BadFrame kind, long bytes) {
    listener.bad(new Event.Bad(kind, "a frame of " + bytes + " bytes", false), null);
  }

  private void send(String text) {
    socket.writeTextMessage(text).onFailure(this::broken);
  }

  @Override
  public void ping() {
    var ping = protocol().ping();
    if (ping.isPresent()) {
      send(ping.get());
    } else {
      socket.writePing(Buffer.buffer()).onFailure(this::broken);
    }
  }

  @Override
  public void overdue(String why) {
    isOverdue = true;
    if (worked) {
      end(Outcome.LOST, why);
    } else if (accepted || speaking == Subprotocol.PLAIN) {
      end(Outcome.SILENT, why + "; connected by " + speaking.id());
    } else {
      end(Outcome.UNACKNOWLEDGED, why);
    }
  }

  private void broken(Throwable failure) {
    if (failure instanceof CorruptedWebSocketFrameException corrupted
        && corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
      listener.bad(new Event.Bad(BadFrame.TOO_LARGE, "a frame too long to be read", false), null);
    }
    if (closedWhy != null) return;
    away = failure instanceof SSLException;
    closedWhy = away ? "TLS: " + ConnectFailure.tls(failure) : OneLine.of(failure);
  }

  private void closed() {
    closed = true;
    // After the data that was read before and waits for delivery.
    context.runOnContext(turn -> endOnceRead());
  }

  private void endOnceRead() {
    if (paused || ended || !closed) return;
    if (closedWhy == null) {
      var status = socket.closeStatusCode();
      var reason = socket.closeReason();
      away = status != null && NO_MATTER_OF_PROTOCOL.contains((int) status);
      closedWhy = "closed with status " + status + (reason == null ? "" : " " + OneLine.of(reason));
    }
    end(how(), closedWhy);
  }

  private Outcome how() {
    if (worked) return Outcome.LOST;
    if (away) return Outcome.AWAY;
    return accepted && speaking != Subprotocol.PLAIN ? Outcome.UNANSWERED : Outcome.UNACKNOWLEDGED;
  }

  /** Reads nothing more, so that the sender is slowed down by TCP itself. */
  void pause() {
    paused = true;
    pulse.pause();
    if (open && !ended) socket.pause();
  }

  void resume() {
    paused = false;
    pulse.resume();
    if (!open || ended) return;
    socket.resume();
    context.runOnContext(turn -> endOnceRead());
  }

  /** Closes it from this side, without a report. */
  void abandon() {
    if (ended) return;
    ended = true;
    pulse.stop();
    if (open) hangUp(socket);
  }

  private void end(Outcome outcome, String why) {
    if (ended) return;
    abandon();
    listener.ended(new Ending(outcome, why, pulse.lastHeard(), isOverdue));
  }

  /** Waiting frames are discarded, so that the response to our close frame can be read. */
  private static void hangUp(WebSocket websocket) {
    websocket.resume();
    websocket.close().onFailure(failure -> log.debug("event=hang_up_failed cause=\"{}\"", failure));
  }
}
