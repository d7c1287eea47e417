package io.stripchart.ingest.feed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.control.FeedStatus;
import io.stripchart.ingest.feed.OddServer.Ways;
import io.stripchart.ingest.protocol.Subprotocol;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("brokerless")
@Timeout(120)
class ProtocolSearchIT {
  private static final String BOTH = "graphql-transport-ws,graphql-ws";
  private static final Vertx vertx = Vertx.vertx();

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  private static LoneFeeds feed(OddServer server, String fields) {
    return LoneFeeds.start(
        vertx, "[{'series':'a','url':'" + server.url() + "','idle':'PT1S'" + fields + "}]");
  }

  private static OddServer server(Subprotocol speaks, Consumer<Ways> ways) {
    var its = new Ways();
    ways.accept(its);
    return OddServer.start(vertx, speaks, its);
  }

  private static void assertIsRead(Subprotocol speaks, Consumer<Ways> ways) {
    try (var server = server(speaks, ways);
        var feeds = feed(server, "")) {
      var status = feeds.awaitStatus("a", now -> now.received() > 0);
      assertThat(status.state()).isEqualTo(FeedStatus.State.CONNECTED);
      assertThat(status.protocol()).isEqualTo(speaks.id());
    }
  }

  /**
   * As npm subscriptions-transport-ws on ws 7 does with 1002: it picks the first that is offered.
   */
  @ParameterizedTest
  @ValueSource(ints = {1002, 1003, 1000, 1011, 4400, 4406, OddServer.DROP})
  void readsALegacyFeedThatPicksTheFirstAndCloses(int status) {
    assertIsRead(Subprotocol.LEGACY, ways -> ways.closes = status);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void readsAFeedThatDoesNotAnswerInAnotherProtocol(Subprotocol speaks) {
    assertIsRead(speaks, ways -> {});
  }

  @Test
  void readsALegacyFeedThatRefusesTheConnectionInAnotherProtocol() {
    assertIsRead(
        Subprotocol.LEGACY,
        ways ->
            ways.greeting =
                "{\"type\":\"connection_error\",\"payload\":{\"message\":\"not that\"}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"error\",\"id\":\"1\",\"payload\":{\"message\":\"Invalid message type!\"}}",
        "{\"type\":\"surprise\"}"
      })
  void readsALegacyFeedThatAcknowledgesAnotherProtocol(String answer) {
    assertIsRead(
        Subprotocol.LEGACY,
        ways -> {
          ways.greeting = "{\"type\":\"connection_ack\"}";
          ways.answer = answer;
        });
  }

  @ParameterizedTest
  @EnumSource
  void readsAFeedThatPicksNoSubprotocol(Subprotocol speaks) {
    assertIsRead(
        speaks,
        ways -> {
          ways.picks = List.of();
          ways.picky = false;
          ways.greeting = "{\"type\":\"connection_ack\"}";
        });
  }

  @Test
  void readsAPlainFeedThatPicksTheFirst() {
    assertIsRead(Subprotocol.PLAIN, ways -> {});
  }

  @ParameterizedTest
  @EnumSource
  void readsAFeedThatRefusesTheListOfProtocols(Subprotocol speaks) {
    assertIsRead(
        speaks,
        ways -> {
          ways.refuses = ",";
          ways.closes = 4406;
        });
  }

  @ParameterizedTest
  @EnumSource
  void readsAFeedThatRefusesWhateverIsOffered(Subprotocol speaks) {
    assertIsRead(
        speaks,
        ways -> {
          ways.refuses = "graphql";
          ways.picky = false;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 406, 426})
  void readsALegacyFeedThatRefusesTheModernProtocol(int status) {
    assertIsRead(
        Subprotocol.LEGACY,
        ways -> {
          ways.refuses = "graphql-transport-ws";
          ways.refusesWith = status;
        });
  }

  @Test
  void remembersWhatWorkedAndSearchesAgainWhenTheServerIsUpgraded() {
    try (var server = server(Subprotocol.LEGACY, ways -> ways.closes = 1002);
        var feeds = feed(server, "")) {
      feeds.awaitStatus("a", now -> now.received() == 1);
      assertThat(server.offers()).containsExactly(BOTH, "graphql-ws");
      server.drop();
      feeds.awaitStatus("a", now -> now.received() == 2);
      assertThat(server.offers()).containsExactly(BOTH, "graphql-ws", "graphql-ws");
      server.become(Subprotocol.MODERN);
      feeds.awaitStatus("a", now -> now.received() == 3);
      assertThat(server.offers().subList(3, 5)).containsExactly("graphql-ws", BOTH);
      assertThat(feeds.status("a").protocol()).isEqualTo("graphql-transport-ws");
    }
  }

  @Test
  void doesNotSpinWhereNothingWorks() {
    try (var server =
            server(
                Subprotocol.LEGACY,
                ways -> {
                  ways.picks = List.of();
                  ways.closes = 1002;
                });
        var feeds = feed(server, "")) {
      await().atMost(30, SECONDS).until(() -> server.offers().size() >= 8);
      // A round of 4, and then a growing delay: 10 of them do not fit in 3 s.
      await().during(3, SECONDS).atMost(30, SECONDS).until(() -> server.offers().size() < 40);
      assertThat(feeds.status("a").state()).isEqualTo(FeedStatus.State.CONNECTING);
      assertThat(feeds.status("a").lastFailure().reason()).contains("closed with status 1002");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void offersNothingButTheProtocolThatIsSet(Subprotocol set) {
    try (var server = server(set, ways -> ways.closes = 1002);
        var feeds = feed(server, ",'protocol':'" + set.id() + "'")) {
      feeds.awaitStatus("a", now -> now.received() > 0);
      assertThat(server.offers()).containsOnly(set.id());
    }
    var other = set == Subprotocol.LEGACY ? Subprotocol.MODERN : Subprotocol.LEGACY;
    try (var server = server(other, ways -> ways.closes = 1002);
        var feeds = feed(server, ",'protocol':'" + set.id() + "'")) {
      await().atMost(30, SECONDS).until(() -> server.offers().size() >= 3);
      assertThat(server.offers()).containsOnly(set.id());
      assertThat(feeds.awaitFailure("a")).isEqualTo("closed with status 1002");
    }
  }

  @Test
  void offersNothingForAPlainFeed() {
    try (var server = server(Subprotocol.PLAIN, ways -> {});
        var feeds = feed(server, ",'protocol':'plain'")) {
      feeds.awaitStatus("a", now -> now.received() > 0);
      assertThat(server.offers()).containsOnly("");
    }
  }

  @Test
  void saysThatAConnectionGivesNoReading() {
    try (var server =
            server(
                Subprotocol.LEGACY,
                ways -> {
                  ways.picks = List.of(Subprotocol.MODERN);
                  ways.greeting = "{\"type\":\"connection_ack\"}";
                });
        var feeds = feed(server, ",'protocol':'graphql-transport-ws'")) {
      assertThat(feeds.awaitFailure("a"))
          .isEqualTo("no reading for PT1S; connected by graphql-transport-ws");
    }
  }
}
