package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.Reading;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class SubscriptionsIT {
  private static final Instant TIME = Instant.parse("2020-11-20T00:00:00Z");

  @RegisterExtension static final LiveApi live = LiveApi.create();

  @Test
  void tellsTheDefaultSeriesValuesAsAFeedDoes() {
    try (var client = SocketClient.legacy(live.api())) {
      client.start("start", "1", "subscription { temperature }");
      live.awaitSubscribers(1);
      live.stored()
          .tell(new Reading("other", TIME, 1), new Reading("satellite.temperature", TIME, 21.37));
      var message = client.next();
      var extensions = message.getJsonObject("payload").getJsonObject("extensions");
      assertThat(extensions.remove("cursor")).isInstanceOf(String.class);
      assertThat(message)
          .isEqualTo(
              new JsonObject(
                  """
                  {"type": "data", "id": "1", "payload": {"data": {"temperature": 21.37},
                    "extensions": {"since": "2020-11-20T00:00:00.000000Z"}}}\
                  """));
    }
    live.awaitSubscribers(0);
  }

  @Test
  void tellsTheReadingsOfEverySeriesThatMatches() {
    try (var client = SocketClient.modern(live.api())) {
      client.start(
          "subscribe",
          "a",
          "subscription { readings(series: \"room.*.t\") { series time value } }");
      live.awaitSubscribers(1);
      live.stored()
          .tell(
              new Reading("hall.1.t", TIME, 1),
              new Reading("room.1.t", TIME, 2),
              new Reading("room.1.t.x", TIME, 3),
              new Reading("room.2.t", TIME, 4));
      assertThat(client.event().encode())
          .isEqualTo(
              "{\"readings\":{\"series\":\"room.1.t\",\"time\":\"2020-11-20T00:00:00.000000Z\",\"value\":2.0}}");
      assertThat(client.event().getJsonObject("readings").getString("series"))
          .isEqualTo("room.2.t");
      client.send("{\"id\":\"a\",\"type\":\"complete\"}");
      live.awaitSubscribers(0);
      live.stored().tell(new Reading("room.1.t", TIME.plusSeconds(1), 5));
      client.start("subscribe", "b", "{ __typename }");
      assertThat(client.next().getString("id")).isEqualTo("b");
    }
  }

  @Test
  void refusesAMalformedPatternByTheLegacyProtocolToo() {
    try (var client = SocketClient.legacy(live.api())) {
      client.start("start", "a", "subscription { readings(series: \"a..b\") { value } }");
      assertThat(client.expect("error").getJsonObject("payload").getString("message"))
          .contains("pattern \"a..b\": empty word at position 2");
    }
  }
}
