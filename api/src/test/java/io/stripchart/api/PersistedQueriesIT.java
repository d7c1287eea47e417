package io.stripchart.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.api.ApiSettings.AnswerSettings;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apollo's automatic persisted queries, as its clients speak them. */
@Timeout(120)
class PersistedQueriesIT {
  private static final String JSON = "application/json";
  private static final String GRAPHQL = "application/graphql-response+json";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private static RunningApi api;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    api = new RunningApi(broker.uri(), database.uri());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static JsonObject extensions(String query) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(query.getBytes(UTF_8));
      return new JsonObject()
          .put(
              "persistedQuery",
              new JsonObject()
                  .put("version", 1)
                  .put("sha256Hash", HexFormat.of().formatHex(digest)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject hashOf(String query) {
    return new JsonObject().put("extensions", extensions(query));
  }

  private static JsonObject whole(String query) {
    return hashOf(query).put("query", query);
  }

  private static HttpResponse<String> get(String query) {
    return api.get(
        "/graphql?extensions=" + URLEncoder.encode(extensions(query).encode(), UTF_8),
        "accept",
        GRAPHQL);
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, GRAPHQL})
  void asksForTheQueryOnceAndKnowsItThen(String accept) {
    var query = "query Q" + accept.length() + " { __typename }";
    var unknown = api.post(hashOf(query).encode(), accept);
    assertThat(unknown.statusCode()).isEqualTo(200);
    assertThat(unknown.body())
        .isEqualTo(
            "{\"errors\":[{\"message\":\"PersistedQueryNotFound\","
                + "\"extensions\":{\"code\":\"PERSISTED_QUERY_NOT_FOUND\"}}]}");
    var answer = "{\"data\":{\"__typename\":\"Query\"}}";
    assertThat(api.post(whole(query).encode(), accept).body()).isEqualTo(answer);
    assertThat(api.post(hashOf(query).encode(), accept).body()).isEqualTo(answer);
    assertThat(get(query).body()).isEqualTo(answer);
  }

  @Test
  void tellsItByGetToo() {
    assertThat(get("query Unheard { __typename }").statusCode()).isEqualTo(200);
    assertThat(get("query Unheard { __typename }").body()).contains("PersistedQueryNotFound");
  }

  @Test
  void refusesAHashOfAnotherQuery() {
    var wrong = whole("{ a: __typename }").put("query", "{ b: __typename }");
    var refused = api.post(wrong.encode(), JSON);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("is not the hash of the query");
    assertThat(api.post(hashOf("{ a: __typename }").encode(), JSON).body()).contains("NotFound");
  }

  @Test
  void keepsNothingThatIsWrongOrTooMuch() {
    for (var query : new String[] {"{ nothing }", "{", "{ " + "a: __typename ".repeat(600) + "}"}) {
      assertThat(api.ask(whole(query)).containsKey("data")).isFalse();
      assertThat(api.ask(hashOf(query)).encode()).contains("PersistedQueryNotFound");
    }
  }

  @Test
  void holdsWhatIsKnownToTheSameLimits() {
    var query =
        "query Cost($n: Int!) { series(first: 1000) { nodes { readings(first: $n) {"
            + " nodes { value } } } } }";
    var variables = new JsonObject().put("n", 10);
    assertThat(api.ask(whole(query).put("variables", variables)).containsKey("data")).isTrue();
    variables.put("n", 10_000);
    assertThat(api.ask(hashOf(query).put("variables", variables)).encode())
        .contains("the request costs");
    var mutation = "mutation { record(series: \"a\", value: 1) { value } }";
    assertThat(api.ask(whole(mutation)).containsKey("data")).isTrue();
    assertThat(get(mutation).statusCode()).isEqualTo(405);
  }

  @Test
  void speaksItOverWebsockets() {
    var query = "query Socket { __typename }";
    try (var client = SocketClient.modern(api)) {
      client.send(message("subscribe", "1", hashOf(query)));
      assertThat(client.expect("error").encode()).contains("PERSISTED_QUERY_NOT_FOUND");
      client.send(message("subscribe", "2", whole(query)));
      assertThat(client.event().getString("__typename")).isEqualTo("Query");
      client.expect("complete");
      client.send(message("subscribe", "3", hashOf(query)));
      assertThat(client.event().getString("__typename")).isEqualTo("Query");
      client.expect("complete");
    }
    try (var client = SocketClient.legacy(api)) {
      client.send(message("start", "1", hashOf("query Legacy { __typename }")));
      assertThat(client.expect("error").encode()).contains("PERSISTED_QUERY_NOT_FOUND");
      client.send(message("start", "2", hashOf(query)));
      assertThat(client.event().getString("__typename")).isEqualTo("Query");
      client.expect("complete");
    }
  }

  private static String message(String type, String id, JsonObject payload) {
    return new JsonObject().put("type", type).put("id", id).put("payload", payload).encode();
  }

  @Test
  void saysSoWhereItIsOff() {
    var off = new AnswerSettings(1_000_000, 1 << 20, 1 << 22, 0);
    var settings = new ApiSettings(0, "a", Duration.ofSeconds(3), 100, Set.of(), off);
    try (var other = new RunningApi(settings, broker.uri(), database.uri())) {
      var refused = other.post(hashOf("{ __typename }").encode(), GRAPHQL);
      assertThat(refused.statusCode()).isEqualTo(200);
      assertThat(refused.body())
          .isEqualTo(
              "{\"errors\":[{\"message\":\"PersistedQueryNotSupported\","
                  + "\"extensions\":{\"code\":\"PERSISTED_QUERY_NOT_SUPPORTED\"}}]}");
      assertThat(other.ask(whole("{ __typename }")).containsKey("data")).isTrue();
    }
  }
}
