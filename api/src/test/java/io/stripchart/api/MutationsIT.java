package io.stripchart.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DeliverCallback;
import io.stripchart.common.broker.Topology;
import io.stripchart.common.control.FeedStatus;
import io.stripchart.common.control.FeedSwitch;
import io.stripchart.common.control.FeedSwitched;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class MutationsIT {
  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  private RunningApi api;
  private Connection connection;
  private Channel channel;

  @BeforeEach
  void start() throws IOException {
    api = new RunningApi(broker.uri(), database.uri());
    var health = api.surroundings().health();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> health.report().values().stream().allMatch(Optional::isEmpty));
    connection = broker.connect();
    channel = connection.createChannel();
  }

  @AfterEach
  void stop() throws IOException {
    connection.close();
    api.close();
  }

  @Test
  void recordsAReadingWithItsTime() throws IOException {
    assertThat(
            api.data(
                    "mutation { record(series: \"a.b\", value: 1.5, time: \"2020-11-20T01:00:00+01:00\") { series time value } }")
                .encode())
        .isEqualTo(
            "{\"record\":{\"series\":\"a.b\",\"time\":\"2020-11-20T00:00:00.000000Z\",\"value\":1.5}}");
    var message = channel.basicGet(Topology.PERSIST, true);
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo("a.b");
    assertThat(new String(message.getBody(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("1.5", "2020-11-20T00:00:00.000000Z");
  }

  @Test
  void recordsAReadingOfNowAtTimesThatIncrease() {
    var times =
        "mutation { a: record(series: \"s\", value: 1) { time } b: record(series: \"s\", value: 2) { time } }";
    var data = api.data(times);
    assertThat(data.getJsonObject("b").getString("time"))
        .isGreaterThan(data.getJsonObject("a").getString("time"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "series: \"a..b\", value: 1|empty word at position 2",
        "series: \"a\", value: 1, time: \"1969-12-31T00:00:00Z\"|1970",
        "series: \"a\", value: 1, time: \"2999-01-01T00:00:00Z\"|time: must be at most 5 minutes ahead",
        "series: \"a\", value: 1e999|value",
        "series: \"a\", value: \"1\"|Float",
      })
  void recordsNothingMalformed(String arguments, String message) throws IOException {
    assertThat(api.error("mutation { record(" + arguments + ") { value } }")).contains(message);
    assertThat(channel.basicGet(Topology.PERSIST, true)).isNull();
  }

  @Test
  @SuppressWarnings("try")
  void saysThatAReadingIsNotRecordedWhileTheBrokerIsAway() {
    try (var outage = broker.stopped()) {
      assertThat(api.error("mutation { record(series: \"a\", value: 1) { value } }"))
          .contains("broker");
    }
  }

  private void tellOf(String feed) throws IOException {
    var status =
        new FeedStatus(
            feed,
            "ws://somewhere/",
            FeedStatus.State.CONNECTED,
            Instant.EPOCH,
            7,
            1,
            Instant.EPOCH.plusSeconds(1),
            "graphql-ws",
            new FeedStatus.Failure("the server answered 503", Instant.EPOCH.plusSeconds(2)));
    channel.basicPublish(Topology.CONTROL, FeedStatus.ROUTING_KEY, null, status.encode());
    await().until(() -> api.data("{ feeds { name } }").encode().contains("\"" + feed + "\""));
  }

  /** Answers as an ingest process does. */
  private void answerSwitches(String problem) throws IOException {
    var queue = channel.queueDeclare("", false, true, false, null).getQueue();
    channel.queueBind(queue, Topology.CONTROL, FeedSwitch.ROUTING_KEY);
    var answering = connection.createChannel();
    DeliverCallback answer =
        (tag, message) -> {
          var asked = FeedSwitch.decode(message.getBody());
          var switched = new FeedSwitched(asked.request(), asked.feed(), asked.on(), problem);
          answering.basicPublish(
              Topology.CONTROL, FeedSwitched.ROUTING_KEY, null, switched.encode());
        };
    channel.basicConsume(queue, true, answer, tag -> {});
  }

  private static String toggle(String input) {
    return "mutation { toggleFeed(input: {" + input + "}) { status } }";
  }

  @Test
  void listsTheFeedsThatAreHeardOf() throws IOException {
    assertThat(api.data("{ feeds { name } }").encode()).isEqualTo("{\"feeds\":[]}");
    tellOf("room.1");
    assertThat(api.data("{ feeds { name url state since received gaps } }").encode())
        .isEqualTo(
            "{\"feeds\":[{\"name\":\"room.1\",\"url\":\"ws://somewhere/\",\"state\":\"CONNECTED\",\"since\":\""
                + ReadingTime.format(Instant.EPOCH)
                + "\",\"received\":7,\"gaps\":1}]}");
    assertThat(api.data("{ feeds { lastReading protocol lastFailure { reason time } } }").encode())
        .isEqualTo(
            "{\"feeds\":[{\"lastReading\":\"1970-01-01T00:00:01.000000Z\","
                + "\"protocol\":\"graphql-ws\",\"lastFailure\":"
                + "{\"reason\":\"the server answered 503\","
                + "\"time\":\"1970-01-01T00:00:02.000000Z\"}}]}");
  }

  @Test
  void listsAFeedOfAnOlderIngestThatTellsLess() throws IOException {
    var status =
        "{\"feed\":\"old\",\"url\":\"ws://x/\",\"state\":\"CONNECTED\","
            + "\"since\":\"2026-11-21T02:41:48Z\",\"received\":7,\"gaps\":1}";
    channel.basicPublish(Topology.CONTROL, FeedStatus.ROUTING_KEY, null, status.getBytes(UTF_8));
    var query = "{ feeds { name lastReading protocol lastFailure { reason } } }";
    await().until(() -> api.data(query).encode().contains("\"old\""));
    assertThat(api.data(query).encode())
        .isEqualTo(
            "{\"feeds\":[{\"name\":\"old\",\"lastReading\":null,\"protocol\":null,"
                + "\"lastFailure\":null}]}");
  }

  @Test
  void switchesTheOnlyFeed() throws IOException {
    answerSwitches(null);
    tellOf("room.1");
    assertThat(api.data(toggle("status: \"off\"")).encode())
        .isEqualTo("{\"toggleFeed\":{\"status\":\"off\"}}");
    assertThat(api.data(toggle("status: \"on\", feed: \"room.1\"")).encode())
        .isEqualTo("{\"toggleFeed\":{\"status\":\"on\"}}");
  }

  @Test
  void namesTheFeedsWhereItCannotTellWhichIsMeant() throws IOException {
    assertThat(api.error(toggle("status: \"on\""))).contains("none is known");
    tellOf("room.1");
    tellOf("room.2");
    assertThat(api.error(toggle("status: \"on\""))).contains("one of room.1, room.2");
    assertThat(api.error(toggle("status: \"on\", feed: \"x\""))).contains("one of room.1, room.2");
    assertThat(api.error(toggle("status: \"maybe\"")))
        .contains("status: must be \"on\" or \"off\"");
  }

  @Test
  void saysWhyAFeedWasNotSwitched() throws IOException {
    answerSwitches("the database is away");
    tellOf("room.1");
    assertThat(api.error(toggle("status: \"on\""))).isEqualTo("feed room.1: the database is away");
  }

  @Test
  void givesUpWhereNobodyAnswers() throws IOException {
    tellOf("room.1");
    assertThat(api.error(toggle("status: \"on\""))).contains("within 5 s");
  }
}
