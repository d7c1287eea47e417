package io.stripchart.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.List;

/**
 * A feed that gives all that is taken from it, in the legacy {@code graphql-ws} subprotocol. A line
 * {@code on} lets it flow, {@code off} stops it; it answers {@code sent N}, all that it ever sent.
 */
public final class FeedServer {
  /** Frames in a turn, between which the connection is read. */
  private static final int BURST = 256;

  private static final int SEND_BUFFER = 64 * 1024;
  private static final long KEEP_ALIVE_MILLIS = 5_000;

  private final Context context;
  private ServerWebSocket socket;
  private String frameBeforeValue;
  private boolean flowing;
  private boolean scheduled;
  private long sent;

  private FeedServer(Context context) {
    this.context = context;
  }

  /**
   * @param arguments the port
   */
  public static void main(String[] arguments) throws Exception {
    var context = Vertx.vertx().getOrCreateContext();
    var feed = new FeedServer(context);
    context.runOnContext(turn -> feed.listen(Integer.parseInt(arguments[0])));
    var commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (var line = commands.readLine(); line != null; line = commands.readLine()) {
      boolean on = line.equals("on");
      context.runOnContext(turn -> feed.flow(on));
    }
    System.exit(0);
  }

  /** On the one context, as all else. */
  private void listen(int port) {
    var options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            // Small, so that little is under way when the flow is stopped.
            .setSendBufferSize(SEND_BUFFER)
            .setWebSocketSubProtocols(List.of("graphql-ws"));
    context
        .owner()
        .createHttpServer(options)
        .webSocketHandler(this::connected)
        .listen()
        .onSuccess(server -> System.out.println("ready"))
        .onFailure(failure -> System.out.println("cannot listen: " + failure));
    var unused = context.owner().setPeriodic(KEEP_ALIVE_MILLIS, tick -> keepAlive());
  }

  private void flow(boolean on) {
    flowing = on;
    if (!on) System.out.println("sent " + sent);
    emit();
  }

  private void connected(ServerWebSocket opened) {
    socket = opened;
    frameBeforeValue = null;
    opened.textMessageHandler(text -> heard(opened, new JsonObject(text)));
    opened.drainHandler(room -> emit());
    opened.closeHandler(
        closed -> {
          if (socket == opened) socket = null;
        });
  }

  private void heard(ServerWebSocket from, JsonObject message) {
    switch (message.getString("type")) {
      case "connection_init" -> write(from, "{\"type\":\"connection_ack\"}");
      case "start" -> {
        frameBeforeValue =
            "{\"type\":\"data\",\"id\":\"%s\",\"payload\":{\"data\":{\"temperature\":"
                .formatted(message.getString("id"));
        System.out.println("subscribed");
        emit();
      }
      default -> {}
    }
  }

  private void keepAlive() {
    if (socket != null) write(socket, "{\"type\":\"ka\"}");
  }

  private void emit() {
    if (scheduled || !flowing || socket == null || frameBeforeValue == null) return;
    for (int i = 0; i < BURST && !socket.writeQueueFull(); i++) {
      write(socket, frameBeforeValue + (20 + sent++ % 1_000 / 100.0) + "}}}");
    }
    if (socket.writeQueueFull()) return;
    scheduled = true;
    context.runOnContext(
        turn -> {
          scheduled = false;
          emit();
        });
  }

  /** A closed socket calls the close handler. */
  private static void write(ServerWebSocket socket, String text) {
    var unused = socket.writeTextMessage(text);
  }
}
