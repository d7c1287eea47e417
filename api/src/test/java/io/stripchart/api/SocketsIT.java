package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.RawConnection;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class SocketsIT {
  private static final String MODERN = "graphql-transport-ws";
  private static final String LEGACY = "graphql-ws";
  private static final String ENDLESS = "subscription { temperature }";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    var settings =
        new ApiSettings(
            0,
            "satellite.temperature",
            Duration.ofSeconds(3),
            100,
            Set.of("https://friend.example"));
    api = new RunningApi(settings, broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static SocketClient connect(String... protocols) {
    return SocketClient.connect(api.vertx(), api.port(), protocols);
  }

  @Test
  void speaksTheProtocolThatTheClientNamesFirst() {
    try (var legacy = connect("unheard", LEGACY, MODERN);
        var modern = connect("unheard", MODERN, LEGACY)) {
      assertThat(legacy.subProtocol()).isEqualTo(LEGACY);
      assertThat(modern.subProtocol()).isEqualTo(MODERN);
    }
  }

  @Test
  void closesWhereNoProtocolIsOffered() {
    try (var client = connect()) {
      client.send("{\"type\":\"connection_init\"}");
      assertThat(client.closeCode()).isEqualTo(4406);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4400|nonsense",
        "4400|[]",
        "4400|{}",
        "4400|{\"type\": 5}",
        "4400|{\"type\": \"unheard\"}",
        "4401|{\"type\": \"subscribe\", \"id\": \"1\", \"payload\": {\"query\": \"{ __typename }\"}}",
      })
  void closesOverAnOffence(int code, String message) {
    try (var client = connect(MODERN)) {
      client.send(message);
      assertThat(client.closeCode()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4429|{\"type\": \"connection_init\"}",
        "4400|{\"type\": \"subscribe\", \"payload\": {\"query\": \"{ __typename }\"}}",
        "4400|{\"type\": \"subscribe\", \"id\": 1, \"payload\": {\"query\": \"{ __typename }\"}}",
        "4400|{\"type\": \"subscribe\", \"id\": \"\", \"payload\": {\"query\": \"{ __typename }\"}}",
        "4400|{\"type\": \"subscribe\", \"id\": \"1\"}",
        "4400|{\"type\": \"subscribe\", \"id\": \"1\", \"payload\": {}}",
        "4400|{\"type\": \"complete\"}",
      })
  void closesOverAnOffenceAfterTheAcknowledgement(int code, String message) {
    try (var client = SocketClient.modern(api)) {
      client.send(message);
      assertThat(client.closeCode()).isEqualTo(code);
    }
  }

  @Test
  void closesOverABinaryMessage() {
    try (var client = SocketClient.modern(api)) {
      RunningApi.await(client.socket().writeBinaryMessage(io.vertx.core.buffer.Buffer.buffer("x")));
      assertThat(client.closeCode()).isEqualTo(4400);
    }
  }

  @Test
  void closesOverASecondOperationOfTheSameId() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "1", ENDLESS);
      client.start("subscribe", "1", ENDLESS);
      assertThat(client.closeCode()).isEqualTo(4409);
    }
  }

  @Test
  void takesAnIdAgainOnceItsOperationIsOver() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "1", ENDLESS);
      client.send("{\"id\":\"1\",\"type\":\"complete\"}");
      client.start("subscribe", "1", "{ __typename }");
      client.expect("next");
      client.expect("complete");
    }
  }

  @Test
  void closesWhereTheClientSaysNothing() {
    try (var client = connect(MODERN)) {
      assertThat(client.closeCode()).isEqualTo(4408);
    }
  }

  @Test
  void closesOverAMessageThatIsTooLarge() {
    try (var client = SocketClient.modern(api)) {
      client.send("{\"type\":\"ping\",\"payload\":\"" + "x".repeat(200_000) + "\"}");
      assertThat(client.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void answersAPingWithItsPayload() {
    try (var client = connect(MODERN)) {
      client.send("{\"type\":\"ping\",\"payload\":{\"a\":1}}");
      assertThat(client.next())
          .isEqualTo(new JsonObject("{\"type\":\"pong\",\"payload\":{\"a\":1}}"));
    }
  }

  @Test
  void answersAQueryOnceByTheModernProtocol() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "q", "{ __typename }");
      assertThat(client.next())
          .isEqualTo(
              new JsonObject(
                  "{\"id\":\"q\",\"type\":\"next\",\"payload\":{\"data\":{\"__typename\":\"Query\"}}}"));
      assertThat(client.next()).isEqualTo(new JsonObject("{\"id\":\"q\",\"type\":\"complete\"}"));
    }
  }

  @Test
  void answersAQueryOnceByTheLegacyProtocol() {
    try (var client = SocketClient.legacy(api)) {
      client.start("start", "q", "{ __typename }");
      assertThat(client.next())
          .isEqualTo(
              new JsonObject(
                  "{\"id\":\"q\",\"type\":\"data\",\"payload\":{\"data\":{\"__typename\":\"Query\"}}}"));
      assertThat(client.next()).isEqualTo(new JsonObject("{\"id\":\"q\",\"type\":\"complete\"}"));
    }
  }

  @Test
  void tellsWhatIsWrongWithADocument() {
    try (var modern = SocketClient.modern(api);
        var legacy = SocketClient.legacy(api)) {
      modern.start("subscribe", "m", "{ nope }");
      assertThat(modern.expect("error").getValue("payload")).isInstanceOf(JsonArray.class);
      legacy.start("start", "l", "{ nope }");
      assertThat(legacy.expect("error").getJsonObject("payload").getString("message"))
          .contains("nope");
      legacy.start("start", "l", "{");
      legacy.expect("error");
    }
  }

  @Test
  void endsByTheLegacyProtocolWhereTheClientTerminates() {
    try (var client = SocketClient.legacy(api)) {
      client.send("{\"type\":\"connection_terminate\"}");
      assertThat(client.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void refusesAnUnheardTypeByTheLegacyProtocol() {
    try (var client = SocketClient.legacy(api)) {
      client.send("{\"type\":\"unheard\",\"id\":\"1\"}");
      client.expect("error");
      client.start("start", "1", "{ __typename }");
      client.expect("data");
    }
  }

  @Test
  void refusesMoreOperationsThanASocketHolds() {
    try (var client = SocketClient.modern(api)) {
      for (int i = 0; i < 100; i++) client.start("subscribe", "s" + i, ENDLESS);
      client.start("subscribe", "more", ENDLESS);
      assertThat(client.expect("error").encode()).contains("at most 100 operations");
    }
  }

  @Test
  void refusesAPageOfAnotherOrigin() {
    var options = SocketClient.options(api.port(), MODERN);
    assertThatThrownBy(
            () ->
                SocketClient.connect(
                    api.vertx(), options.addHeader("origin", "https://evil.example")))
        .hasMessageContaining("403");
  }

  @ParameterizedTest
  @CsvSource({"https://friend.example", "http://127.0.0.1:PORT"})
  void takesAPageOfItsOwnOrAnAllowedOrigin(String origin) {
    var options = SocketClient.options(api.port(), MODERN);
    options.addHeader("origin", origin.replace("PORT", "" + api.port()));
    SocketClient.connect(api.vertx(), options).close();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, http://localhost:8443, 101",
    "localhost, https://localhost, 101",
    "localhost:80, http://localhost, 101",
    "localhost:8443, http://localhost:8444, 403",
    "localhost, http://other.localhost, 403",
    "localhost, null, 403",
    "evil.example, http://evil.example, 421",
  })
  void takesPagesOfItsOwnBehindAProxy(String host, String origin, int status) {
    var request =
        String.join(
            "\r\n",
            "GET /graphql HTTP/1.1",
            "Host: " + host,
            "Origin: " + origin,
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: graphql-transport-ws",
            "",
            "");
    try (var connection = RawConnection.to(api.port()).send(request)) {
      assertThat(connection.readStatus()).isEqualTo(status);
    }
  }

  /** The client gives up 10 s behind the last message of this kind. */
  @Test
  void keepsClientsOfTheOlderProtocolAlive() {
    try (var client = SocketClient.legacy(api)) {
      for (int i = 0; i < 2; i++) {
        long begin = System.nanoTime();
        client.expect("ka");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
      }
    }
  }

  @Test
  void endsTheSubscriptionsOfAClientThatBreaksTheProtocol() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "1", ENDLESS);
      await().until(() -> subscribers() >= 1);
      double before = subscribers();
      client.send("{\"type\":\"ping\",\"payload\":\"" + "x".repeat(200_000) + "\"}");
      assertThat(client.closeCode()).isEqualTo(1009);
      await().until(() -> subscribers() == before - 1);
    }
  }

  private static double subscribers() {
    return api.surroundings().metrics().get("stripchart.api.subscribers").gauge().value();
  }

  @Test
  void knowsNoSocketOfAnotherPath() {
    assertThatThrownBy(
            () ->
                SocketClient.connect(
                    api.vertx(), SocketClient.options(api.port(), MODERN).setURI("/other")))
        .hasMessageContaining("404");
  }
}
