package io.stripchart.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.reading.EpochPrecision;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ProtocolTest {
  private static final JsonObject SUBSCRIPTION =
      new JsonObject().put("query", "subscription { temperature }");

  private static FeedProtocol fresh(Subprotocol speaks) {
    return speaks.start(null, SUBSCRIPTION, null);
  }

  private static FeedProtocol subscribed(Subprotocol speaks) {
    var protocol = fresh(speaks);
    if (speaks != Subprotocol.PLAIN) read(protocol, "{\"type\":\"connection_ack\"}");
    return protocol;
  }

  private static Event read(FeedProtocol protocol, String text) {
    return protocol.read(Buffer.buffer(text));
  }

  private static String answer(Subprotocol speaks, String data) {
    var type = speaks == Subprotocol.LEGACY ? "data" : "next";
    return "{\"id\":\"1\",\"type\":\"%s\",\"payload\":{\"data\":%s}}".formatted(type, data);
  }

  private static Event graphQl(String data) {
    return read(subscribed(Subprotocol.MODERN), answer(Subprotocol.MODERN, data));
  }

  private static void assertBad(Event event, BadFrame kind) {
    assertThat(event).isInstanceOf(Event.Bad.class);
    assertThat(((Event.Bad) event).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void opensWithWhatTheFeedIsToBeTold(Subprotocol speaks) {
    var init = new JsonObject().put("token", "t");
    var opening = speaks.start(init, SUBSCRIPTION, null).opening().orElseThrow();
    assertThat(new JsonObject(opening).getString("type")).isEqualTo("connection_init");
    assertThat(new JsonObject(opening).getJsonObject("payload")).isEqualTo(init);
    assertThat(fresh(speaks).opening().orElseThrow()).doesNotContain("payload");
  }

  @ParameterizedTest
  @CsvSource({"LEGACY,start", "MODERN,subscribe"})
  void subscribesOnceItIsAcknowledged(Subprotocol speaks, String type) {
    var protocol = fresh(speaks);
    var accepted = (Event.Accepted) read(protocol, "{\"type\":\"connection_ack\",\"payload\":{}}");
    var message = new JsonObject(accepted.subscribe());
    assertThat(message.getString("type")).isEqualTo(type);
    assertThat(message.getJsonObject("payload")).isEqualTo(SUBSCRIPTION);
    assertBad(read(protocol, "{\"type\":\"connection_ack\"}"), BadFrame.UNEXPECTED);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void takesTheOneNumberOfTheAnswer(Subprotocol speaks) {
    assertThat(read(subscribed(speaks), answer(speaks, "{\"temperature\":21.37}")))
        .isEqualTo(new Event.Value(21.37, null));
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void takesNoValueAheadOfTheAcknowledgementOrOfAnotherSubscription(Subprotocol speaks) {
    var frame = answer(speaks, "{\"temperature\":21.37}");
    assertBad(read(fresh(speaks), frame), BadFrame.UNEXPECTED);
    assertBad(read(subscribed(speaks), frame.replace("\"1\"", "\"2\"")), BadFrame.UNEXPECTED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"b\":{\"c\":21.5}}}",
        "{\"a\":{\"__typename\":\"Reading\",\"value\":21.5}}",
        "{\"a\":{\"value\":21.5,\"time\":null,\"other\":7}}",
        "{\"value\":21.5}",
        "{\"temperature\":21.5,\"unit\":\"C\"}"
      })
  void findsTheValueWhereverItStands(String data) {
    assertThat(graphQl(data)).isEqualTo(new Event.Value(21.5, null));
  }

  @Test
  void takesTheTimeThatStandsWithTheValue() {
    var expected = new Event.Value(21.5, Instant.parse("2026-11-21T02:41:48.5Z"));
    assertThat(graphQl("{\"r\":{\"time\":\"2026-11-21T03:41:48.5+01:00\",\"value\":21.5}}"))
        .isEqualTo(expected);
  }

  @Test
  void takesBothNamesOfATimeAlsoBesideAValueOfAnotherName() {
    var expected = new Event.Value(21.5, Instant.parse("2026-11-21T02:41:48.5Z"));
    var timestamp = "\"timestamp\":\"2026-11-21T03:41:48.5+01:00\"";
    assertThat(graphQl("{\"r\":{\"value\":21.5," + timestamp + "}}")).isEqualTo(expected);
    assertThat(graphQl("{\"r\":{\"temperature\":21.5," + timestamp + "}}")).isEqualTo(expected);
    for (var alike : List.of("ts", "date", "createdAt", "Time")) {
      var bad = graphQl("{\"r\":{\"value\":21.5,\"" + alike + "\":\"2026-11-21T02:41:48Z\"}}");
      assertThat(((Event.Bad) bad).kind()).isEqualTo(BadFrame.BAD_TIME);
    }
  }

  @Test
  void takesListsOfReadings() {
    var time = Instant.parse("2026-11-21T02:41:48Z");
    assertThat(graphQl("{\"t\":[21.5]}")).isEqualTo(new Event.Value(21.5, null));
    assertThat(
            graphQl(
                "{\"room\":{\"t\":[{\"value\":1,\"time\":\"2026-11-21T02:41:48Z\","
                    + "\"__typename\":\"R\"},2],\"name\":\"x\"}}"))
        .isEqualTo(new Event.Values(List.of(new Event.Value(1, time), new Event.Value(2, null))));
    var mixed = (Event.Values) graphQl("{\"t\":[1,null]}");
    assertThat(mixed.items().get(0)).isEqualTo(new Event.Value(1, null));
    assertBad(mixed.items().get(1), BadFrame.NULL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"21.5", "[1,2]", "\"x\"", "null", "{\"value\":21.5}"})
  void tellsAPlainFeedByWhatComesAheadOfTheAcknowledgement(String frame) {
    for (var speaks : Subprotocol.GRAPHQL) {
      assertThat(read(fresh(speaks), frame)).isEqualTo(new Event.Plain());
      assertBad(read(subscribed(speaks), frame), BadFrame.UNEXPECTED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"t\":\"21.5\"}|NOT_A_NUMBER",
        "{\"t\":true}|NOT_A_NUMBER",
        "{\"t\":[\"21.5\"]}|NOT_A_NUMBER",
        "{\"t\":[[21.5]]}|NOT_A_NUMBER",
        "{\"t\":[{\"temperature\":21.5}]}|MISSING",
        "{\"t\":[1,2],\"u\":[3]}|AMBIGUOUS",
        "{\"t\":[1,2],\"u\":3}|AMBIGUOUS",
        "{\"t\":null}|NULL",
        "null|NULL",
        "{}|MISSING",
        "{\"t\":1e999}|NOT_FINITE",
        "{\"t\":NaN}|NOT_JSON",
        "{\"t\":1,\"u\":2}|AMBIGUOUS",
        "{\"a\":{\"value\":1},\"b\":{\"value\":2}}|AMBIGUOUS",
        "{\"a\":{\"value\":1,\"time\":\"yesterday\"}}|BAD_TIME",
        "{\"a\":{\"value\":1,\"time\":\"1969-12-31T23:59:59Z\"}}|BAD_TIME",
        "{\"a\":{\"value\":1,\"time\":7}}|BAD_TIME",
        "{\"a\":{\"value\":\"x\",\"time\":\"2026-11-21T02:41:48Z\"}}|NOT_A_NUMBER"
      })
  void refusesAnAnswerWithoutOneFiniteNumber(String data, BadFrame kind) {
    assertBad(graphQl(data), kind);
    assertThat(((Event.Bad) graphQl(data)).wasValue()).isTrue();
  }

  @Test
  void tellsTheErrorsOfAnAnswer() {
    var event =
        read(
            subscribed(Subprotocol.MODERN),
            "{\"id\":\"1\",\"type\":\"next\",\"payload\":{\"data\":null,"
                + "\"errors\":[{\"message\":\"no \\\"sensor\\\"\\nhere\"}]}}");
    assertBad(event, BadFrame.ERRORS);
    assertThat(((Event.Bad) event).problem()).isEqualTo("errors: no 'sensor' here");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LEGACY|{\"type\":\"error\",\"id\":\"1\",\"payload\":{\"message\":\"m\"}}|error: m",
        "LEGACY|{\"type\":\"complete\",\"id\":\"1\"}|complete",
        "LEGACY|{\"type\":\"connection_error\",\"payload\":{\"message\":\"m\"}}|connection_error: m",
        "MODERN|{\"type\":\"connection_error\",\"payload\":{\"message\":\"m\"}}|connection_error: m",
        "MODERN|{\"type\":\"error\",\"id\":\"1\",\"payload\":[{\"message\":\"m\"}]}|error: m",
        "MODERN|{\"type\":\"complete\",\"id\":\"1\"}|complete"
      })
  void endsWhenTheServerSaysSo(Subprotocol speaks, String frame, String reason) {
    assertThat(read(subscribed(speaks), frame)).isEqualTo(new Event.Ended(reason));
  }

  @Test
  void answersAPingAndTakesSignsOfLife() {
    var modern = subscribed(Subprotocol.MODERN);
    assertThat(read(modern, "{\"type\":\"ping\",\"payload\":{}}"))
        .isEqualTo(new Event.Reply("{\"type\":\"pong\"}"));
    assertThat(read(modern, "{\"type\":\"pong\"}")).isEqualTo(new Event.Alive());
    assertThat(read(subscribed(Subprotocol.LEGACY), "{\"type\":\"ka\"}"))
        .isEqualTo(new Event.Alive());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "21.5",
        "null",
        "{\"type\":7}",
        "{\"type\":\"surprise\"}",
        "{\"type\":\"next\"}",
        "{\"type\":\"data\",\"id\":\"1\",\"payload\":7}",
        "{\"type\":\"next\",\"id\":\"1\",\"payload\":[]}",
        "{\"type\":\"complete\",\"id\":\"7\"}"
      })
  void survivesWhatHasNoPlaceInTheProtocol(String frame) {
    assertBad(read(subscribed(Subprotocol.MODERN), frame), BadFrame.UNEXPECTED);
    assertBad(read(subscribed(Subprotocol.LEGACY), frame), BadFrame.UNEXPECTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "nope", "{\"type\":\"next\"} {}", "\u0000"})
  void survivesWhatIsNoJson(String frame) {
    for (var speaks : Subprotocol.values()) {
      assertBad(read(subscribed(speaks), frame), BadFrame.NOT_JSON);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void takesTimesThatAreNumbersOfItsPrecision(Subprotocol speaks) {
    var protocol = speaks.start(null, SUBSCRIPTION, EpochPrecision.SECONDS);
    read(protocol, "{\"type\":\"connection_ack\"}");
    var value = new Event.Value(21.5, Instant.parse("2026-11-21T02:41:48.5Z"));
    for (var data :
        List.of(
            "{\"t\":{\"value\":21.5,\"time\":1795228908.5}}",
            "{\"t\":{\"celsius\":21.5,\"timestamp\":1795228908.5}}",
            "{\"t\":[{\"value\":21.5,\"timestamp\":1795228908.5}]}")) {
      assertThat(read(protocol, answer(speaks, data))).isEqualTo(value);
    }
    assertBad(
        read(subscribed(speaks), answer(speaks, "{\"t\":{\"value\":1,\"time\":1795228908}}")),
        BadFrame.BAD_TIME);
  }

  @Test
  void takesNoReadingFromAnEmptyArray() {
    assertThat(graphQl("{\"t\":[]}")).isEqualTo(new Event.Values(List.of()));
  }

  @Test
  void survivesDeepNestingAndLongNumbers() {
    assertThat(graphQl("{\"t\":" + "9".repeat(5_000) + "}")).isInstanceOf(Event.Bad.class);
    assertThat(graphQl("{\"t\":0." + "9".repeat(5_000) + "}")).isInstanceOf(Event.Bad.class);
    assertThat(graphQl("{\"t\":" + "9".repeat(500) + "}")).isInstanceOf(Event.Bad.class);
    assertThat(graphQl("{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000)))
        .isInstanceOf(Event.Bad.class);
  }
}
