package io.stripchart.compose.satellite;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.Surroundings;
import io.stripchart.common.operations.Health;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("brokerless")
@Timeout(60)
class SatelliteIT {
  private final Vertx vertx = Vertx.vertx();
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private SatelliteVerticle satellite;

  @BeforeEach
  void launch() {
    var surroundings =
        new Surroundings(null, null, new SimpleMeterRegistry(), new Health(), "127.0.0.1");
    satellite = new SatelliteVerticle(new SatelliteSettings(0, Duration.ofMillis(5)), surroundings);
    vertx.deployVerticle(satellite).await();
  }

  @AfterEach
  void end() {
    vertx.close().await();
  }

  @Test
  void speaksTheLegacyProtocol() throws InterruptedException {
    converse("graphql-ws", "start", "{\"query\":\"subscription { temperature }\"}");

    assertThat(next().getString("type")).isEqualTo("connection_ack");
    assertThat(next().getString("type")).isEqualTo("ka");
    var data = next();
    assertThat(data.getString("type")).isEqualTo("data");
    assertThat(temperature(data)).isBetween(-60.0, 90.0);
  }

  @Test
  void speaksTheModernProtocol() throws InterruptedException {
    converse("graphql-transport-ws", "subscribe", "{\"query\":\"subscription { temperature }\"}");

    assertThat(next().getString("type")).isEqualTo("connection_ack");
    for (int i = 0; i < 3; i++) {
      var data = next();
      assertThat(data.getString("type")).isEqualTo("next");
      assertThat(temperature(data)).isBetween(-60.0, 90.0);
    }
  }

  @Test
  void refusesAFieldThatItDoesNotHave() throws InterruptedException {
    converse("graphql-transport-ws", "subscribe", "{\"query\":\"subscription { pressure }\"}");

    assertThat(next().getString("type")).isEqualTo("connection_ack");
    var error = next();
    assertThat(error.getString("type")).isEqualTo("error");
    assertThat(error.getJsonArray("payload").getJsonObject(0).getString("message"))
        .contains("Cannot query field \"pressure\"");
  }

  @Test
  void endsAConversationThatIsNone() throws InterruptedException {
    converse("graphql-transport-ws", "nonsense", "{}");

    assertThat(next().getString("type")).isEqualTo("connection_ack");
    assertThat(next().getInteger("closed")).isEqualTo(4400);
  }

  private void converse(String subprotocol, String begin, String payload) {
    var options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(satellite.port())
            .setURI("/graphql")
            .addSubProtocol(subprotocol);
    var socket = vertx.createWebSocketClient().connect(options).await();
    socket.textMessageHandler(heard::add);
    socket.closeHandler(closed -> heard.add("{\"closed\":" + socket.closeStatusCode() + "}"));
    socket.writeTextMessage("{\"type\":\"connection_init\"}").await();
    socket
        .writeTextMessage("{\"id\":\"1\",\"type\":\"%s\",\"payload\":%s}".formatted(begin, payload))
        .await();
  }

  private JsonObject next() throws InterruptedException {
    return new JsonObject(heard.poll(10, TimeUnit.SECONDS));
  }

  private static double temperature(JsonObject message) {
    return message.getJsonObject("payload").getJsonObject("data").getDouble("temperature");
  }
}
