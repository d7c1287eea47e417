package io.stripchart.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.api.ApiSettings.AnswerSettings;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers have a limit each, and one for all that clients have not taken yet. */
@Timeout(120)
class LargeAnswersIT {
  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  /** Some 0.5 MB, of 10,000 readings. */
  private static final String LARGE =
      "{ temperatureMeasurements(series: \"large\", after: \"2020-11-10T00:00:00Z\", first: %d)"
          + " { time value } }";

  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2020-11-09", "2020-11-16");
    Seed.readings(database, "large", "2020-11-10T00:00:00Z", 10_000);
    var limits = new AnswerSettings(100_000_000, 10_000_000, 20_000_000);
    var settings = new ApiSettings(0, "large", Duration.ofSeconds(10), 100, Set.of(), limits);
    api = new RunningApi(settings, broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @AfterEach
  void holdsNothingInTheEnd() {
    await().untilAsserted(() -> assertThat(held()).isZero());
  }

  private static double held() {
    return api.surroundings().metrics().get("stripchart.api.answer.bytes").gauge().value();
  }

  private static String large(int first) {
    return LARGE.formatted(first);
  }

  private static String aliases(String field, int count) {
    var document = new StringBuilder("{");
    for (int i = 0; i < count; i++) document.append(" a").append(i).append(": ").append(field);
    return document.append(" }").toString();
  }

  /** This request once ended the process: 309 bytes for some hundred megabytes. */
  private static String manyAliasesOfBuckets() {
    var document =
        new StringBuilder(
            "{ series(pattern: \"large\") { edges { node { buckets(width: \"PT1S\", from:"
                + " \"2020-11-10T00:00:00Z\", to: \"2020-11-10T02:46:40Z\") {");
    for (char alias = 'A'; alias <= 'z'; alias++) {
      if (Character.isLetter(alias)) document.append(' ').append(alias).append(":start");
    }
    return document + " } } } } }";
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/graphql-response+json"})
  void refusesAnAnswerThatIsTooLarge(String accept) {
    var body = new JsonObject().put("query", manyAliasesOfBuckets()).encode();
    assertThat(body.length()).isLessThan(700);
    var response = api.post(body, accept);
    assertThat(response.statusCode()).isEqualTo(accept.equals("application/json") ? 200 : 400);
    assertThat(response.body())
        .contains("the answer is larger than 10,000,000 bytes", "\"code\":\"LIMIT\"")
        .doesNotContain("data");
  }

  private static String aliasesOfLarge(int count) {
    return aliases(large(10_000).replaceAll("^\\{|}$", ""), count);
  }

  @Test
  void countsAllFieldsTogether() {
    assertThat(api.ask(aliasesOfLarge(12)).containsKey("errors")).isFalse();
    assertThat(api.error(aliasesOfLarge(24))).contains("larger than");
  }

  @Test
  void sendsWhatIsLargeWhole() {
    var rows = api.data(large(10_000)).getJsonArray("temperatureMeasurements");
    assertThat(rows).hasSize(10_000);
    assertThat(rows.getJsonObject(9_999).getDouble("value")).isEqualTo(9_999);
    var page = api.json("/series/large/readings?first=10000");
    assertThat(page.getJsonArray("readings")).hasSize(10_000);
  }

  @Test
  void refusesThemOnWebsocketsToo() {
    try (var client = SocketClient.modern(api)) {
      client.start("subscribe", "1", manyAliasesOfBuckets());
      assertThat(client.expect("error").encode()).contains("larger than 10,000,000 bytes", "LIMIT");
      client.start("subscribe", "2", large(10_000));
      var rows = client.expect("next").getJsonObject("payload").getJsonObject("data");
      assertThat(rows.getJsonArray("temperatureMeasurements")).hasSize(10_000);
      client.expect("complete");
    }
    try (var client = SocketClient.legacy(api)) {
      client.start("start", "1", manyAliasesOfBuckets());
      assertThat(client.expect("error").encode()).contains("larger than 10,000,000 bytes", "LIMIT");
      client.start("start", "2", large(10_000));
      assertThat(client.event().getJsonArray("temperatureMeasurements")).hasSize(10_000);
      client.expect("complete");
    }
  }

  @Test
  void refusesThemInRestToo() {
    var small = new AnswerSettings(1_000_000, 70_000, 2_000_000);
    var settings = new ApiSettings(0, "large", Duration.ofSeconds(10), 100, Set.of(), small);
    try (var other = new RunningApi(settings, broker.uri(), database.uri())) {
      var refused = other.get("/series/large/readings?first=10000");
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("larger than 70,000 bytes");
      assertThat(other.get("/series/large/readings?first=100").statusCode()).isEqualTo(200);
    }
  }

  /** Asks for some 7 MB, which is more than the system buffers, and reads nothing. */
  private static Socket slowReader() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
    var query = URLEncoder.encode(aliasesOfLarge(12), UTF_8);
    socket
        .getOutputStream()
        .write(
            ("GET /graphql?query=" + query + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                .getBytes(US_ASCII));
    return socket;
  }

  @Test
  void countsAnswersUntilSlowReadersHaveTakenThem() throws Exception {
    try (var one = slowReader();
        var other = slowReader()) {
      assertThat(one.isConnected() && other.isConnected()).isTrue();
      await().until(() -> held() > 12_000_000);
      var refused =
          api.post(new JsonObject().put("query", aliasesOfLarge(12)).encode(), "application/json");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
      assertThat(refused.body()).contains("\"code\":\"BUSY\"", "try again");
      // Small responses still succeed.
      assertThat(api.data("{ currentTemperature { value } }").encode()).contains("9999");
    }
    await().until(() -> held() == 0);
    assertThat(api.ask(aliasesOfLarge(12)).containsKey("errors")).isFalse();
  }
}
