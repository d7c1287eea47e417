package io.stripchart.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.function.DoubleConsumer;

/** Subscribes to a series by {@code graphql-transport-ws}, over a connection of its own. */
final class Subscriber {
  private final String series;
  private final DoubleConsumer values;
  private final Promise<Void> subscribed = Promise.promise();

  private Subscriber(String series, DoubleConsumer values) {
    this.series = series;
    this.values = values;
  }

  /**
   * @return completes when the subscription has been sent
   */
  static Future<Void> open(WebSocketClient client, int port, String series, DoubleConsumer values) {
    var subscriber = new Subscriber(series, values);
    var options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI("/graphql")
            .addSubProtocol("graphql-transport-ws");
    return client.connect(options).compose(subscriber::start);
  }

  private Future<Void> start(WebSocket socket) {
    socket.textMessageHandler(text -> heard(socket, new JsonObject(text)));
    return socket
        .writeTextMessage("{\"type\":\"connection_init\"}")
        .compose(sent -> subscribed.future());
  }

  private void heard(WebSocket socket, JsonObject message) {
    switch (message.getString("type")) {
      case "connection_ack" -> {
        var query = "subscription { readings(series: \"%s\") { value } }".formatted(series);
        var subscribe =
            new JsonObject()
                .put("type", "subscribe")
                .put("id", "1")
                .put("payload", new JsonObject().put("query", query));
        socket.writeTextMessage(subscribe.encode()).onComplete(subscribed);
      }
      case "next" -> {
        var data = message.getJsonObject("payload").getJsonObject("data");
        values.accept(data.getJsonObject("readings").getDouble("value"));
      }
      case "ping" -> {
        var unused = socket.writeTextMessage("{\"type\":\"pong\"}");
      }
      default -> System.err.println("the api says: " + message.encode());
    }
  }
}
