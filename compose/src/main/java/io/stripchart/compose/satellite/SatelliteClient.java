package io.stripchart.compose.satellite;

import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * One client's conversation. Each of its subscriptions has a timer of its own; while the client
 * does not read, values are skipped, since a satellite remembers none.
 */
final class SatelliteClient {
  private static final int MAX_SUBSCRIPTIONS = 100;
  private static final Duration INIT_LIMIT = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final ServerWebSocket socket;
  private final Protocol protocol;
  private final OrbitCurve curve;
  private final Duration interval;
  private final Map<String, Long> timers = new HashMap<>();
  private boolean initialized;

  SatelliteClient(Vertx vertx, ServerWebSocket socket, OrbitCurve curve, Duration interval) {
    this.vertx = vertx;
    this.socket = socket;
    // Who names no subprotocol is taken for one of the oldest clients.
    this.protocol = Protocol.of(socket.subProtocol()).orElse(Protocol.LEGACY);
    this.curve = curve;
    this.interval = interval;
  }

  /**
   * @param gone called once, when the conversation is over
   */
  void serve(Runnable gone) {
    long limit =
        vertx.setTimer(
            INIT_LIMIT.toMillis(),
            late -> {
              if (!initialized) close(4408, "Connection initialisation timeout");
            });
    socket.textMessageHandler(this::heard);
    socket.closeHandler(
        closed -> {
          vertx.cancelTimer(limit);
          timers.values().forEach(vertx::cancelTimer);
          gone.run();
        });
  }

  private void heard(String text) {
    try {
      heard(new JsonObject(text));
    } catch (DecodeException | ClassCastException malformed) {
      close(4400, "Invalid message received");
    }
  }

  private void heard(JsonObject message) {
    var type = message.getString("type", "");
    if (type.equals("connection_init")) {
      initialize();
    } else if (type.equals(protocol.begin)) {
      begin(message.getString("id", ""), message.getJsonObject("payload", new JsonObject()));
    } else if (type.equals(protocol.end)) {
      end(message.getString("id", ""));
    } else if (type.equals("connection_terminate") && protocol == Protocol.LEGACY) {
      close(1000, "");
    } else if (type.equals("ping") && protocol == Protocol.MODERN) {
      send(new JsonObject().put("type", "pong"));
    } else if (!(type.equals("pong") && protocol == Protocol.MODERN)) {
      close(4400, "Invalid message received");
    }
  }

  private void initialize() {
    if (initialized) {
      close(4429, "Too many initialisation requests");
      return;
    }
    initialized = true;
    send(new JsonObject().put("type", "connection_ack"));
    if (protocol == Protocol.LEGACY) send(new JsonObject().put("type", "ka"));
  }

  private void begin(String id, JsonObject payload) {
    if (!initialized) {
      close(4401, "Unauthorized");
    } else if (id.isEmpty()) {
      close(4400, "Invalid message received");
    } else if (timers.containsKey(id)) {
      close(4409, "Subscriber for " + id + " already exists");
    } else if (timers.size() >= MAX_SUBSCRIPTIONS) {
      refuse(id, "A client may have " + MAX_SUBSCRIPTIONS + " subscriptions.");
    } else {
      subscribe(id, payload.getString("query", ""));
    }
  }

  private void subscribe(String id, String query) {
    try {
      var selection = Selection.of(query);
      timers.put(id, vertx.setPeriodic(interval.toMillis(), tick -> measure(id, selection)));
    } catch (IllegalArgumentException refused) {
      refuse(id, refused.getMessage());
    }
  }

  private void measure(String id, Selection selection) {
    if (socket.isClosed() || socket.writeQueueFull()) return;
    var data = new JsonObject().put(selection.answerName(), curve.shownAt(Instant.now()));
    send(message(protocol.value, id).put("payload", new JsonObject().put("data", data)));
  }

  private void end(String id) {
    var timer = timers.remove(id);
    if (timer == null) return;
    vertx.cancelTimer(timer);
    if (protocol == Protocol.LEGACY) send(message("complete", id));
  }

  private void refuse(String id, String why) {
    var error = new JsonObject().put("message", why);
    // One error in the one protocol, a list of them in the other.
    Object payload = protocol == Protocol.LEGACY ? error : new JsonArray().add(error);
    send(message("error", id).put("payload", payload));
  }

  private static JsonObject message(String type, String id) {
    return new JsonObject().put("type", type).put("id", id);
  }

  private void send(JsonObject message) {
    // The client is gone; its close handler does the rest.
    socket.writeTextMessage(message.encode()).onFailure(gone -> {});
  }

  private void close(int code, String reason) {
    socket.close((short) code, reason).onFailure(gone -> {});
  }
}
